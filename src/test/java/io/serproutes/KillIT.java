package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.ProgramUnderTest.Start;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Map;
import java.util.Queue;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * kill -9 in mid-run: no id is lost, no file is torn, and no more ids are asked for again than
 * promise 2 allows: {@code max-concurrent} and the completions of one second for each kill.
 *
 * <p>{@code mvn verify -Plarge -Dit.test=KillIT} does the same with 100,000 ids and three kills
 * under {@code -Xmx128m}, which takes some minutes.
 */
@Execution(ExecutionMode.CONCURRENT)
class KillIT {

  private static final int MAX_CONCURRENT = 30;

  @TempDir Path temp;

  private OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  @Test
  void threeThousandIdsAndTwoKills() throws IOException {
    survives(3_000, 2, 30_000, Duration.ofMinutes(2));
  }

  @Tag("large")
  @Test
  void hundredThousandIdsAndThreeKills() throws IOException {
    survives(100_000, 3, 1_000_000, Duration.ofMinutes(30));
  }

  private void survives(int ids, int kills, int callsPerMinute, Duration patience)
      throws IOException {
    Path inbox = Files.createDirectories(temp.resolve("work/inbox"));
    write(inbox.resolve("ids.txt"), ids);
    try (StandIn api = StandIn.start(Map.of("serp.sandbox.items", "1-4"))) {
      Start start =
          ProgramUnderTest.in(temp.resolve("work"))
              .api(api)
              .jvm("-Xmx128m")
              .key("serp.api.max-concurrent", Integer.toString(MAX_CONCURRENT))
              .key("serp.api.calls-per-minute", Integer.toString(callsPerMinute));
      for (int kill = 1; kill <= kills; kill++) {
        try (ProgramUnderTest program = start.start()) {
          awaitCalls(api, (long) ids * kill / (kills + 1), patience);
          program.kill();
        }
      }
      try (ProgramUnderTest program = start.start()) {
        await("the file is finished")
            .atMost(patience)
            .until(() -> new OutFolder(inbox).names("").isEmpty());
        program.terminate();
        assertThat(program.exitCode()).as(program.output()).isZero();
      }
      assertThat(api.asked()).hasSize(ids);
      long again = api.asked().values().stream().filter(count -> count > 1).count();
      assertThat(again)
          .as("ids asked for again")
          .isLessThanOrEqualTo(kills * (MAX_CONCURRENT + mostInASecond()));
    }
    assertThat(new OutFolder(inbox).names(".done")).hasSize(1);
    assertThat(out().names("dead-letters")).isEmpty();
    assertThat(out().names("receipts")).hasSize(ids);
    for (int i = 0; i < ids; i++) {
      delivered(Ids.good(i));
    }
  }

  private static void write(Path file, int ids) throws IOException {
    try (BufferedWriter lines = Files.newBufferedWriter(file)) {
      for (int i = 0; i < ids; i++) {
        lines.write(Ids.good(i) + "\n");
      }
    }
  }

  private static void awaitCalls(StandIn api, long calls, Duration patience) {
    await(calls + " calls")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> api.calls() >= calls);
  }

  private void delivered(String id) {
    JsonNode receipt = out().receipt(id);
    assertThat(receipt).as(id).isNotNull();
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    for (String kind : new String[] {"organic", "paid", "other"}) {
      JsonNode items = out().find(kind, id);
      int count = items == null ? 0 : items.size();
      assertThat(count).as(kind + " of " + id).isEqualTo(receipt.path(kind).intValue());
    }
  }

  private long mostInASecond() {
    Queue<Instant> second = new ArrayDeque<>();
    int most = 0;
    for (Instant time :
        out().all("receipts").values().stream().map(KillIT::end).sorted().toList()) {
      second.add(time);
      while (second.peek().plusSeconds(1).isBefore(time)) {
        second.remove();
      }
      most = Math.max(most, second.size());
    }
    return most;
  }

  private static Instant end(JsonNode receipt) {
    return Instant.parse(receipt.path("fetched_at").textValue());
  }
}
