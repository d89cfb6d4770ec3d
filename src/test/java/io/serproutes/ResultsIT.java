package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedWriter;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code status} and {@code export} of the jar, on what a run has delivered. */
class ResultsIT {

  private static final String DELIVERED = Ids.good(0);
  private static final String EXPIRED = Ids.failing(40403);
  private static final String UNKNOWN = "03171324-1535-0066-0000-770617fdc9a9";
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path temp;

  private static Path work;
  private static OutFolder out;

  @BeforeAll
  static void runOnceOnTheSandbox() throws IOException {
    work = temp.resolve("work");
    Files.createDirectories(work.resolve("inbox"));
    List<String> ids = new ArrayList<>(Ids.good(0, 40));
    ids.add(Ids.ZERO);
    ids.add(EXPIRED);
    Files.write(work.resolve("inbox/과업.txt"), ids);
    try (ProgramUnderTest program =
        ProgramUnderTest.in(work).embeddedSandbox().key("serp.once", "true").start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
    }
    out = new OutFolder(work.resolve("out"));
  }

  private static CommandRun run(String... arguments) throws Exception {
    return CommandRun.in(work).run(arguments);
  }

  @Test
  void statusTellsWhatBecameOfIds() throws Exception {
    CommandRun known = run("status", DELIVERED.toUpperCase(), EXPIRED);
    assertThat(known.code()).as(known.err()).isZero();
    assertThat(known.lines())
        .contains(DELIVERED, "    in out/receipts/" + DELIVERED + ".json", EXPIRED)
        .anyMatch(
            line -> line.matches("  delivered at 2.*Z; \\d+ organic.*; from folder:과업.txt:1;.*"))
        .contains("  dead letter expired: 40403 Results Expired.; 1 call; post the task again");
    assertThat(known.err()).isEmpty();

    CommandRun unknown = run("status", "--json", UNKNOWN, DELIVERED);
    assertThat(unknown.code()).as(unknown.err()).isEqualTo(2);
    JsonNode first = JSON.readTree(unknown.lines().get(0));
    assertThat(first.path("task_id").textValue()).isEqualTo(UNKNOWN);
    assertThat(first.path("outcome").textValue()).isEqualTo("unknown");
    JsonNode second = JSON.readTree(unknown.lines().get(1));
    assertThat(second.at("/receipt/record")).isEqualTo(out.receipt(DELIVERED));
    assertThat(unknown.lines()).hasSize(2);
  }

  @Test
  void jsonLinesAreAllItems() throws Exception {
    for (String type : List.of("organic", "paid", "receipts")) {
      CommandRun run = run("export", "--type", type, "--format", "jsonl");
      assertThat(run.code()).as(run.err()).isZero();
      List<JsonNode> expected = new ArrayList<>();
      for (JsonNode file : out.all(type).values()) {
        if (type.equals("receipts")) {
          expected.add(file);
        } else {
          file.forEach(expected::add);
        }
      }
      List<JsonNode> lines = new ArrayList<>();
      for (String line : run.lines()) {
        lines.add(JSON.readTree(line));
      }
      assertThat(lines).containsExactlyInAnyOrderElementsOf(expected);
      assertThat(run.err()).contains(type.equals("receipts") ? "42 receipts of 42 ids" : " 41 ids");
    }
  }

  @Test
  void csvIsReadByAnotherProgram() throws Exception {
    assumeTrue(isThere("python3"), "no python3 on this machine");
    CommandRun run = run("export", "--type=organic", "--format=csv", "--separator=;", "--since=1h");
    assertThat(run.code()).as(run.err()).isZero();
    Path file = Files.writeString(temp.resolve("organic.csv"), run.out());
    String script =
        "import csv, json, sys; rows = csv.DictReader(open(sys.argv[1], encoding='utf-8-sig',"
            + " newline=''), delimiter=';', strict=True); print(json.dumps(list(rows)))";
    Process python =
        new ProcessBuilder("python3", "-c", script, file.toString())
            .redirectError(temp.resolve("python.txt").toFile())
            .start();
    JsonNode rows = JSON.readTree(python.getInputStream().readAllBytes());
    assertThat(python.waitFor()).as(Files.readString(temp.resolve("python.txt"))).isZero();
    List<String> read = new ArrayList<>();
    rows.forEach(row -> read.add(cells(row.path("task_id"), row.path("keyword"), row)));
    List<String> written = new ArrayList<>();
    out.all("organic")
        .values()
        .forEach(
            items ->
                items.forEach(
                    item ->
                        written.add(cells(item.at("/task/id"), item.at("/task/keyword"), item))));
    assertThat(read).containsExactlyInAnyOrderElementsOf(written);
    assertThat(run.out()).startsWith("\uFEFFtask_id;").containsPattern("[가-힣]");
    assertThat(run("export", "--type=paid", "--format=csv", "--no-bom").out())
        .startsWith("task_id,");
    assertThat(run("export", "--type=organic", "--format=csv", "--since=2100-01-01").lines())
        .hasSize(1);
  }

