package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.component.mock.MockComponent;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The examples of the page about routes of one's own, taken from it, do what it says. */
class OwnRoutesIT {

  private static final Path PAGE = Path.of("src/docs/routes-of-your-own.md");
  private static final Path TASK_RESULTS = Path.of("routes/core/task-results.camel.yaml");
  private static final List<String> IDS = Ids.good(0, 20);
  private static final ObjectMapper JSON = new ObjectMapper();

  @AutoClose private static final StandIn api = StandIn.start();

  @TempDir Path temp;

  private Path folder() {
    return temp.resolve("work");
  }

  private OutFolder out() {
    return new OutFolder(folder().resolve("out"));
  }

  private Start program() {
    return ProgramUnderTest.in(folder()).api(api).key("serp.ids", String.join(",", IDS));
  }

  private static String runOnce(Start start) {
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      return program.output();
    }
  }

  @Test
  void aCopyLogsAndCopiesAndOmits() throws IOException {
    String original = Files.readString(TASK_RESULTS);
    int from = original.indexOf("            steps:", original.indexOf("id: serp-each-type"));
    int to = original.indexOf("        # topics of Kafka take items of all types at once");
    String edited = original.substring(0, from) + example("task-results") + original.substring(to);

    String printed = runOnce(program().file("routes/task-results.camel.yaml", edited));
    for (String id : IDS) {
      assertThat(printed).containsPattern(id + " has \\d+ organic items");
      assertThat(folder().resolve("elsewhere/" + id + ".json"))
          .hasSameBinaryContentAs(folder().resolve("out/organic/" + id + ".json"));
    }
    assertThat(out().all("receipts")).containsOnlyKeys(IDS);
    assertThat(out().names("paid")).isEmpty();
  }

  @Test
  void anOutputAppendsLines() throws IOException {
    runOnce(
        program()
            .key("serp.to", "lines")
            .file("routes/items-to-lines.camel.yaml", example("items-to-lines")));
    assertThat(out().all("receipts")).containsOnlyKeys(IDS);
    for (String type : List.of("organic", "paid")) {
      assertThat(lines("lines/" + type + ".jsonl"))
          .hasSize(count(type))
          .allSatisfy(item -> assertThat(item.path("type").asText()).isEqualTo(type));
    }
  }

  /** Its name is none of ours, though the layout has it, too. */
  @Test
  void anOutputAppendsLinesBesideFilesOfLines() throws IOException {
    runOnce(
        program()
            .key("serp.to", "lines,files")
            .key("serp.files.layout", "lines")
            .file("routes/items-to-lines.camel.yaml", example("items-to-lines")));
    for (String type : List.of("organic", "paid")) {
      String ours = "out/" + type + "/" + out().names(type).get(0);
      assertThat(lines("lines/" + type + ".jsonl"))
          .isNotEmpty()
          .hasSameElementsAs(lines(ours))
          .hasSameSizeAs(lines(ours));
    }
  }

  @Test
  void aCopyOmitsATypeOfLines() throws IOException {
    String original = Files.readString(Path.of("routes/outputs/lines-to-files.camel.yaml"));
    String edited =
        original.replace(
            """
                    - bean:
                        id: serp-keep-items
                        ref: serpLineFiles
                        method: items
            """,
            """
                    - filter:
                        simple: ${body.type} != 'paid'
                        steps:
                          - bean:
                              id: serp-keep-items
                              ref: serpLineFiles
                              method: items
            """);
    assertThat(edited).isNotEqualTo(original);
    runOnce(
        program()
            .key("serp.files.layout", "lines")
            .file("routes/lines-to-files.camel.yaml", edited));
    assertThat(out().names("paid")).isEmpty();
    String set = out().names("organic").get(0);
    assertThat(lines("out/receipts/" + set))
        .hasSameSizeAs(IDS)
        .anyMatch(receipt -> receipt.path("paid").intValue() > 0);
  }

  @Test
  void endpointsGetItemsAndReceipts() throws IOException {
    runOnce(program().configFile(example("config").split("\n")));
    List<JsonNode> receipts = lines("sent/receipts.jsonl");
    assertThat(receipts).extracting(r -> r.path("task_id").asText()).hasSameElementsAs(IDS);
    int organic = receipts.stream().mapToInt(r -> r.path("organic").asInt()).sum();
    assertThat(lines("sent/organic.jsonl")).hasSize(organic);
  }

  @Test
  void componentsOfTheClassPathAreUsed() throws Exception {
    Path mock =
        Path.of(MockComponent.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Start start =
        program()
            .key("serp.to", "mock")
            .file(
                "routes/items-to-mock.camel.yaml",
                """
                - route:
                    from:
                      uri: direct:serp-items-to-mock
                      steps:
                        - to: mock:items
                """);
    Path lib = Files.createDirectories(folder().resolve("lib"));
    Files.copy(mock, lib.resolve(mock.getFileName()));
    String command = find("(?m)^java -cp '(.*)'.*$");
    assertThat(command).isEqualTo("target/serp-routes.jar:lib/*");
    runOnce(start.classPath("lib/*"));
    assertThat(out().all("receipts")).containsOnlyKeys(IDS);
  }

  private int count(String type) {
    return out().all("receipts").values().stream()
        .mapToInt(receipt -> receipt.path(type).intValue())
        .sum();
  }

  private List<JsonNode> lines(String file) throws IOException {
    List<JsonNode> lines = new ArrayList<>();
    for (String line : Files.readAllLines(folder().resolve(file))) {
      lines.add(JSON.readTree(line));
    }
    return lines;
  }

  private static String example(String name) throws IOException {
    return find("(?s)<!-- run " + name + " -->\n```[a-z]+\n(.*?)```");
  }

  private static String find(String regex) throws IOException {
    Matcher matcher = Pattern.compile(regex).matcher(Files.readString(PAGE));
    assertThat(matcher.find()).as(regex).isTrue();
    return matcher.group(1);
  }
}
