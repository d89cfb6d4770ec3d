package io.serproutes;

import static io.serproutes.Packed.gzip;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The commands {@code fetch} and {@code replay} of the jar, at the embedded sandbox. */
@Execution(ExecutionMode.CONCURRENT)
class FetchIT {

  private static final String ZERO = "00000000-0000-0000-0000-000000000000";
  private static final String A = "03171324-1535-0066-0000-d5ae1b2c3d4e";
  private static final String B = "03171324-1535-0066-0000-d5ae1b2c3d4f";
  private static final String C = "03171324-1535-0066-0000-d5ae1b2c3d50";
  private static final String UNKNOWN = "00000000-0000-0000-0000-000000040401";
  private static final String LATE_ONCE = "00000000-0000-0000-0001-000000040602";
  private static final String LATE = "00000000-0000-0000-0000-000000040602";

  @TempDir Path temp;

  private ProgramUnderTest.Start fetch(String... arguments) {
    ProgramUnderTest.Start start = program("fetch");
    Stream.of(arguments).forEach(start::argument);
    return start;
  }

  private ProgramUnderTest.Start program(String command) {
    return ProgramUnderTest.in(temp.resolve("work")).embeddedSandbox().argument(command);
  }

  private OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  private JsonNode receipt(String id) {
    return out().receipt(id);
  }

