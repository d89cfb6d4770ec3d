package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.serproutes.feed.ReadyApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The system's clock is set back by an hour while the program works: nothing rests so long. */
@Execution(ExecutionMode.CONCURRENT)
class ClockSetBackIT {

  private static final String LATE = Ids.good(9);

  @TempDir Path temp;

  private Path inbox() {
    return temp.resolve("work/inbox");
  }

  private void drop(String name, List<String> ids) throws IOException {
    Files.createDirectories(inbox());
    Files.writeString(inbox().resolve(name), String.join("\n", ids) + "\n");
  }

  private ProgramUnderTest.Start program(FakeClock clock, ReadyApi api) {
    ProgramUnderTest.Start start = ProgramUnderTest.in(temp.resolve("work"));
    clock.environment().forEach(start::environment);
    return start
        .key("serp.api.base-url", api.address().toString())
        .key("serp.api.login", "stand-in")
        .key("serp.api.password", "stand-in")
        .key("serp.from", "folder,tasks-ready")
        .key("serp.ready.poll", "3s")
        .key("serp.not-ready.delay", "1s");
  }

  @Test
  void noSourceRestsAndNothingIsLost() throws IOException {
    FakeClock clock = new FakeClock(temp.resolve("clock"));
    assumeTrue(clock.canBeSet(), "no libfaketime on this machine, which sets clocks");
    List<String> before = Ids.good(0, 3);
    List<String> after = Ids.good(3, 6);
    List<String> listed = Ids.good(6, 8);
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    try (ReadyApi api = new ReadyApi();
        ProgramUnderTest program = program(clock, api).start()) {
      drop("before.txt", before);
      out.awaitReceipts(before);
      api.queue(List.of(LATE));
      drop("late.txt", List.of(LATE));
      await("parked")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> out.names("parked").contains(LATE + ".json"));

      clock.set("-1h");
      drop("after.txt", after);
      api.finish(listed);
      api.finish(List.of(LATE));
      out.awaitReceipts(after);
      out.awaitReceipts(listed);
      out.awaitReceipts(List.of(LATE));
      assertThat(out.names("dead-letters")).isEmpty();
      assertThat(api.asked().keySet()).containsAll(before).containsAll(after).containsAll(listed);
      api.asked().forEach((id, n) -> assertThat(n).as(id).isEqualTo(id.equals(LATE) ? n : 1));
      assertThat(out.receipt(after.get(0)).path("fetched_at").asText())
          .as("the clock was set back")
          .isLessThan(out.receipt(before.get(0)).path("fetched_at").asText());
    }
  }
}
