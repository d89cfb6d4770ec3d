package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.deliver.lines.LinesUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * The recipes, taken from their page and run on what the program has written. A recipe whose tool
 * this machine lacks is skipped.
 */
class RecipesIT {

  private static final Path PAGE = Path.of("src/docs/recipes.md");
  private static final int IDS = 30;
  private static final String EXPIRED = Ids.failing(40403);
  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir static Path temp;

  private static Path folder;
  private static List<JsonNode> organic;
  private static List<JsonNode> paid;

  @BeforeAll
  static void runOnceOnTheSandbox() {
    folder = temp.resolve("work");
    List<String> ids = new ArrayList<>(Ids.good(0, IDS));
    ids.addAll(List.of(Ids.ZERO, EXPIRED, Ids.failing(40401), Ids.failing(40404)));
    try (ProgramUnderTest program =
        ProgramUnderTest.in(folder)
            .embeddedSandbox()
            .key("serp.ids", String.join(",", ids))
            .start()) {
      assertThat(program.exitCode()).as(program.output()).isEqualTo(2);
    }
    OutFolder out = new OutFolder(folder.resolve("out"));
    organic = items(out, "organic");
    paid = items(out, "paid");
    assertThat(organic).anySatisfy(item -> assertThat(title(item)).matches(".*[가-힣].*"));
  }

  private static List<JsonNode> items(OutFolder out, String kind) {
    List<JsonNode> items = new ArrayList<>();
    out.all(kind).values().forEach(file -> file.forEach(items::add));
    return items;
  }

  private static String title(JsonNode item) {
    return item.path("title").asText();
  }

