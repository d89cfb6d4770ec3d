package io.serproutes;

import static io.serproutes.RawApi.result;
import static io.serproutes.RawApi.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/**
 * A temporary folder that does not take large answers: nothing is wrong with the API or the ids.
 */
@Execution(ExecutionMode.CONCURRENT)
class TempFolderIT {

  private static final List<String> LARGE = Ids.good(0, 8);
  private static final List<String> SMALL = Ids.good(8, 12);

  @TempDir Path temp;

  @AutoClose private RawApi api;
  private Path folder;

  @BeforeEach
  void startApi() throws IOException {
    api = new RawApi((request, socket, out) -> write(out, 200, answer(request.id())));
    folder = Files.createDirectory(temp.resolve("tmp"));
  }

  private static byte[] answer(String id) {
    if (SMALL.contains(id)) {
      return result(id);
    }
    String text = "\"organic\",\"text\":\"" + "x".repeat(700_000) + "\"";
    return new String(result(id), UTF_8).replace("\"organic\"", text).getBytes(UTF_8);
  }

  private Start program() {
    return ProgramUnderTest.in(temp.resolve("work"))
        .jvm("-Djava.io.tmpdir=" + folder)
        .key("serp.api.base-url", api.address().toString())
        .key("serp.api.login", "login")
        .key("serp.api.password", "password")
        .key("serp.api.max-concurrent", "2")
        .key("serp.retry.max-attempts", "2")
        .key("serp.retry.first-delay", "10ms")
        .key("serp.circuit.probe-interval", "1s");
  }

  private OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  private void drop(List<String> ids) throws IOException {
    Path inbox = Files.createDirectories(temp.resolve("work/inbox"));
    Files.write(inbox.resolve("ids.txt"), ids);
  }

  /** A kill would leave it, whatever it is. */
  @Test
  void nothingIsKeptThereWhileNothingIsLarge() {
    try (ProgramUnderTest program = program().start()) {
      program.awaitOutput("the page is at ");
      assertThat(folder).isEmptyDirectory();
    }
  }

  @Test
  void aFullOneOpensTheCircuitUntilThereIsRoomAgain() throws Exception {
    drop(Stream.concat(LARGE.stream(), SMALL.stream()).toList());
    try (TinyDisk disk = TinyDisk.mount(folder, 1024);
        ProgramUnderTest program = program().start()) {
      program.awaitStart();
      disk.fill();
      program.awaitOutput(
          "Halted: cannot deliver: .*temporary folder "
              + folder
              + ".*No space left on device.*-Djava.io.tmpdir");
      program.awaitOutput("(?s)(temporary folder .*){3}"); // probes fail likewise
      assertThat(out().names("dead-letters")).isEmpty();
      disk.free();
      out().awaitReceipts(LARGE);
      out().awaitReceipts(SMALL);
      assertThat(out().all("receipts").values())
          .allSatisfy(
              receipt -> assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered"));
      assertThat(
              out().all("receipts").values().stream()
                  .mapToInt(receipt -> receipt.path("attempts").intValue())
                  .sum())
          .isEqualTo(api.requests().size());
      assertThat(out().names("dead-letters")).isEmpty();
    }
  }

  @Test
  void aRunOnceEndsWithTheCircuitOpenAndKeepsTheIds() throws Exception {
    drop(LARGE);
    try (ProgramUnderTest program =
        program().key("serp.once", "true").key("serp.once.wait-circuit", "3s").start()) {
      Files.delete(folder); // with nothing in it
      assertThat(program.exitCode()).as(program.output()).isEqualTo(3);
      assertThat(program.output()).contains("temporary folder " + folder);
      assertThat(out().names("receipts")).isEmpty();
      assertThat(out().names("dead-letters")).isEmpty();
      assertThat(temp.resolve("work/inbox/ids.txt")).exists();
    }
  }
}
