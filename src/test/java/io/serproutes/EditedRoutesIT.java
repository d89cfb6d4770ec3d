package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A route file in the working folder, edited as a user would, does what it says. */
@Execution(ExecutionMode.CONCURRENT)
class EditedRoutesIT {

  private static final List<String> IDS = Ids.good(0, 20);
  private static final String TO_OUTPUTS = "- to: direct:serp-items-to-outputs\n";

  @TempDir Path temp;

  private Path folder() {
    return temp.resolve("work");
  }

  private OutFolder out() {
    return new OutFolder(folder().resolve("out"));
  }

  /** A program with a copy of a route file in which a line is another. */
  private Start edited(String file, String line, String instead) throws IOException {
    String text = Files.readString(original(file + ".camel.yaml"));
    assertThat(text).as(file).containsOnlyOnce(line);
    return ProgramUnderTest.in(folder())
        .key("serp.from", "command-line")
        .key("serp.ids", String.join(",", IDS))
        .file("routes/" + file + ".camel.yaml", text.replace(line, instead));
  }

  private static Path original(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("routes"))) {
      return files.filter(file -> file.endsWith(name)).findFirst().orElseThrow();
    }
  }

  private static StandIn api() {
    return StandIn.start(Map.of("serp.sandbox.items", "30"));
  }

  private static void runOnce(Start start, StandIn api) {
    try (ProgramUnderTest program = start.api(api).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
    }
    assertThat(api.asked()).containsOnlyKeys(IDS).allSatisfy((id, n) -> assertThat(n).isOne());
  }

  @Test
  void aTypeThatIsFilteredIsNotDelivered() throws IOException {
    Start start =
        edited(
            "task-results",
            TO_OUTPUTS.indent(14),
            """
                          - filter:
                              simple: ${body.type} != 'paid'
                              steps:
            """
                + TO_OUTPUTS.indent(20));
    try (StandIn api = api()) {
      runOnce(start, api);
    }
    assertThat(out().all("receipts"))
        .containsOnlyKeys(IDS)
        .allSatisfy(
            (id, receipt) -> {
              assertThat(receipt.path("outcome").asText()).isEqualTo("delivered");
              int organic = receipt.path("organic").intValue();
              assertThat(out().find("organic", id)).hasSize(organic);
              // a receipt counts what the answer held
              assertThat(receipt.path("items_count").intValue())
                  .isEqualTo(
                      organic + receipt.path("paid").intValue() + receipt.path("other").intValue());
            });
    assertThat(out().all("receipts").values())
        .anyMatch(receipt -> receipt.path("paid").intValue() > 0);
    assertThat(out().names("paid")).isEmpty();
    assertThat(folder().resolve("out/paid")).isEmptyDirectory();
  }

  @Test
  void aLogStepPrints() throws IOException {
    Start start =
        edited(
            "task-results",
            TO_OUTPUTS.indent(14),
            """
                          - log:
                              message: "${variable.serpTaskId} has ${body.count} ${body.type}: ${body}"
            """
                + TO_OUTPUTS.indent(14));
    try (StandIn api = api();
        ProgramUnderTest program = start.api(api).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      for (String id : IDS) {
        assertThat(program.output())
            .containsPattern(
                "INFO  serp-split-items - "
                    + id
                    + " has \\d+ organic: \\[\n\\{\"type\":\"organic\"");
      }
    }
    assertThat(out().all("receipts")).containsOnlyKeys(IDS);
  }

  @Test
  void aLogStepBeforeTheJudgePrintsTheAnswer() throws IOException {
    String judge = "              - process:\n                  id: serp-judge-answer\n";
    Start start = edited("task-results", judge, "- log: \"answer ${body}\"\n".indent(14) + judge);
    try (StandIn api = api();
        ProgramUnderTest program = start.api(api).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).contains("INFO  serp-fetch-task - answer {\"version\":");
      assertThat(api.asked()).containsOnlyKeys(IDS).allSatisfy((id, n) -> assertThat(n).isOne());
    }
    assertThat(out().all("receipts"))
        .containsOnlyKeys(IDS)
        .allSatisfy(
            (id, receipt) -> assertThat(receipt.path("outcome").asText()).isEqualTo("delivered"));
  }

  @Test
  void organicItemsGoElsewhereAsWell() throws IOException {
    Start start =
        edited(
            "task-results",
            TO_OUTPUTS.indent(14),
            """
                          - filter:
                              simple: ${body.type} == 'organic'
                              steps:
                                - to:
                                    uri: file:elsewhere
                                    parameters:
                                      fileName: "${variable.serpTaskId}.json"
            """
                + TO_OUTPUTS.indent(14));
    try (StandIn api = api()) {
      runOnce(start, api);
    }
    assertThat(out().all("receipts")).containsOnlyKeys(IDS);
    for (String id : IDS) {
      assertThat(folder().resolve("elsewhere/" + id + ".json"))
          .hasSameBinaryContentAs(folder().resolve("out/organic/" + id + ".json"));
    }
    assertThat(out().names("paid")).isNotEmpty();
  }

  @Test
  void aCopyThatNeverEndsAnIdStopsTheStart() throws IOException {
    refused(
        edited(
            "task-results",
            """
                    - process:
                        id: serp-mark-durable
                        ref: serpMarkDurable
            """,
            ""),
        "task-results.camel.yaml: the last step of serp-receipt must be a process with the ref"
            + " serpMarkDurable");
  }

  /** Else a receipt could come before its items. */
  @ParameterizedTest
  @ValueSource(strings = {"", "        - to: direct:serp-receipt\n"})
  void aCopyThatWaitsForNoItemsStopsTheStart(String receiptBefore) throws IOException {
    String step =
        """
                - process:
                    id: serp-await-items
                    ref: serpAwaitItems
        """;
    refused(
        edited("task-results", step, receiptBefore.isEmpty() ? "" : receiptBefore + step),
        "task-results.camel.yaml: serp-split-items lacks a process with the ref serpAwaitItems");
  }

  /** Else its ids would be asked for again and again. */
  @ParameterizedTest
  @CsvSource({
    "serp-split-items, serp-too-large",
    "serp-dead-letter, serp-dead-letter-to-outputs",
  })
  void aCopyThatWritesNoReceiptStopsTheStart(String route, String before) throws IOException {
    String line = "- to: direct:" + before + "\n        ";
    String filter = "- filter: {simple: '${body} == 1', steps: [{to: direct:serp-receipt}]}\n";
    refused(
        edited("task-results", line + "- to: direct:serp-receipt\n", line + filter),
        "task-results.camel.yaml: " + route + " lacks the step to direct:serp-receipt");
  }

  /** As a copy of an older version, too; else its ids would hang, or end without a receipt. */
  @ParameterizedTest
  @CsvSource({
    "serp-take-task, serp-begin-task, serpBeginTask",
    "serp-fetch-task, serp-pass-gate, serpPassGate",
    "serp-receipt, serp-make-receipt, serpReceipts",
  })
  void aCopyWithoutAStepOnTheWayOfAnIdStopsTheStart(String route, String step, String ref)
      throws IOException {
    refused(
        edited("task-results", "id: " + step + "\n", "disabled: true\n"),
        "task-results.camel.yaml: " + route + " lacks a process with the ref " + ref);
  }

  @Test
  void aCopyThatKeepsNoParkedIdStopsTheStart() throws IOException {
    refused(
        edited("task-results", "        - to: \"{{serp-chosen:parking}}\"\n", ""),
        "task-results.camel.yaml: serp-park-task lacks the step to {{serp-chosen:parking}}");
  }

  @Test
  void aStepThatIsSwitchedOffIsNone() throws IOException {
    String step = "id: serp-mark-durable\n";
    refused(
        edited("task-results", step, step + "            disabled: true\n"),
        "the last step of serp-receipt must be a process with the ref serpMarkDurable");
  }

  @Test
  void aCopyThatLacksARouteOfItsOutputStopsTheStart() throws IOException {
    refused(
        edited("items-to-files", "uri: direct:serp-dead-letter-to-files", "uri: direct:renamed"),
        "serp-dead-letter-to-files");
  }

  private static void refused(Start start, String why) {
    try (StandIn api = api();
        ProgramUnderTest program = start.api(api).start()) {
      assertThat(program.exitCode()).as(program.output()).isOne();
      assertThat(program.output().lines())
          .singleElement()
          .asString()
          .startsWith("serp-routes could not start: ")
          .contains(why);
      assertThat(api.calls()).isZero();
    }
  }
}
