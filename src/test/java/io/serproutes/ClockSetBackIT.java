package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.serproutes.feed.ReadyApi;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The system's clock is set back by an hour while the program works: nothing rests so long. */
@Execution(ExecutionMode.CONCURRENT)
class ClockSetBackIT {

  private static final String LATE = Ids.good(9);

  @TempDir Path temp;

  private static Optional<Path> library() throws IOException {
    for (Path root : List.of(Path.of("/usr/lib"), Path.of("/usr/local/lib"))) {
      if (Files.isDirectory(root)) {
        try (Stream<Path> files = Files.find(root, 3, (f, a) -> f.endsWith("libfaketimeMT.so.1"))) {
          Optional<Path> found = files.findFirst();
          if (found.isPresent()) {
            return found;
          }
        }
      }
    }
    return Optional.empty();
  }

  private void setClock(String offset) throws IOException {
    Path next = Files.writeString(temp.resolve("next"), offset + "\n");
    Files.move(next, temp.resolve("clock"), StandardCopyOption.ATOMIC_MOVE);
  }

  private Path inbox() {
    return temp.resolve("work/inbox");
  }

  private void drop(String name, List<String> ids) throws IOException {
    Files.createDirectories(inbox());
    Files.writeString(inbox().resolve(name), String.join("\n", ids) + "\n");
  }

  private ProgramUnderTest.Start program(Path library, ReadyApi api) {
    return ProgramUnderTest.in(temp.resolve("work"))
        .key("serp.api.base-url", api.address().toString())
        .key("serp.api.login", "stand-in")
        .key("serp.api.password", "stand-in")
        .environment("LD_PRELOAD", library.toString())
        .environment("FAKETIME_TIMESTAMP_FILE", temp.resolve("clock").toString())
        .environment("FAKETIME_NO_CACHE", "1")
        .environment("FAKETIME_DONT_FAKE_MONOTONIC", "1")
        .environment("NO_FAKE_STAT", "1")
        .key("serp.from", "folder,tasks-ready")
        .key("serp.ready.poll", "3s")
        .key("serp.not-ready.delay", "1s");
  }

  @Test
  void noSourceRestsAndNothingIsLost() throws IOException {
    Optional<Path> library = library();
    assumeTrue(library.isPresent(), "no libfaketime on this machine, which sets clocks");
    setClock("+0");
    List<String> before = Ids.good(0, 3);
    List<String> after = Ids.good(3, 6);
    List<String> listed = Ids.good(6, 8);
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    try (ReadyApi api = new ReadyApi();
        ProgramUnderTest program = program(library.get(), api).start()) {
      drop("before.txt", before);
      out.awaitReceipts(before);
      api.queue(List.of(LATE));
      drop("late.txt", List.of(LATE));
      await("parked")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> out.names("parked").contains(LATE + ".json"));

      setClock("-1h");
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