  private static String cells(JsonNode id, JsonNode keyword, JsonNode item) {
    return String.join(
        "|",
        id.asText(),
        keyword.asText(),
        item.path("rank_absolute").asText(),
        item.path("title").asText(),
        item.path("description").asText(),
        item.path("url").asText());
  }

  private static boolean isThere(String program) {
    try {
      return new ProcessBuilder(program, "--version").start().waitFor() == 0;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  @Test
  void aReaderThatHasEnoughEndsItQuietly() throws Exception {
    Path large = largeResults("head", 2000);
    String export = String.join(" ", ProgramJar.command(List.of()));
    Process shell =
        new ProcessBuilder(
                "bash",
                "-c",
                export
                    + " export --type organic --format jsonl | head -n 1 | cut -c 1-9;"
                    + " echo ${PIPESTATUS[0]}")
            .directory(large.toFile())
            .redirectError(temp.resolve("head.txt").toFile())
            .start();
    String lines = new String(shell.getInputStream().readAllBytes(), UTF_8);
    assertThat(shell.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(lines).isEqualTo("{\"title\":\n1\n");
    assertThat(Files.readString(temp.resolve("head.txt"))).isEmpty();
  }

  @Test
  void memoryDoesNotGrowWithTheResults() throws Exception {
    Path large = largeResults("large", 60_000);
    CommandRun run =
        CommandRun.in(large)
            .environment("JAVA_TOOL_OPTIONS", "-Xmx24m")
            .run("export", "--type", "organic", "--format", "jsonl");
    assertThat(run.code()).as(run.err()).isZero();
    assertThat(run.out().lines()).hasSize(60_000);
  }

  /** A working folder whose results are one large file. */
  private static Path largeResults(String name, int items) throws IOException {
    Path folder = temp.resolve(name);
    Files.createDirectories(folder.resolve("out/organic"));
    Files.createDirectories(folder.resolve("out/receipts"));
    String receipt = "{\"task_id\":\"%s\",\"organic\":%d}".formatted(UNKNOWN, items);
    Files.writeString(folder.resolve("out/receipts/" + UNKNOWN + ".json"), receipt);
    Path file = folder.resolve("out/organic/" + UNKNOWN + ".json");
    try (BufferedWriter out = Files.newBufferedWriter(file)) {
      for (int i = 0; i < items; i++) {
        out.write((i == 0 ? "[" : ",") + "\n{\"title\":\"" + "네".repeat(300) + "\"}");
      }
      out.write("\n]\n");
    }
    return folder;
  }

  @Test
  void whatIsBrokenIsNamedAndTheRestIsWritten() throws Exception {
    Path folder = temp.resolve("broken");
    for (int i = 0; i < 30; i++) {
      String id = Ids.good(i);
      CommandRun.in(folder)
          .file("out/receipts/" + id + ".json", "{\"task_id\":\"" + id + "\",\"organic\":1}")
          .file("out/organic/" + id + ".json", i == 7 ? "[\n{\"n\":7}\n]\n" : "[{\u001b[2J");
    }
    CommandRun run = CommandRun.in(folder).run("export", "--type=organic", "--format=jsonl");
    assertThat(run.code()).isEqualTo(2);
    assertThat(run.out()).isEqualTo("{\"n\":7}\n");
    assertThat(run.err()).doesNotContain("\u001b").contains("1 organic item of 1 id written");
    assertThat(run.err().lines().filter(line -> line.contains("is left out: it holds no whole")))
        .hasSize(20);
    assertThat(run.err()).contains("9 more are left out");

    String id = Ids.good(3);
    CommandRun.in(folder).file("out/dead-letters/" + id + ".json", "\u001b");
    CommandRun status = CommandRun.in(folder).run("status", id);
    assertThat(status.code()).isEqualTo(1);
    assertThat(status.out()).startsWith(id + "\n");
    assertThat(status.err().lines())
        .singleElement()
        .asString()
        .contains("out/dead-letters/" + id + ".json is ignored: ");
  }

  @Test
  void whatIsWrongWithTheArgumentsIsOneLine() throws Exception {
    refused("it takes the ids of tasks", "status");
    refused("ids.txt is not the id of a task", "status", DELIVERED, "ids.txt");
    refused("there is no option --jsn; did you mean --json?", "status", DELIVERED, "--jsn");
    refused("--type must be one of organic, paid, other, receipts", "export", "--format=csv");
    refused("--format must be one of jsonl, csv", "export", "--type=paid", "--format=xml");
    refused("--separator is one of", "export", "--type=paid", "--format=csv", "--separator=x");
    refused("--since=x is no time", "export", "--type=paid", "--format=csv", "--since=x");
    refused("export takes no arguments such as x", "export", "x");
    refused(
        "serp.file.dir is not a key of serp-routes (given with --set); did you mean serp.files.dir?",
        "status",
        DELIVERED,
        "--set=serp.file.dir=out");
    refused(
        "there is no folder nowhere/receipts: nothing was delivered here",
        "export",
        "--type=paid",
        "--format=jsonl",
        "--set=serp.files.dir=nowhere");
  }

  private static void refused(String words, String... arguments) throws Exception {
    CommandRun run = run(arguments);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).isEmpty();
    assertThat(run.err().lines()).singleElement().asString().contains(words);
  }
}
