package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.ids.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.Charset;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class EnvelopeReaderTest {

  private static final TaskId ASKED = RandomAnswers.ASKED;
  private static final String SAMPLE =
      """
      {
        "version": "0.1.20260717", "status_code": 20000, "status_message": "Ok.",
        "tasks_count": 2, "tasks_error": 0,
        "tasks": [
          {"id": "03171324-0696-0066-0000-d4f3b5bc1ba3", "status_code": 40401, "result": null},
          {
            "id": "03171324-0696-0066-0000-d4f3b5bc1ba2",
            "status_code": 20000, "status_message": "Ok.", "cost": 0, "result_count": 1,
            "data": {"keyword": "네이버 검색", "tag": null, "device": "desktop"},
            "result": [
              {
                "keyword": "네이버", "items_count": 3, "spell": null,
                "items": [
                  {"type": "organic", "rank_absolute": 1, "title": "가나 \\ud800 \\" 다"},
                  {"rank_absolute": -1.5e+30, "nested": [{"type": "organic"}, [], {}], "type": "paid"},
                  {}
                ]
              }
            ]
          }
        ]
      }
      """
          .strip();

  private static final String LONG_TEXT = "x".repeat(9 << 20);

  private static Envelope read(String json) throws IOException {
    return read(json.getBytes(UTF_8));
  }

  private static Envelope read(byte[] json) throws IOException {
    try (Answer answer = Answers.inMemory(json)) {
      return Envelope.read(answer, ASKED);
    }
  }

  private static Envelope readFromFile(byte[] json) throws IOException {
    try (Answer answer = Answers.inFile(json)) {
      return Envelope.read(answer, ASKED);
    }
  }

  private static void isUnreadable(byte[] json, String what) {
    assertThatIOException().as(what).isThrownBy(() -> read(json));
    assertThatIOException().as(what).isThrownBy(() -> readFromFile(json));
  }

  @Test
  void whatIsNoTextIsNoMessage() throws IOException {
    assertThat(read("{\"status_message\":{\"a\":1},\"tasks\":null}").statusMessage()).isNull();
    assertThat(read("{\"status_message\":7}").statusMessage()).isNull();
  }

  @Test
  void theFirstOtherTaskIsNamed() throws IOException {
    String json = "{\"tasks\":[{\"id\":\"x\"},{\"id\":\"%s\"},{\"id\":\"%s\"}]}";
    String first = "03171324-0696-0066-0000-d4f3b5bc1ba3";
    String second = "03171324-0696-0066-0000-d4f3b5bc1ba4";
    Envelope envelope = read(json.formatted(first, second));
    assertThat(envelope.otherId()).isEqualTo(TaskId.parse(first));
    assertThat(envelope.otherTasks()).isEqualTo(3);
  }

  @Test
  void theSampleIsReadable() throws IOException {
    for (Envelope envelope : new Envelope[] {read(SAMPLE), readFromFile(SAMPLE.getBytes(UTF_8))}) {
      assertThat(envelope.statusCode()).isEqualTo(20000);
      assertThat(envelope.statusMessage()).isEqualTo("Ok.");
      assertThat(envelope.hasTasks()).isTrue();
      assertThat(envelope.otherTasks()).isEqualTo(1);
      assertThat(envelope.task().statusCode()).isEqualTo(20000);
      assertThat(envelope.task().results()).hasSize(1);
      assertThat(envelope.task().results().get(0).counts()).containsExactly(1, 1, 1);
    }
  }

  @Test
  void anAnswerCutOffAtAnyByteIsUnreadable() {
    byte[] whole = SAMPLE.getBytes(UTF_8);
    for (int length = 0; length < whole.length; length++) {
      isUnreadable(Arrays.copyOf(whole, length), "the first " + length + " bytes");
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"x", "{}", "]", "}", ",", "0", "null", "\0", "\uFEFF", "\n<!-- -->", "//"})
  void anAnswerWithSomethingBehindItIsUnreadable(String garbage) {
    isUnreadable((SAMPLE + garbage).getBytes(UTF_8), garbage);
  }

  @Test
  void spaceAroundAnAnswerDoesNoHarm() throws IOException {
    assertThat(read(" \r\n\t" + SAMPLE + "\n \t\r\n").task()).isNotNull();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        " ",
        "[]",
        "null",
        "17",
        "\"text\"",
        "[{\"tasks\":[]}]",
        "Ok.",
        "<html></html>"
      })
  void whatIsNoJsonObjectIsUnreadable(String body) {
    isUnreadable(body.getBytes(UTF_8), body);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"UTF-16LE", "UTF-16BE", "UTF-16", "UTF-32LE", "UTF-32BE", "X-UTF-16LE-BOM"})
  void anAnswerInAnotherUnicodeFormIsUnreadable(String charset) {
    isUnreadable(SAMPLE.getBytes(Charset.forName(charset)), charset);
    isUnreadable("{}".getBytes(Charset.forName(charset)), charset);
  }

  @Test
  void anAnswerInAnotherCharsetIsUnreadable() {
    isUnreadable(SAMPLE.getBytes(Charset.forName("EUC-KR")), "EUC-KR");
    isUnreadable("{\"a\":\"é\"}".getBytes(Charset.forName("ISO-8859-1")), "Latin 1");
  }

  @Test
  void aByteOrderMarkShiftsNothing() throws IOException {
    byte[] marked = ("\uFEFF" + SAMPLE).getBytes(UTF_8);
    for (boolean inFile : new boolean[] {false, true}) {
      try (Answer answer = inFile ? Answers.inFile(marked) : Answers.inMemory(marked)) {
        Envelope envelope = Envelope.read(answer, ASKED);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ItemBatch.byType(ASKED, answer, envelope.task()).get(0).writeTo(out);
        assertThat(out.toString(UTF_8))
            .startsWith("[\n{\"type\": \"organic\", \"rank_absolute\": 1, \"title\": \"가나")
            .contains("\"task\":{\"id\":\"" + ASKED + "\",\"tag\":null,\"keyword\":\"네이버\"");
      }
    }
  }

  @Provide
  Arbitrary<byte[]> damaged() {
    return Arbitraries.randomValue(EnvelopeReaderTest::damage);
  }

  private static byte[] damage(Random random) {
    byte[] bytes = new RandomAnswers(random).answer().bytes();
    for (int i = random.nextInt(3); i >= 0; i--) {
      bytes[random.nextInt(bytes.length)] =
          random.nextBoolean()
              ? (byte) random.nextInt(256)
              : (byte) "{}[]\",:0e \\".charAt(random.nextInt(11));
    }
    return bytes;
  }

  @Property(tries = 300, seed = "4")
  void aDamagedAnswerIsUnreadableOrSaysWhatATreeOfItSays(@ForAll("damaged") byte[] damaged) {
    JsonNode tree;
    try {
      tree = JsonTrees.readLoosely(damaged);
    } catch (UncheckedIOException e) {
      isUnreadable(damaged, e.getMessage());
      return;
    }
    Envelope envelope;
    try {
      envelope = read(damaged);
    } catch (IOException e) {
      assertThat(tree.isObject() && tree.path("status_code").asText().equals("20000"))
          .as("%s: %s", e.getMessage(), new String(damaged, UTF_8))
          .isFalse();
      return;
    }
    JsonNode code = tree.path("status_code");
    boolean isCode = code.isIntegralNumber() && code.canConvertToInt();
    assertThat(envelope.statusCode()).isEqualTo(isCode ? (Integer) code.intValue() : null);
    assertThat(envelope.hasTasks())
        .isEqualTo(tree.path("tasks").isArray() && !tree.path("tasks").isEmpty());
    boolean hasOurs = false;
    for (JsonNode task : tree.path("tasks")) {
      hasOurs |=
          task.path("id").isTextual() && ASKED.equals(TaskId.parse(task.path("id").asText()));
    }
    assertThat(envelope.task() != null).isEqualTo(tree.path("tasks").isArray() && hasOurs);
  }

  @Test
  void theIdMayBeSpelledInUpperCaseAndStandBehindTheResult() throws IOException {
    Envelope envelope =
        read(
            "{\"tasks\":[{\"result\":[{\"items\":[1,2]}],\"status_code\":20000,\"id\":\""
                + ASKED.value().toUpperCase(java.util.Locale.ROOT)
                + "\"}]}");
    assertThat(envelope.task().results().get(0).counts()).containsExactly(0, 0, 2);
    assertThat(envelope.statusCode()).isNull();
  }

  @Test
  void ofTwoTasksWithTheAskedIdTheFirstCounts() throws IOException {
    String task = "{\"id\":\"" + ASKED + "\",\"status_code\":%d,\"result\":[{\"items\":[%s]}]}";
    Envelope envelope =
        read("{\"tasks\":[" + task.formatted(1, "1") + "," + task.formatted(2, "1,2,3") + "]}");
    assertThat(envelope.task().statusCode()).isEqualTo(1);
    assertThat(envelope.task().results().get(0).itemCount()).isEqualTo(1);
    assertThat(envelope.otherTasks()).isEqualTo(1);
  }

  @ParameterizedTest
  @ValueSource(strings = {"null", "[]", "{}", "17", "\"tasks\""})
  void tasksMayBeMissing(String tasks) throws IOException {
    Envelope envelope = read("{\"status_code\":40400,\"tasks\":" + tasks + "}");
    assertThat(envelope.statusCode()).isEqualTo(40400);
    assertThat(envelope.hasTasks()).isFalse();
    assertThat(envelope.task()).isNull();
  }

  @Test
  void elementsOfTasksThatAreNoObjectsAreOtherTasks() throws IOException {
    Envelope envelope = read("{\"tasks\":[null,[{\"id\":\"" + ASKED + "\"}],\"" + ASKED + "\"]}");
    assertThat(envelope.hasTasks()).isTrue();
    assertThat(envelope.task()).isNull();
    assertThat(envelope.otherTasks()).isEqualTo(3);
  }

  @Test
  void whatIsTooDeepIsUnreadableAndNoStackOverflow() throws IOException {
    String deep = "[".repeat(9_000) + "]".repeat(9_000);
    assertThat(read("{\"a\":" + deep + "}").task()).isNull();
    String tooDeep = "[".repeat(1_000_000) + "]".repeat(1_000_000);
    isUnreadable(("{\"a\":" + tooDeep + "}").getBytes(UTF_8), "too deep");
  }

  @Test
  void whatWouldTakeMuchMemoryIsUnreadable() throws IOException {
    assertThat(read(withResults(EnvelopeReader.MOST_RESULTS, "{}")).task().results())
        .hasSize(EnvelopeReader.MOST_RESULTS);
    String tooMany = withResults(EnvelopeReader.MOST_RESULTS + 1, "{}");
    isUnreadable(tooMany.getBytes(UTF_8), "more than 1000 results");
    String member = "\"items\":[],\"a\":0,";
    String often = "{" + member.repeat(EnvelopeReader.MOST_RESULTS) + "\"b\":0}";
    assertThat(read(withResults(1, often)).task().results()).hasSize(1);
    String tooOften = "{" + member.repeat(EnvelopeReader.MOST_RESULTS + 1) + "\"b\":0}";
    isUnreadable(withResults(1, tooOften).getBytes(UTF_8), "too often");
    isUnreadable(("{\"" + "n".repeat(300) + "\":0}").getBytes(UTF_8), "Name length");
  }

  /** Held as text, it would take twice as much of the heap. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "{\"status_message\":\"%s\"}",
        "{\"tasks\":[{\"id\":\"%s\"}]}",
        "{\"tasks\":[{\"status_message\":\"%s\"}]}",
        "{\"tasks\":[{\"data\":{\"tag\":\"%s\"}}]}",
        "{\"tasks\":[{\"result\":[{\"a\":\"%s\"}]}]}"
      })
  void aLongTextThatWouldBeHeldIsUnreadable(String json) throws IOException {
    read(json.formatted("x".repeat(1000)));
    isUnreadable(json.formatted(LONG_TEXT).getBytes(UTF_8), "a text of 9 MiB");
  }

  @Test
  void aTextOfAnItemMayHaveAnyLength() throws IOException {
    String item = "{\"type\":\"organic\",\"a\":\"%s\"}".formatted(LONG_TEXT);
    byte[] json = withResults(1, "{\"items\":[" + item + "]}").getBytes(UTF_8);
    for (Answer answer : List.of(Answers.inMemory(json), Answers.inFile(json))) {
      try (answer) {
        Envelope envelope = Envelope.read(answer, ASKED);
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        ItemBatch.byType(ASKED, answer, envelope.task()).get(0).writeTo(out);
        String record = item.substring(0, item.length() - 1) + ",\"task\"";
        assertThat(out.toString(UTF_8).contains(record)).isTrue();
      }
    }
  }

  private static String withResults(int count, String result) {
    return "{\"tasks\":[{\"id\":\"%s\",\"result\":[%s]}]}"
        .formatted(ASKED, String.join(",", Collections.nCopies(count, result)));
  }

  @Test
  void aNumberOfAHundredThousandDigitsIsKept() throws IOException {
    String number = "9".repeat(100_000) + "." + "1".repeat(1000) + "e-77";
    String json =
        "{\"tasks\":[{\"id\":\"" + ASKED + "\",\"result\":[{\"items\":[" + number + "]}]}]}";
    try (Answer answer = Answers.inMemory(json.getBytes(UTF_8))) {
      Envelope envelope = Envelope.read(answer, ASKED);
      ByteArrayOutputStream out = new ByteArrayOutputStream();
      ItemBatch.byType(ASKED, answer, envelope.task()).get(0).writeTo(out);
      assertThat(out.toString(UTF_8)).contains("{\"item\":" + number + ",\"task\"");
    }
  }
}
