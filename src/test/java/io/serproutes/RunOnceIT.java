package io.serproutes;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ProgramUnderTest.Start;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A run that ends by itself, what it leaves and its exit code; and a run that is told to end. */
@Execution(ExecutionMode.CONCURRENT)
class RunOnceIT {

  @TempDir Path temp;

  private Path folder() {
    return temp.resolve("work");
  }

  private OutFolder out() {
    return new OutFolder(folder().resolve("out"));
  }

  private Start once(String... ids) {
    return ProgramUnderTest.in(folder())
        .embeddedSandbox()
        .key("serp.ids", String.join(",", ids))
        .key("serp.circuit.probe-interval", "1s");
  }

  @Test
  void theMainJobNeedsNothingButAnId() {
    try (ProgramUnderTest program = once(Ids.ZERO).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      for (String kind : List.of("organic", "paid", "receipts")) {
        assertThat(out().names(kind)).containsExactly(Ids.ZERO + ".json");
        assertThat(program.output()).contains(kind + ": " + out().dir().resolve(kind));
      }
      assertThat(program.output())
          .containsPattern("delivered +1\n")
          .doesNotContain("dead-letters: ", "parked: ", "other: ");
      assertThat(out().find("organic", Ids.ZERO)).hasSize(15);
      assertThat(out().find("paid", Ids.ZERO)).hasSize(5);
      assertThat(out().receipt(Ids.ZERO).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(out().receipt(Ids.ZERO).path("source").textValue()).isEqualTo("command-line");
      assertThat(out().receipt(Ids.ZERO).path("sandbox").booleanValue()).isTrue();
      assertThat(out().names("dead-letters")).isEmpty();
    }
  }

  @Test
  void somethingWasDeadLettered() {
    String lost = Ids.failing(40401);
    String notReady = Ids.failing(40602);
    try (ProgramUnderTest program =
        once(Ids.good(1), lost, notReady).key("serp.once.wait-not-ready", "0s").start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(out().deadLetter(lost).path("reason").textValue()).isEqualTo("not-found");
      assertThat(out().receipt(lost).path("outcome").textValue()).isEqualTo("dead-lettered");
      assertThat(out().hasReceipt(Ids.good(1))).isTrue();
      assertThat(out().names("parked")).containsExactly(notReady + ".json");
    }
  }

  @Test
  void aDropFileWasRejected() throws Exception {
    Files.createDirectories(folder().resolve("inbox"));
    Files.writeString(folder().resolve("inbox/broken.json"), "[\"" + Ids.good(1) + "\", [");
    try (ProgramUnderTest program =
        ProgramUnderTest.in(folder()).embeddedSandbox().key("serp.once", "true").start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(out().hasReceipt(Ids.good(1))).isTrue();
      assertThat(out().names("dead-letters")).isEmpty();
      assertThat(program.output())
          .contains("broken.json is rejected", "1 id done")
          .containsPattern("files rejected +1\n")
          .contains("rejected, with the reason of each: " + folder().resolve("inbox/.rejected"));
    }
  }

  /** Dead letters without an id are named by time and source; none may replace another. */
  @Test
  void everyInputThatIsNoIdHasItsDeadLetter() {
    String[] inputs = new String[50];
    for (int i = 0; i < inputs.length; i++) {
      inputs[i] = "no-id-" + i;
    }
    try (ProgramUnderTest program = once(inputs).start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(out().all("dead-letters").values())
          .extracting(letter -> letter.path("input").textValue())
          .containsExactlyInAnyOrder(inputs);
      assertThat(out().names("receipts")).isEmpty();
    }
  }

  @Test
  void idsAreStillParked() {
    String notReady = Ids.failing(40602);
    try (ProgramUnderTest program =
        once(Ids.good(1), notReady).key("serp.once.wait-not-ready", "0s").start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(4);
      assertThat(out().names("parked")).containsExactly(notReady + ".json");
      assertThat(out().names("receipts")).containsExactly(Ids.good(1) + ".json");
      assertThat(out().names("dead-letters")).isEmpty();
    }
  }

  @Test
  void theCircuitIsOpenAtTheEnd() {
    String unpaid = Ids.failing(402, 0, 0);
    try (ProgramUnderTest program =
        once(Ids.failing(40401), Ids.failing(40602), unpaid)
            .key("serp.once.wait-circuit", "2s")
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(3);
      assertThat(out().hasReceipt(unpaid)).isFalse();
      assertThat(out().deadLetter(unpaid)).isNull();
      assertThat(program.output())
          .containsPattern("waiting: halted: .*402.*; giving up waiting at \\d\\d:")
          .containsPattern("dead-lettered not-found +1\n")
          .containsPattern("parked +1\n")
          .contains(
              "dead-letters: ", "parked: ", "ended; about 1 id was not fetched: give them again")
          .doesNotContain("organic: ", "paid: ");
    }
  }

  @Test
  void aStopOfARunThatHasEndedDoesNotChangeItsExitCode() {
    try (ProgramUnderTest program = once(Ids.failing(401, 0, 40100)).start()) {
      program.awaitOutput("the run ends: ").terminate();
      assertThat(program.exitCode()).as(program.output()).isEqualTo(3);
    }
  }

  /** With a wait for the circuit that is longer than this test waits. */
  @Test
  void aRejectedLoginEndsTheRunAtOnce() {
    String refused = Ids.failing(401, 0, 40100);
    try (ProgramUnderTest program = once(refused).key("serp.once.wait-circuit", "10m").start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(3);
      assertThat(program.output())
          .contains(
              "Halted: the login or the password is rejected (HTTP 401, 40100). 1 id is kept. Set"
                  + " serp.api.login and serp.api.password and start again;",
              "the run ends: the login or the password is rejected (HTTP 401, 40100), and waiting"
                  + " does not help",
              "ended; about 1 id was not fetched: give them again");
      assertThat(out().hasReceipt(refused)).isFalse();
      assertThat(out().deadLetter(refused)).isNull();
    }
  }

  @Test
  void aRunOnceOverTheFolderEndsWhenItIsFinished() throws Exception {
    Files.createDirectories(folder().resolve("inbox"));
    Files.write(folder().resolve("inbox/ids.txt"), Ids.good(0, 30));
    Files.write(folder().resolve("inbox/later.txt.part"), Ids.good(30, 31));
    try (ProgramUnderTest program =
        ProgramUnderTest.in(folder()).embeddedSandbox().key("serp.once", "true").start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(out().all("receipts").keySet())
          .containsExactlyInAnyOrderElementsOf(Ids.good(0, 30));
      assertThat(new OutFolder(folder().resolve("inbox/.done")).names("")).hasSize(1);
    }
  }

  /** What is under way stays in its file, and the next start works it off. */
  @Test
  void aStopWithCallsUnderWayIsCleanAndLosesNothing() throws Exception {
    List<String> ids = Ids.good(0, 40);
    try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        ProgramUnderTest program =
            ProgramUnderTest.in(folder())
                .key("serp.api.base-url", "http://127.0.0.1:" + silent.getLocalPort())
                .key("serp.api.login", "login")
                .key("serp.api.password", "secret")
                .start()) {
      program.awaitStart();
      Files.write(folder().resolve("inbox/ids.txt"), ids);
      program.awaitOutput("ids in work|[1-9]\\d* in work");
      program.terminate();
      assertThat(program.exitCode(Duration.ofSeconds(30))).as(program.output()).isZero();
      assertThat(out().names("receipts")).isEmpty();
      assertThat(out().names("dead-letters")).isEmpty();
      assertThat(folder().resolve("inbox/ids.txt")).exists();
    }
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = ProgramUnderTest.in(folder()).api(api).start()) {
      out().awaitReceipts(ids);
      Awaitility.await()
          .atMost(10, SECONDS)
          .until(() -> !Files.exists(folder().resolve("inbox/ids.txt")));
      assertThat(api.asked()).hasSize(40).allSatisfy((id, count) -> assertThat(count).isOne());
      program.terminate();
      assertThat(program.exitCode(Duration.ofSeconds(30))).as(program.output()).isZero();
    }
  }

  /** Nothing looks at what has stopped already. */
  @Test
  void aStopOfARunOnceWithAnOpenCircuitIsOneLine() {
    String unpaid = Ids.failing(402, 0, 0);
    try (ProgramUnderTest program = once(unpaid).start()) {
      program.awaitOutput("waiting: halted: ");
      program.terminate();
      assertThat(program.exitCode(Duration.ofSeconds(30))).as(program.output()).isEqualTo(4);
      assertThat(program.output())
          .endsWith("stopped; about 1 id was not fetched: give them again\n");
      assertThat(program.output().lines().filter(line -> line.contains("WARN")))
          .as(program.output())
          .allMatch(line -> line.contains(" serp-circuit - "));
    }
  }

  @Test
  void aStopDuringTheStartIsOneLine() throws Exception {
    try (ServerSocket silent = new ServerSocket(0, 100, InetAddress.getLoopbackAddress());
        StandIn api = StandIn.start();
        ProgramUnderTest program =
            ProgramUnderTest.in(folder())
                .api(api)
                .key("serp.to", "kafka")
                .key("serp.kafka.brokers", "127.0.0.1:" + silent.getLocalPort())
                .start()) {
      silent.accept().close(); // it looks for its topics
      program.terminate();
      assertThat(program.exitCode(Duration.ofSeconds(30))).as(program.output()).isZero();
      assertThat(program.output()).isEqualTo("serp-routes stopped before it had started\n");
    }
  }

  /** Calls that end while the program stops are delivered. */
  @Test
  void aStopLetsQuickCallsEnd() throws Exception {
    List<String> ids = Ids.good(0, 20);
    StandIn api = StandIn.start(java.util.Map.of("serp.sandbox.latency", "3s"));
    try (ProgramUnderTest program = ProgramUnderTest.in(folder()).api(api).start()) {
      program.awaitStart();
      Files.write(folder().resolve("inbox/ids.txt"), ids);
      Awaitility.await().atMost(30, SECONDS).until(() -> api.calls() == 20);
      program.terminate();
      assertThat(program.exitCode(Duration.ofSeconds(30))).as(program.output()).isZero();
      assertThat(out().all("receipts")).hasSize(20);
    } finally {
      api.close();
    }
  }
}
