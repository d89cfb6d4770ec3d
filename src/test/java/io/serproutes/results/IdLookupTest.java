package io.serproutes.results;

import static io.serproutes.fetch.TestTasks.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class IdLookupTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String PARKED =
      """
      {"task_id":"%s","outcome":"parked","status_code":40602,"source":"folder:ids.txt:3",\
      "first_asked_at":"2026-11-26T10:00:00.000Z","due_at":"2026-11-26T10:05:00.000Z","asks":2,\
      "attempts":2}""";

  @TempDir private Path dir;
  private Delivered delivered;
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void make() {
    delivered = new Delivered(dir.resolve("out"));
  }

  private IdStatus find(TaskId id) {
    return new IdLookup(delivered.settings())
        .find(List.of(id), Duration.ofSeconds(1), problems::add)
        .get(0);
  }

  private String text(TaskId id) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StatusReport(List.of(find(id))).writeText(out);
    return out.toString(UTF_8);
  }

  private JsonNode json(TaskId id) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StatusReport(List.of(find(id))).writeJson(out);
    assertThat(out.toString(UTF_8)).endsWith("}\n").containsOnlyOnce("\n");
    return JSON.readTree(out.toByteArray());
  }

  @Test
  void aDeliveryIsToldByItsReceipt() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\"},{\"type\":\"organic\"},{\"type\":\"paid\"}");
    Path file = dir.resolve("out/receipts/" + id(1) + ".json");
    String fetchedAt = JSON.readTree(file.toFile()).path("fetched_at").textValue();
    assertThat(text(id(1)))
        .isEqualTo(
            "%s%n  delivered at %s; 2 organic, 1 paid; from folder:ids.txt:17%n    in %s%n"
                .formatted(id(1), fetchedAt, file));
    JsonNode json = json(id(1));
    assertThat(json.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(json.at("/receipt/record")).isEqualTo(JSON.readTree(file.toFile()));
    assertThat(json.at("/receipt/place").textValue()).isEqualTo(file.toString());
    assertThat(json.path("dead_letter").isNull()).isTrue();
    assertThat(json.path("parked").isNull()).isTrue();
    assertThat(problems).isEmpty();
  }

  @Test
  void aDeadLetterIsToldWithWhatToDo() throws IOException {
    delivered.keys.put("serp.files.layout", "by-day");
    delivered.end(id(1), TestTasks.body(id(1), 40401, "{}", "null"));
    assertThat(text(id(1)))
        .contains("\n  dead-lettered as not-found at 20")
        .contains(
            "\n  dead letter not-found: 40401 m; 1 call; check that it was posted with this"
                + " account and at this host\n")
        .contains("in " + dir.resolve("out/dead-letters/0000/" + id(1) + ".json"));
    assertThat(find(id(1)).outcome()).isEqualTo("dead-lettered");
  }

  @Test
  void aParkedIdIsToldUntilItHasEnded() throws IOException {
    Path file = delivered.put("parked/" + id(1) + ".json", PARKED.formatted(id(1)));
    assertThat(text(id(1)))
        .isEqualTo(
            "%s%n  parked: its task was not ready (40602); asked 2 times; asked again at 2026-11-26T10:05:00.000Z; from folder:ids.txt:3%n    in %s%n"
                .formatted(id(1), file));
    assertThat(find(id(1)).outcome()).isEqualTo("parked");

    delivered.deliver(id(1), "");
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minusSeconds(10)));
    assertThat(find(id(1)).outcome()).isEqualTo("empty");
    assertThat(find(id(1)).parked()).isNull();
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().plusSeconds(10)));
    assertThat(find(id(1)).outcome()).isEqualTo("parked"); // given again, and parked
    assertThat(text(id(1))).contains("\n  parked: ", "\n  empty at ");
  }

  @Test
  void ofTwoLayoutsTheLaterRecordCounts() {
    delivered.end(id(1), TestTasks.body(id(1), 40401, "{}", "null"));
    delivered.keys.put("serp.files.layout", "by-day");
    delivered.deliver(id(1), "{\"type\":\"organic\"}");
    IdStatus status = find(id(1));
    assertThat(status.outcome()).isEqualTo("delivered");
    assertThat(status.receipt().place()).contains("receipts/0000/");
    assertThat(status.deadLetter()).isNull();
  }

  @Test
  void anUnknownIdIsToldWithWhereItWasLookedFor() throws IOException {
    assertThat(find(id(1)).isKnown()).isFalse();
    assertThat(find(id(1)).outcome()).isEqualTo("unknown");
    assertThat(text(id(1)))
        .contains("nothing is known of it")
        .contains(dir.resolve("out/parked") + ", ", dir.resolve("out/receipts") + "\n");
    assertThat(json(id(1)).path("searched")).hasSize(3);
  }

  @Test
  void whatIsHostileNeitherReachesTheTerminalNorStopsTheRest() throws IOException {
    delivered.put("receipts/" + id(1) + ".json", "{\"task_id\":\"" + id(1) + "\",\"outcome");
    delivered.put("receipts/" + id(2) + ".json", "[1]");
    delivered.put("receipts/" + id(3) + ".json", "{\"task_id\":\"" + id(4) + "\"}");
    delivered.put("dead-letters/" + id(4) + ".json", "{} {}");
    delivered.put("receipts/" + id(5) + ".json", " ".repeat(1 << 20) + "{}");
    Files.createDirectories(dir.resolve("out/parked/" + id(6) + ".json"));
    for (int i = 1; i <= 6; i++) {
      assertThat(find(id(i)).isKnown()).isFalse();
      assertThat(problems).hasSize(i).last().asString().contains(" is ignored: ");
    }
    delivered.put(
        "receipts/" + id(7) + ".json",
        """
        {"task_id":"%s","outcome":"delivered","source":"\\u001b[2J\\u009b\\n\\u202e","tag":"\u009b\u202e네\u2028",
         "organic":"x","keyword":{"a":1}}"""
            .formatted(id(7)));
    assertThat(text(id(7))).contains("; from _[2J___\n").doesNotContain("\u001b", "\u009b");
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new StatusReport(List.of(find(id(7)))).writeJson(out);
    assertThat(out.toString(UTF_8))
        .doesNotContain("\u009b", "\u202e", "\u2028", "\u001b")
        .contains("네");
    assertThat(JSON.readTree(out.toByteArray()).at("/receipt/record/tag").textValue())
        .isEqualTo("\u009b\u202e네\u2028");
  }

  @Test
  void tabsBetweenTokensStay() throws IOException {
    delivered.put(
        "receipts/" + id(7) + ".json",
        "{\t\"task_id\":\"" + id(7) + "\",\t\"outcome\":\"delivered\",\r\n\t\"tag\":\"a\\tb\"}");
    assertThat(json(id(7)).at("/receipt/record/tag").textValue()).isEqualTo("a\tb");
  }

  /** A problem with another id is told between the looks for this one. */
  @Test
  void anIdThatIsDeliveredMeanwhileIsNeverUnknown() throws IOException {
    Path parked = delivered.put("parked/" + id(1) + ".json", PARKED.formatted(id(1)));
    delivered.put("receipts/" + id(2) + ".json", "");
    delivered.put("parked/" + id(2) + ".json", "");
    List<IdStatus> found =
        new IdLookup(delivered.settings())
            .find(
                List.of(id(1), id(2)),
                Duration.ofSeconds(1),
                problem -> {
                  delivered.deliver(id(1), "");
                  assertThat(parked.toFile().delete()).isEqualTo(problems.isEmpty());
                  problems.add(problem);
                });
    assertThat(problems).hasSize(2);
    assertThat(found.get(0).outcome()).isEqualTo("empty");
  }

  @Test
  void severalIdsAreToldInTheirOrder() {
    delivered.deliver(id(2), "");
    List<IdStatus> found =
        new IdLookup(delivered.settings())
            .find(List.of(id(3), id(2), id(1)), Duration.ofSeconds(1), problems::add);
    assertThat(found).extracting(IdStatus::id).containsExactly(id(3), id(2), id(1));
    assertThat(found).extracting(IdStatus::isKnown).containsExactly(false, true, false);
  }
}
