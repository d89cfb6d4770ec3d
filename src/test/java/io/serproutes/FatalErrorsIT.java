package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A program that runs out of memory ends, loses nothing, and goes on where it is started again. */
@Execution(ExecutionMode.CONCURRENT)
class FatalErrorsIT {

  private static final String LINE = "serp-routes ended: ";
  private static final List<String> IDS = Ids.good(0, 300);

  @TempDir Path temp;

  private Start program(StandIn api) {
    return ProgramUnderTest.in(temp.resolve("work"))
        .api(api)
        .key("serp.api.calls-per-minute", "6000")
        .key("serp.api.max-concurrent", "5")
        .jvm("-Xmx96m");
  }

  private void drop(String folder) throws IOException {
    Path file = Files.createDirectories(temp.resolve("work").resolve(folder)).resolve("ids.txt");
    Files.write(file.resolveSibling(".ids.tmp"), IDS);
    Files.move(file.resolveSibling(".ids.tmp"), file);
  }

  /** With large pieces the route fails, with small ones whatever wants memory next. */
  @ParameterizedTest
  @CsvSource({"1000000", "64"})
  void outOfMemoryEndsItWithCode5AndNoIdIsLost(String length) throws IOException {
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    String route = Files.readString(Path.of("routes/sources/ids-from-folder.camel.yaml"));
    String fill =
        Files.readString(Path.of("src/test/resources/fill-the-heap.camel.yaml"))
            .replace("LENGTH", length);
    try (StandIn api = StandIn.start()) {
      Start start = program(api).file("routes/ids-from-folder.camel.yaml", route + fill);
      try (ProgramUnderTest program = start.start().awaitStart()) {
        drop("inbox");
        out.awaitReceipts(IDS.subList(0, 50));
        drop("fill");
        assertThat(program.exitCode()).as(program.output()).isEqualTo(5);
        assertThat(program.output().lines().filter(line -> line.contains(LINE)))
            .as(program.output())
            .hasSize(1)
            .first()
            .asString()
            .contains("emory", "Nothing is lost", "-Xmx", "Start it again");
      }
      Files.delete(temp.resolve("work/routes/ids-from-folder.camel.yaml"));
      try (ProgramUnderTest program = program(api).key("serp.once", "true").start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
      }
      assertThat(out.all("receipts")).hasSize(IDS.size()).containsOnlyKeys(new TreeSet<>(IDS));
      assertThat(out.names("dead-letters")).isEmpty();
    }
  }

  private Start withBrokenOutput(StandIn api, boolean isLinkageError) throws IOException {
    String output =
        """
        - beans:
            - name: broken
              type: io.serproutes.BrokenStep
              properties:
                linkageError: %s
        - route:
            id: serp-items-to-own
            from:
              uri: direct:serp-items-to-own
              steps:
                - process:
                    ref: broken
        """;
    Path step = Path.of("io/serproutes/BrokenStep.class");
    Path lib = temp.resolve("work/lib").resolve(step);
    Files.createDirectories(lib.getParent());
    Files.copy(Path.of("target/test-classes").resolve(step), lib);
    return program(api)
        .key("serp.to", "own")
        .classPath("lib")
        .file("routes/items-to-own.camel.yaml", output.formatted(isLinkageError));
  }

  private void assertNothingEnded() {
    assertThat(new OutFolder(temp.resolve("work/out")).names("receipts")).isEmpty();
    assertThat(temp.resolve("work/inbox/ids.txt")).exists();
  }

  @Test
  void anErrorInAnOwnOutputIsNoDelivery() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = withBrokenOutput(api, false).start().awaitStart()) {
      drop("inbox");
      assertThat(program.exitCode()).as(program.output()).isEqualTo(5);
      assertThat(program.output()).contains("planned by the test");
    }
    assertNothingEnded();
  }

  /** As of a component in {@code lib} that lacks a jar of its own. */
  @Test
  void aClassThatAnOwnOutputLacksIsNamed() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = withBrokenOutput(api, true).start().awaitStart()) {
      drop("inbox");
      program.awaitOutput(
          "Halted: cannot deliver: own: .*NoClassDefFoundError: com/example/Missing");
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertNothingEnded();
  }

  /** More files than the poll's list has room for. */
  @Test
  void aPollThatRunsOutOfMemoryIsNotLeftBehind() throws IOException {
    String poll =
        """

        - route:
            id: own-poll
            from:
              uri: file:many
              parameters:
                delay: 100
                noop: true
                recursive: true
                sortBy: ${file:name}
              steps:
                - to: direct:nowhere
        """;
    Path many = Files.createDirectories(temp.resolve("work/many"));
    for (int i = 0; i < 30_000; i++) {
      Files.createFile(many.resolve("a-file-with-a-name-that-takes-some-memory-" + i));
    }
    String route = Files.readString(Path.of("routes/sources/ids-from-folder.camel.yaml"));
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            program(api)
                .jvm("-Xmx48m")
                .file("routes/ids-from-folder.camel.yaml", route + poll)
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(5);
      assertThat(program.output()).contains(LINE);
    }
  }
}
