package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The circuit by its three causes, and the two rules for a single poisonous id. */
@Execution(ExecutionMode.CONCURRENT)
class CircuitIT {

  private static final int MAX_CONCURRENT = 5;
  private static final int FRESH_EACH_ROUND = 2;

  @TempDir Path temp;

  private Path folder() {
    return temp.resolve("work");
  }

  private OutFolder out() {
    return new OutFolder(folder().resolve("out"));
  }

  private Start program(StandIn api) {
    return ProgramUnderTest.in(folder())
        .api(api)
        .key("serp.circuit.probe-interval", "1s")
        .key("serp.api.max-concurrent", Integer.toString(MAX_CONCURRENT))
        .key("serp.api.calls-per-minute", "3000");
  }

  private void drop(String name, List<String> ids) throws IOException {
    Path hidden = folder().resolve("inbox/." + name);
    Files.write(hidden, ids);
    Files.move(hidden, folder().resolve("inbox/" + name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static ConditionFactory eventually() {
    return await().atMost(ProgramUnderTest.PATIENCE).pollInterval(Duration.ofMillis(20));
  }

  private static long count(ProgramUnderTest program, String words) {
    return program.output().lines().filter(line -> line.contains(words)).count();
  }

  private void allDelivered(List<String> ids) {
    out().awaitReceipts(ids);
    assertThat(out().all("receipts").values())
        .allSatisfy(r -> assertThat(r.path("outcome").textValue()).isEqualTo("delivered"));
    assertThat(out().names("dead-letters")).isEmpty();
    eventually().until(() -> new OutFolder(folder().resolve("inbox")).names("").isEmpty());
  }

  @Test
  void accountRefusedInMidRun() throws IOException {
    List<String> ids = Ids.good(0, 200);
    try (StandIn api = StandIn.start(Map.of("serp.sandbox.latency", "50ms"));
        ProgramUnderTest program = program(api).start()) {
      program.awaitStart();
      drop("ids.txt", ids);
      eventually().until(() -> out().names("receipts").size() >= 40);
      long start = System.nanoTime();
      api.answerAll(402, 40200);
      eventually().until(() -> count(program, "Still halted: ") >= 3);
      program.awaitOutput(", halted: ");
      assertThat(program.output()).doesNotContain(" to go, halted: ");
      long refused = api.answers("402/40200");
      Duration open = Duration.ofNanos(System.nanoTime() - start);
      api.answerAsUsual();

      assertThat(refused).isLessThanOrEqualTo(MAX_CONCURRENT + open.toSeconds() + 1);
      assertThat(count(program, " Halted: ")).as(program.output()).isOne();
      allDelivered(ids);
      assertThat(out().all("receipts").values())
          .as("every call counts, though a refusal not against the id")
          .satisfies(
              all ->
                  assertThat(all.stream().mapToInt(r -> r.path("attempts").intValue()).sum())
                      .isEqualTo(api.calls()));
      assertThat(count(program, "Resumed: ")).isOne();
    }
  }

  @Test
  void unreachableForAWhile() throws IOException {
    List<String> ids = Ids.good(0, 600);
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program(api).start()) {
      program.awaitStart();
      drop("ids.txt", ids);
      eventually().until(() -> out().names("receipts").size() >= 40);
      api.stop();
      program.awaitOutput("Halted: "); // a server that stops may still answer 404 first
      eventually().until(() -> count(program, "Still halted: ") >= 2);
      api.startAgain();
      allDelivered(ids);
    }
  }

  /** Inbox, progress and results lie on one disk, which fills up. */
  @Test
  void cannotDeliverOnAFullDisk() throws Exception {
    List<String> ids = Ids.good(0, 120);
    Files.createDirectories(folder());
    int mounted = run("mount", "-t", "tmpfs", "-o", "size=600k", "tmpfs", folder().toString());
    assumeThat(mounted).as("a small disk of its own needs root: mount -t tmpfs").isZero();
    try (StandIn api = StandIn.start()) {
      try (ProgramUnderTest program = program(api).start()) {
        program.awaitStart();
        drop("ids.txt", ids);
        program.awaitOutput(
            "Halted: cannot deliver: .*No space left.*ids? (is|are) kept. Free disk space");
        eventually().until(() -> program.observe("/health/ready").statusCode() == 503);
        assertThat(program.observe("/health/ready").body()).contains("cannot deliver");
        assertThat(out().names("dead-letters")).isEmpty();
        assertThat(run("mount", "-o", "remount,size=64m", folder().toString())).isZero();

        allDelivered(ids);
        assertThat(api.asked())
            .as("an answer is kept")
            .allSatisfy((id, n) -> assertThat(n).isOne());
        assertThat(hiddenFiles()).as("left over").isEmpty();
      }
    } finally {
      run("umount", "-l", folder().toString());
    }
  }

  private List<String> hiddenFiles() throws IOException {
    try (Stream<Path> files = Files.walk(out().dir())) {
      return files.map(Path::toString).filter(name -> name.endsWith(".tmp")).toList();
    }
  }

  private static int run(String... command) throws IOException, InterruptedException {
    try {
      return new ProcessBuilder(command)
          .redirectErrorStream(true)
          .redirectOutput(ProcessBuilder.Redirect.DISCARD)
          .start()
          .waitFor();
    } catch (IOException notThere) {
      return -1;
    }
  }

  @Test
  void anIdThatAloneOpensIt() throws IOException {
    String poison = Ids.failing(402, 0, 0);
    List<String> ids = Ids.good(0, 60);
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program(api).start()) {
      program.awaitStart();
      drop("poison.txt", List.of(poison));
      drop("ids.txt", ids);
      rejected(program, poison, ids.size(), 402);
      assertThat(api.asked().get(poison)).isGreaterThanOrEqualTo(3);
      out().awaitReceipts(ids);
    }
  }

  @Test
  void anIdThatAloneIsThrottled() throws IOException {
    String poison = Ids.failing(429, 0, 0);
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program(api).start()) {
      program.awaitStart();
      drop("poison.txt", List.of(poison));
      rejected(program, poison, 0, 429);
      assertThat(api.asked().get(poison)).isGreaterThanOrEqualTo(20);
      assertThat(out().names("dead-letters")).hasSize(1);
    }
  }

  /** Drops fresh ids, so that others pass, until the poisonous one is given up. */
  private void rejected(ProgramUnderTest program, String poison, int from, int http) {
    int[] next = {from};
    await(program.output())
        .atMost(ProgramUnderTest.PATIENCE)
        .pollInterval(Duration.ofMillis(400))
        .until(
            () -> {
              List<String> fresh = Ids.good(next[0], next[0] + FRESH_EACH_ROUND);
              drop("fresh-" + next[0] + ".txt", fresh);
              next[0] += FRESH_EACH_ROUND;
              return out().hasReceipt(poison);
            });
    assertThat(out().deadLetter(poison).path("reason").textValue()).isEqualTo("rejected");
    assertThat(out().deadLetter(poison).path("http_status").intValue()).isEqualTo(http);
    assertThat(out().receipt(poison).path("outcome").textValue()).isEqualTo("dead-lettered");
    out().awaitReceipts(Ids.good(0, next[0]));
  }
}
