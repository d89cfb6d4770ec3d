package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.ProgramUnderTest.Start;
import io.serproutes.feed.ReadyApi;
import io.serproutes.feed.webhooks.PingLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Many pingbacks, with ids kept in the drop folder. Tagged, since its figures want a quiet machine.
 */
@Isolated
@Tag("large")
class ManyPingsIT {

  private static final int PER_SECOND = 1000;
  private static final int COUNT = 60 * PER_SECOND;

  @TempDir Path temp;

  @AutoClose private final ReadyApi api = new ReadyApi();

  /** With the options of config/jvm.options. */
  private Start program() {
    return ProgramUnderTest.in(temp.resolve("work"))
        .webhooks()
        .without("serp.folder.settle")
        .api(api)
        .jvm("-Xmx96m")
        .jvm("-XX:+UseSerialGC")
        .jvm("-XX:TieredStopAtLevel=1");
  }

  private OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  @Test
  void aThousandASecondForAMinuteAndAKill() throws Exception {
    List<String> ids = Ids.good(0, COUNT);
    try (ProgramUnderTest program = program().start()) {
      PingLoad load = new PingLoad(program.webhooksPort(), ids, PER_SECOND);
      load.all("folder", program.pid(), program::kill);
    }
    try (ProgramUnderTest program = program().key("serp.api.calls-per-minute", "1000000").start()) {
      await("all are asked for")
          .atMost(Duration.ofMinutes(20))
          .pollInterval(Duration.ofMillis(500))
          .until(() -> api.asked().size() >= COUNT);
      out().awaitReceipts(ids);
    }
    assertThat(out().names("dead-letters")).isEmpty();
  }

  /** The API answers at once. */
  @Test
  void fromPingToItem() throws Exception {
    List<String> ids = Ids.good(0, 300);
    List<String> warmUp = Ids.good(300, 400);
    Map<String, Long> seen = new HashMap<>();
    try (ProgramUnderTest program = program().key("serp.api.calls-per-minute", "60000").start()) {
      int port = program.webhooksPort();
      new PingLoad(port, warmUp, 10).start(0, warmUp.size());
      out().awaitReceipts(warmUp);
      PingLoad load = new PingLoad(port, ids, 10);
      load.start(0, ids.size());
      await("items")
          .atMost(ProgramUnderTest.PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .until(
              () -> {
                long now = System.nanoTime();
                out().names("organic").forEach(name -> seen.putIfAbsent(name, now));
                return seen.size() >= ids.size() + warmUp.size();
              });
      long[] millis =
          ids.stream()
              .mapToLong(id -> (seen.get(id + ".json") - load.dueAt(id)) / 1_000_000)
              .toArray();
      System.out.printf(
          "folder, from ping to item: half within %d ms, 99%% within %d ms%n",
          PingLoad.percentile(millis, 0.5), PingLoad.percentile(millis, 0.99));
    }
  }
}
