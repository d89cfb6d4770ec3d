package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Two processes on one inbox. */
@Execution(ExecutionMode.CONCURRENT)
class SharedInboxIT {

  private static final int MAX_CONCURRENT = 4;
  private static final int CALLS_PER_SECOND = 40;

  @TempDir Path temp;

  private final List<String> dropped = new ArrayList<>();

  private Path inbox() {
    return temp.resolve("inbox");
  }

  private OutFolder out(String name) {
    return new OutFolder(temp.resolve(name).resolve("out"));
  }

  private ProgramUnderTest start(String name, StandIn api) {
    return ProgramUnderTest.in(temp.resolve(name))
        .api(api)
        .key("serp.folder.inbox", inbox().toString())
        .key("serp.api.share", "1/2")
        .key("serp.api.max-concurrent", Integer.toString(2 * MAX_CONCURRENT))
        .key("serp.api.calls-per-minute", Integer.toString(2 * CALLS_PER_SECOND * 60))
        .key("serp.retry.first-delay", "20s")
        .start()
        .awaitStart();
  }

  private void drop(int ids) throws IOException {
    List<String> lines = Ids.good(dropped.size(), dropped.size() + ids);
    Path hidden = inbox().resolve(".new");
    Files.write(hidden, lines);
    Files.move(
        hidden, inbox().resolve("ids-" + dropped.size() + ".txt"), StandardCopyOption.ATOMIC_MOVE);
    dropped.addAll(lines);
  }

  private boolean allDone() {
    return new OutFolder(inbox()).names("").isEmpty();
  }

  @Test
  void theyShareItAndOneTakesOverFromTheOther() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest first = start("first", api);
        ProgramUnderTest second = start("second", api)) {
      await("each took a file")
          .atMost(ProgramUnderTest.PATIENCE)
          .pollInterval(Duration.ofMillis(130))
          .until(
              () -> {
                drop(1);
                return !out("first").names("receipts").isEmpty()
                    && !out("second").names("receipts").isEmpty();
              });
      await("all done").atMost(ProgramUnderTest.PATIENCE).until(this::allDone);
      assertThat(api.asked().keySet()).containsExactlyInAnyOrderElementsOf(dropped);
      assertThat(api.asked())
          .as("nobody worked on the other's file")
          .allSatisfy((id, n) -> assertThat(n).isOne());

      int before = out("first").names("receipts").size();
      await("the first works on a file while more wait")
          .atMost(ProgramUnderTest.PATIENCE)
          .pollInterval(Duration.ofMillis(350))
          .until(
              () -> {
                drop(40); // whoever polls next takes it, so it takes a few until both have some
                return out("first").names("receipts").size() > before + 20;
              });
      first.kill();
      await("the second took over").atMost(ProgramUnderTest.PATIENCE).until(this::allDone);

      Set<String> done = new HashSet<>(out("first").all("receipts").keySet());
      done.addAll(out("second").all("receipts").keySet());
      assertThat(done).containsExactlyInAnyOrderElementsOf(dropped);
      assertThat(api.asked().values().stream().filter(n -> n > 1).count())
          .as("ids asked again after the kill")
          .isLessThanOrEqualTo(MAX_CONCURRENT + CALLS_PER_SECOND);
    }
  }

  @Test
  void aFileInWorkIsNotTakenByAnotherWhereTheClaimsWereRemoved() throws IOException {
    List<String> slow = List.of(Ids.failing(500, 1, 0), Ids.failing(503, 1, 0));
    try (StandIn api = StandIn.start();
        ProgramUnderTest first = start("first", api)) {
      for (String id : slow) {
        Files.writeString(inbox().resolve(id + ".txt"), id + "\n");
      }
      await("they wait for their second call")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> api.asked().keySet().containsAll(slow));
      remove(inbox().resolve(".serp"));
      first.awaitOutput("\\.serp/claims was removed");
      try (ProgramUnderTest second = start("second", api)) {
        await("all done").atMost(ProgramUnderTest.PATIENCE).until(this::allDone);
        assertThat(second.output()).doesNotContain("moved to");
      }
      assertThat(out("first").names("receipts")).hasSize(slow.size());
      assertThat(api.asked()).allSatisfy((id, n) -> assertThat(n).isEqualTo(2));
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.list(folder)) {
      for (Path file : files.toList()) {
        Files.delete(file);
      }
    }
    Files.delete(folder);
  }
}
