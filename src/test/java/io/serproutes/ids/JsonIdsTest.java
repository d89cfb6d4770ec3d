package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.Count;
import io.serproutes.ids.IdReader.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonIdsTest {

  private static final String PATH = "/v3/serp/naver/organic/task_get/regular";
  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000b";

  private record Found(List<String> ids, String skipped) {}

  private static List<Entry> entries(String json) throws IOException {
    List<Entry> entries = new ArrayList<>();
    read(json, entries);
    return entries;
  }

  private static Found read(String json) throws IOException {
    List<Entry> entries = new ArrayList<>();
    String skipped = read(json, entries);
    return new Found(entries.stream().map(Entry::text).toList(), skipped);
  }

  private static String read(String json, List<Entry> entries) throws IOException {
    return read(PATH, json, entries);
  }

  private static String read(String path, String json, List<Entry> entries) throws IOException {
    try (JsonIds ids = new JsonIds(new ByteArrayInputStream(json.getBytes(UTF_8)), path)) {
      for (Entry entry; (entry = ids.next()) != null; ) {
        entries.add(entry);
      }
      assertThat(ids.next()).isNull();
      return ids.skipped();
    }
  }

  @Test
  void anArrayHoldsTextsAndObjects() throws IOException {
    assertThat(entries("[\n\"" + A + "\",\n\n {\"x\":[{\"id\":1}],\n\"id\":\"" + B + "\"}]"))
        .containsExactly(new Entry(A, 2), new Entry(B, 4));
    assertThat(entries("[]")).isEmpty();
    assertThat(entries("")).isEmpty();
    assertThat(entries(" \n")).isEmpty();
  }

  @Test
  void elementsThatAreNoIdsAreEntriesAllTheSame() throws IOException {
    assertThat(
            read("[17, null, true, [\"" + A + "\"], {}, {\"id\":17}, {\"id\":{}}, \"" + A + "\"]"))
        .isEqualTo(
            new Found(
                List.of(
                    "17",
                    "null",
                    "true",
                    "an array",
                    "an object without id",
                    "an object without id",
                    "an object without id",
                    A),
                ""));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"id\":\"%s\"}",
        "{\"task_id\":\"%s\",\"outcome\":\"delivered\",\"data\":{\"id\":\"no\"},\"results\":[{}]}",
        "{\"id\":17,\"task_id\":\"%s\"}",
        "{\"id\":\"7\",\"task_id\":\"%s\"}",
        "{\"task_id\":\"%s\",\"reason\":\"not-found\",\"input\":\"no\"}",
        "[\n{\"id\":\"7\",\"task_id\":\"%s\"}]"
      })
  void anObjectIsReadByItsIdElseByItsTaskId(String json) throws IOException {
    assertThat(entries(json.formatted(A))).extracting(Entry::text).containsExactly(A);
  }

  @Test
  void aDeadLetterWithoutAnIdIsReadByItsInput() throws IOException {
    String letter = "{\"input\":\"cell\",\n\"reason\":\"invalid-id\"}";
    assertThat(entries(letter)).containsExactly(new Entry("cell", 2));
    assertThat(entries("[" + letter + "]")).containsExactly(new Entry("cell", 1));
  }

  @Property(tries = 200, seed = "1")
  void aSavedTaskPostAnswerGivesTheTasksThatWereCreated(@ForAll Random random) throws IOException {
    List<String> tasks = new ArrayList<>();
    List<String> created = new ArrayList<>();
    int failed = 0;
    for (int i = random.nextInt(6); i > 0; i--) {
      String id = TaskId.of(random.nextLong(), i).value();
      int code = List.of(20100, 20100, 40501, 20000).get(random.nextInt(4));
      tasks.add(
          object(
              random,
              "\"id\":\"" + id + "\"",
              "\"status_code\":" + code,
              "\"status_message\":\"20100\"",
              "\"cost\":0.0006",
              "\"result_count\":0",
              "\"path\":[\"v3\",\"id\"]",
              "\"data\":{\"id\":\"no\",\"status_code\":1}",
              "\"result\":null"));
      failed += code == 40501 ? 1 : 0;
      if (code == 20100) {
        created.add(id);
      }
    }
    assertThat(read(answer(random, tasks)))
        .isEqualTo(
            new Found(created, failed == 0 ? "" : Count.of(failed, "task") + " not created"));
  }

  @Property(tries = 200, seed = "2")
  void aSavedTasksReadyAnswerGivesTheTasksOfOurEndpoint(@ForAll Random random) throws IOException {
    List<String> ready = new ArrayList<>();
    List<String> ours = new ArrayList<>();
    for (int i = random.nextInt(6); i > 0; i--) {
      String id = TaskId.of(random.nextLong(), i).value();
      String endpoint =
          List.of(
                  "\"" + PATH + "/" + id + "\"",
                  "\"" + PATH + "/" + id + "\"",
                  "\"/v3/serp/google/organic/task_get/regular/" + id + "\"",
                  "\"" + PATH + "ly/" + id + "\"",
                  "null")
              .get(random.nextInt(5));
      ready.add(
          object(
              random,
              "\"id\":\"" + id + "\"",
              "\"se\":\"naver\"",
              "\"tag\":{\"id\":7}",
              "\"endpoint_regular\":" + endpoint,
              "\"endpoint_advanced\":\"" + PATH + "/no\"",
              "\"endpoint_html\":null"));
      if (endpoint.startsWith("\"" + PATH + "/")) {
        ours.add(id);
      }
    }
    int others = ready.size() - ours.size();
    String task =
        object(
            random,
            "\"id\":\"" + B + "\"", // the id of the call, of no task
            "\"status_code\":20000",
            "\"data\":{\"function\":\"tasks_ready\"}",
            "\"result\":[" + String.join(",", ready) + "]");
    assertThat(read(answer(random, List.of(task))))
        .isEqualTo(
            new Found(ours, others == 0 ? "" : Count.of(others, "task") + " of other endpoints"));
  }

  private static String answer(Random random, List<String> tasks) {
    return object(
        random,
        "\"version\":\"0.1\"",
        "\"status_code\":20000",
        "\"id\":\"" + A + "\"",
        "\"tasks_count\":1",
        "\"more\":{\"tasks\":[{\"id\":\"" + A + "\",\"status_code\":20100}]}",
        "\"tasks\":[" + String.join(",\n", tasks) + "]");
  }

  private static String object(Random random, String... members) {
    Collections.shuffle(Arrays.asList(members), random);
    return "{" + String.join(", ", members) + "}";
  }

  /** As the rows of a list that is polled. */
  @Test
  void thePathTellsWhichEndpointOfASavedRowCountsAndWithoutAnyTheEngine() throws IOException {
    String advanced = "/v3/serp/naver/organic/task_get/advanced";
    String both =
        "{\"id\":\"%s\",\"endpoint_regular\":\"%s/x\",\"endpoint_advanced\":\"%s/x\"}"
            .formatted(A, PATH, advanced);
    String none = "{\"id\":\"%s\",\"se\":\"naver\",\"se_type\":\"organic\"}".formatted(B);
    String other = "{\"id\":\"%s\",\"se\":\"naver\",\"se_type\":\"news\"}".formatted(B);
    String answer = "{\"tasks\":[{\"result\":[" + String.join(",", both, none, other) + "]}]}";
    for (String path : List.of(PATH, advanced, advanced + "/")) {
      List<Entry> entries = new ArrayList<>();
      assertThat(read(path, answer, entries)).isEqualTo("1 task of other endpoints");
      assertThat(entries).extracting(Entry::text).containsExactly(A, B);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "[null]", "[7,{\"id\":null,\"endpoint_regular\":\"x\"}]"})
  void nothingReadyIsNoIds(String result) throws IOException {
    String answer = "{\"tasks\":[{\"id\":\"%s\",\"status_code\":20000,\"result\":%s}]}";
    assertThat(entries(answer.formatted(A, result))).isEmpty();
  }

  @Test
  void anEntryOfASavedAnswerKnowsItsLine() throws IOException {
    String answer =
        "{\"tasks\":[{\"result\":[\n{\"id\":\"%s\",\n\"endpoint_regular\":\"%s/x\"}]}]}";
    assertThat(entries(answer.formatted(A, PATH))).containsExactly(new Entry(A, 2));
  }

  @Test
  void aSavedTaskGetAnswerIsToldAsWhatItIs() {
    String answer =
        """
        {"tasks":[{"id":"%s","status_code":20000,
        "path":["v3","serp","naver","organic","task_get","regular","%s"],
        "result":[{"keyword":"k","items":[{"type":"organic"}]}]}]}
        """;
    assertThatIOException()
        .isThrownBy(() -> read(answer.formatted(A, A)))
        .withMessage(
            "a saved task_get answer, not a list of ids; to fetch its task again, give its id");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"{\"id\":\"%s\"}\n{\"id\":\"%s\"}", "[\"%s\"]\n[\"%s\"]", "\"%s\"\n\"%s\""})
  void linesOfJsonAreToldByWhichNameTheyAreRead(String json) {
    assertThatIOException()
        .isThrownBy(() -> read(json.formatted(A, B)))
        .withMessageEndingWith("; if each line is a JSON value, name the file .jsonl or .ndjson");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "{}",
        "{\"ids\":[]}",
        "{\"tasks\":null}",
        "{\"tasks\":{}}",
        "17",
        "\"00000000-0000-0000-0000-00000000000a\"",
        "null",
        "true"
      })
  void jsonOfAnotherShapeIsBroken(String json) {
    assertThatIOException()
        .isThrownBy(() -> read(json))
        .withMessageStartingWith("JSON without ids");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "[\"%s\"",
        "[\"%s\",",
        "[\"%s\" \"b\"]",
        "[\"%s\", nul]",
        "[\"%s\"] x",
        "[\"%s\"]{}",
        "[\"%s\",{\"id\":"
      })
  void malformedJsonIsBrokenAndWhatStoodBeforeIsRead(String json) {
    List<Entry> before = new ArrayList<>();
    assertThatIOException()
        .isThrownBy(() -> read(json.formatted(A), before))
        .withMessageStartingWith("malformed JSON: ");
    assertThat(before).containsExactly(new Entry(A, 1));
  }
}