  @Test
  void idsFilesOfAnyFormatAndStandardInputMixed() throws IOException {
    String table = "keyword;Task ID\r\n\"a;b\";" + A + "\r\nx;\r\ny;" + B + "\r\n";
    Path gzip = temp.resolve("more.txt.gz");
    Files.write(gzip, gzip("# ids\n" + B + "\n" + ZERO + "\n"));
    Path input = Files.writeString(temp.resolve("input"), "\ufeff" + C + "\r\nbad\r\n" + C);
    ProgramUnderTest.Start start =
        fetch(UNKNOWN, "과업.csv", gzip.toString(), "-", ZERO).file("과업.csv", table).input(input);
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(program.output())
          .contains("과업.csv: 2 entries, skipped 1 blank cell", "more.txt.gz: 2 entries, 1 repeated")
          .contains(
              "standard input: 3 entries, 1 repeated", "dead letter invalid-id: \"bad\" (stdin:2)");
    }
    assertThat(receipt(A).path("source").asText()).isEqualTo("file:과업.csv:2");
    assertThat(receipt(ZERO).path("source").asText()).isEqualTo("file:more.txt.gz:3");
    assertThat(receipt(C).path("source").asText()).isEqualTo("stdin:1");
    assertThat(receipt(UNKNOWN).path("source").asText()).isEqualTo("command-line");
    assertThat(Files.readString(temp.resolve("work/과업.csv"))).isEqualTo(table);
    assertThat(temp.resolve("work/inbox")).doesNotExist();
  }

  /** Else the first file that the JVM opens would be read as one of ids. */
  @Test
  void aClosedStandardInputIsToldAndNotRead() {
    try (ProgramUnderTest program = fetch("-").withoutInput().start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
      assertThat(program.output())
          .contains("standard input is closed; give the ids as files")
          .doesNotContain("\tat ");
    }
    assertThat(temp.resolve("work/out")).doesNotExist();
  }

  @Test
  void aFileThatBreaksOffCountsAndItsIdsBeforeThatAreFetched() throws IOException {
    try (ProgramUnderTest program = fetch("ids.json").file("ids.json", "[\"" + A + "\",").start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
      assertThat(program.output()).contains("ids.json is broken: malformed JSON", "files broken");
    }
    assertThat(receipt(A)).isNotNull();
  }

  @Test
  void parkedIdsOfOtherRunsAreLeftAloneAndOnesOwnAreWaitedFor() throws IOException {
    String record =
        "{\"task_id\":\""
            + A
            + "\",\"outcome\":\"parked\",\"source\":\"folder:x.txt:1\","
            + "\"first_asked_at\":\"2026-11-01T00:00:00.000Z\","
            + "\"due_at\":\"2026-11-01T00:00:00.000Z\",\"asks\":1,\"attempts\":1}";
    ProgramUnderTest.Start start =
        fetch(LATE_ONCE)
            .file("out/.from-sandbox", "")
            .file("out/parked/" + A + ".json", record)
            .key("serp.not-ready.delay", "500ms");
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertThat(receipt(LATE_ONCE).path("outcome").asText()).isEqualTo("delivered");
    assertThat(temp.resolve("work/out/parked/" + A + ".json")).hasContent(record);
    assertThat(temp.resolve("work/out/receipts/" + A + ".json")).doesNotExist();

    start =
        fetch(LATE, ZERO)
            .key("serp.not-ready.delay", "300ms")
            .key("serp.once.wait-not-ready", "1s");
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(4);
      assertThat(program.output()).contains("parked          1");
    }
    assertThat(temp.resolve("work/out/parked/" + LATE + ".json")).exists();
  }

  @Test
  void aSlowWriterOfStandardInputIsNotWaitedForAndAStopDoesNotWaitEither() throws IOException {
    ProgramUnderTest.Start start = fetch("-");
    try (ProgramUnderTest program = start.start()) {
      program.type(A + "\n");
      out().awaitReceipts(List.of(A));
      assertThat(program.isRunning()).isTrue();
      program.type(B + "\n");
      out().awaitReceipts(List.of(B));
      long before = System.nanoTime();
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isEqualTo(4);
      assertThat(program.output()).contains("stopped; standard input was not read to its end");
      assertThat((System.nanoTime() - before) / 1_000_000_000).isLessThan(12);
    }
  }

  /** Its writer does not have what has been read any more. */
  @Test
  void aStopTellsOfIdsThatStandardInputBroughtAndThatWereNotFetched() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            fetch("-").api(api).key("serp.retry.first-delay", "60s").start()) {
      program.type(A + "\n" + Ids.failing(500, 0, 0) + "\n");
      out().awaitReceipts(List.of(A));
      await().atMost(ProgramUnderTest.PATIENCE).until(() -> api.calls() == 2);
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isEqualTo(4);
      assertThat(program.output())
          .contains("stopped; about 1 id was not fetched, and standard input was not read to its")
          .contains("end: give every id without a receipt again");
    }
  }

  /** {@code fetch ids.txt && rm ids.txt} must keep the file. */
  @Test
  void aStopWithIdsLeftIsNoSuccess() throws IOException {
    String ids = String.join("\n", Ids.good(0, 2000)) + "\n";
    try (ProgramUnderTest program =
        fetch("ids.txt").file("ids.txt", ids).key("serp.sandbox.latency", "300ms").start()) {
      out().awaitReceipts(Ids.good(0, 1));
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isEqualTo(4);
      assertThat(program.output())
          .containsPattern("stopped; about 1,\\d{3} ids were not fetched: give them again\n$");
    }
  }

  @Test
  void aStopBeforeTheStartIsNoSuccessEither() throws IOException {
    try (ServerSocket silent = new ServerSocket(0, 0, InetAddress.getLoopbackAddress());
        StandIn api = StandIn.start();
        ProgramUnderTest program =
            program("fetch")
                .argument(A)
                .api(api)
                .key("serp.to", "kafka")
                .key("serp.kafka.brokers", "127.0.0.1:" + silent.getLocalPort())
                .start()) {
      silent.setSoTimeout((int) ProgramUnderTest.PATIENCE.toMillis());
      silent.accept().close(); // it asks the broker, so it is on its way
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isEqualTo(4);
      assertThat(program.output()).contains("serp-routes stopped before it had started");
    }
  }

  @Test
  void whatIsWrongIsOneLine() throws IOException {
    refused(
        "could not start: there is no file ids.txt, and it is not a task id", "fetch", "ids.txt");
    Files.createDirectories(temp.resolve("work/folder"));
    refused("could not start: folder is a folder", "fetch", ZERO, "folder");
    refused("a format that is not supported; supported are .txt", "fetch", "x.pdf");
    refused("no ids found; columns: a, b (separator ,)", "fetch", "x.csv");
    refused("there is no command x.pdf; did you mean fetch x.pdf?", "x.pdf");
    refused("there is no command fetsch; did you mean fetch?", "fetsch", ZERO);
    refused("there is no option --reasons; did you mean --reason?", "replay", "--reasons=x");
    refused(
        "there is no reason not_found; did you mean not-found?", "replay", "--reason=not_found");
    refused(
        "there is no reason no; the reasons are invalid-id, not-found", "replay", "--reason=no");
    refused(
        "replay takes no arguments such as not-found; did you mean --reason not-found?",
        "replay",
        "not-found");
    refused("serp.form is not a key", "fetch", ZERO, "--set", "serp.form=x");
    refused("this command sets serp.from by itself", "fetch", ZERO, "--set", "serp.from=kafka");
    refused("config takes no arguments such as serp.from", "config", "serp.from");
    refused(
        "serp.form is not a key of serp-routes (given with --set); did you mean serp.from?",
        "config",
        "-Dserp.form=x");
    assertThat(temp.resolve("work/out")).doesNotExist();
  }

  private void refused(String why, String... arguments) {
    ProgramUnderTest.Start start =
        ProgramUnderTest.in(temp.resolve("work")).file("x.pdf", "%PDF").file("x.csv", "a,b\n1,2\n");
    List.of(arguments).forEach(start::argument);
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(1);
      assertThat(program.output()).contains(why).hasLineCount(1);
    }
  }

  @Test
  void replayAsksAgainForLettersOfTheseReasonsAndADryRunChangesNothing() throws IOException {
    String letter =
        "{\"task_id\":\"%s\",\"reason\":\"%s\",\"source\":\"folder:\\u001bx\",\"failed_at\":\"2026\"}";
    ProgramUnderTest.Start dry =
        program("replay")
            .file("out/.from-sandbox", "")
            .file("out/dead-letters/" + A + ".json", letter.formatted(A, "not-ready"))
            .file("out/dead-letters/" + B + ".json", letter.formatted(B, "rejected"))
            .argument("--dry-run");
    try (ProgramUnderTest program = dry.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output())
          .contains("not-ready          " + A + "  2026                      folder: x")
          .contains("1 dead letter would be replayed")
          .contains("1 dead letter of another reason would stay: 1 rejected; --reason chooses them")
          .doesNotContain(B);
    }
    assertThat(temp.resolve("work/out/receipts")).doesNotExist();
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            program("replay")
                .argument("--reason=rejected")
                .api(api)
                .key("serp.files.dir", "other")
                .file("other/dead-letters/" + A + ".json", letter.formatted(A, "not-ready"))
                .file("other/dead-letters/" + B + ".json", letter.formatted(B, "rejected"))
                .start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertThat(temp.resolve("work/other/dead-letters/" + A + ".json")).exists();
    assertThat(temp.resolve("work/other/dead-letters/" + B + ".json")).doesNotExist();
    assertThat(temp.resolve("work/other/receipts/" + B + ".json")).exists();
  }
}