  @Test
  void exportWritesItemsAsLinesAndCells() throws Exception {
    shell("jsonl > organic.jsonl");
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder.resolve("organic.jsonl"))) {
      lines.add(JSON.readTree(line));
    }
    assertThat(lines).containsExactlyInAnyOrderElementsOf(organic);

    shell("csv > organic.csv");
    String csv = Files.readString(folder.resolve("organic.csv"));
    assertThat(csv).startsWith("\uFEFFtask_id,keyword,type,");
    assertThat(csv.split("\r\n")).hasSize(organic.size() + 1); // a text may have line breaks
    assertThat(organic)
        .allSatisfy(
            item -> assertThat(csv).contains(",\"" + title(item).replace("\"", "\"\"") + "\","));
  }

  @Test
  void jqMakesColumnsOfLines() throws Exception {
    assumeTrue(works("jq", "--version"), "no jq on this machine");
    shell("ranks.tsv");
    assertThat(Files.readAllLines(folder.resolve("ranks.tsv")))
        .hasSize(organic.size())
        .allMatch(line -> line.matches("[^\t]+\t[0-9]+\thttps?://[^\t]+"));
  }

  @Test
  void jqSortsDeadLettersByReason() throws Exception {
    assumeTrue(works("jq", "--version"), "no jq on this machine");
    assertThat(shell("uniq -c").lines().map(String::strip))
        .containsExactly("2 not-found", "1 expired");
    shell("expired.txt");
    assertThat(folder.resolve("expired.txt")).hasContent(EXPIRED);
  }

  @Test
  void jqReadsFilesOfLines() throws Exception {
    assumeTrue(works("jq", "--version"), "no jq on this machine");
    Path lines = temp.resolve("lines");
    for (List<String> ids : List.of(Ids.good(0, 3), List.of(Ids.good(1), EXPIRED))) {
      try (ProgramUnderTest program =
          ProgramUnderTest.in(lines)
              .embeddedSandbox()
              .key("serp.files.layout", "lines")
              .key("serp.ids", String.join(",", ids))
              .start()) {
        program.exitCode();
      }
    }
    shell("ranks-of-lines.tsv", lines);
    int delivered = 0;
    for (Path file : new LinesUnderTest(lines.resolve("out")).shown("organic")) {
      delivered += Files.readAllLines(file).size();
    }
    assertThat(Files.readAllLines(lines.resolve("ranks-of-lines.tsv")))
        .hasSize(delivered)
        .allMatch(line -> line.matches("[^\t]+\t[0-9]+\thttps?://[^\t]+"));
    assertThat(shell("out/receipts/*.jsonl", lines).lines().map(String::strip))
        .as("one of them was delivered twice")
        .containsExactly("1 dead-lettered", "3 delivered");
  }

  @Test
  void duckDbReadsItemsAndReceipts() throws Exception {
    assumeTrue(works("python3", "-c", "import duckdb"), "no DuckDB for python3 on this machine");
    List<String> queries = blocks("sql");
    assertThat(queries).hasSize(3);
    JsonNode items = query(queries.get(0));
    assertThat(items).hasSize(organic.size());
    assertThat(items.findValuesAsText("title"))
        .containsExactlyInAnyOrderElementsOf(organic.stream().map(RecipesIT::title).toList());

    JsonNode outcomes = query(queries.get(1));
    assertThat(outcomes.get(0).path("outcome").asText()).isEqualTo("delivered");
    assertThat(outcomes.get(0).path("ids").asInt()).isEqualTo(IDS + 1);
    assertThat(outcomes.get(0).path("organic").asInt()).isEqualTo(organic.size());
    assertThat(outcomes.get(0).path("paid").asInt()).isEqualTo(paid.size());

    query(queries.get(2));
    JsonNode parquet =
        query("SELECT type, count(*) AS n FROM 'items.parquet' GROUP BY type ORDER BY type");
    assertThat(parquet.findValuesAsText("n"))
        .containsExactly(String.valueOf(organic.size()), String.valueOf(paid.size()));
  }

  // the rows as a JSON array, so that no table is cut to the width of a console
  private static JsonNode query(String sql) throws Exception {
    Path script = Files.createTempFile(temp, "query-", ".py");
    Files.writeString(
        script,
        """
        import duckdb, json
        found = duckdb.sql('''%s''')
        rows = [] if found is None else [dict(zip(found.columns, row)) for row in found.fetchall()]
        print(json.dumps(rows, default=str))
        """
            .formatted(sql));
    return JSON.readTree(run("python3", script.toString()));
  }

  @Test
  void pandasMakesATable() throws Exception {
    assumeTrue(works("python3", "-c", "import pandas"), "no pandas for python3 on this machine");
    Path script = Files.writeString(temp.resolve("recipe.py"), blocks("python").get(0));
    assertThat(run("python3", script.toString())).contains("task.keyword", "title");
    String csv = Files.readString(folder.resolve("organic-table.csv"));
    assertThat(csv).startsWith("\uFEFFtype,");
    assertThat(csv.lines().filter(line -> line.startsWith("organic,")).count())
        .isEqualTo(organic.size());
    assertThat(organic)
        .allSatisfy(item -> assertThat(csv).contains(title(item).replace("\"", "\"\"")));
  }

  // --- tools
  // -------------------------------------------------------------------------------------

  /** Runs the block of shell commands that has this text, and tells what it prints. */
  private static String shell(String text) throws Exception {
    return shell(text, folder);
  }

  private static String shell(String text, Path where) throws Exception {
    for (String block : blocks("sh")) {
      if (block.contains(text)) {
        String jar = String.join(" ", ProgramJar.command(List.of()));
        String script = block.replace("java -jar target/serp-routes.jar", jar);
        return run(where, "bash", "-e", "-o", "pipefail", "-c", script);
      }
    }
    throw new AssertionError("no recipe with " + text);
  }

  private static List<String> blocks(String language) throws IOException {
    return Pattern.compile("(?s)```" + language + "\n(.*?)```")
        .matcher(Files.readString(PAGE))
        .results()
        .map(block -> block.group(1))
        .toList();
  }

  private static boolean works(String... command) throws InterruptedException {
    try {
      return new ProcessBuilder(command)
              .redirectOutput(ProcessBuilder.Redirect.DISCARD)
              .redirectError(ProcessBuilder.Redirect.DISCARD)
              .start()
              .waitFor()
          == 0;
    } catch (IOException e) {
      return false;
    }
  }

  private static String run(String... command) throws Exception {
    return run(folder, command);
  }

  private static String run(Path where, String... command) throws Exception {
    Path errors = Files.createTempFile(temp, "errors-", ".txt");
    ProcessBuilder builder = new ProcessBuilder(command).directory(where.toFile());
    builder.environment().put("LC_ALL", "C.UTF-8");
    Process process = builder.redirectError(errors.toFile()).start();
    String output = new String(process.getInputStream().readAllBytes(), UTF_8);
    assertThat(process.waitFor(1, TimeUnit.MINUTES)).isTrue();
    assertThat(process.exitValue()).as(Files.readString(errors)).isZero();
    return output;
  }
}
