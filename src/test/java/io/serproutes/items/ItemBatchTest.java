package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import com.fasterxml.jackson.core.JsonParser;
import io.serproutes.items.Envelope.FoundTask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.StringJoiner;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ItemBatchTest {

  private static final byte[] TWO_RESULTS =
      ("{\"tasks\":[{\"id\":\"%s\",\"result\":[".formatted(RandomAnswers.ASKED)
              + "{\"keyword\":\"one\",\"items\":[{\"type\":\"paid\",\"n\":0},7,{\"type\":\"paid\"}]},"
              + "null,{\"items\":null},"
              + "{\"keyword\":\"two\",\"items\":[{\"type\":\"organic\"},{\"n\":4,\"type\":\"paid\"}]}"
              + "]}]}")
          .getBytes(UTF_8);

  private static Answer answer(boolean inFile) throws IOException {
    return inFile ? Answers.inFile(TWO_RESULTS) : Answers.inMemory(TWO_RESULTS);
  }

  private static ItemBatch paid(Answer answer) throws IOException {
    FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
    return ItemBatch.byType(RandomAnswers.ASKED, answer, task).get(1);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLotRunsOverAllResultsInOrder(boolean inFile) throws IOException {
    try (Answer answer = answer(inFile)) {
      ItemBatch batch = paid(answer);
      assertThat(batch.getType()).isEqualTo(ItemType.PAID);
      assertThat(batch.getCount()).isEqualTo(3);

      List<Integer> positions = new ArrayList<>();
      batch.records().forEachRemaining(record -> positions.add(record.position()));
      assertThat(positions).containsExactly(0, 2, 4);

      ByteArrayOutputStream out = new ByteArrayOutputStream();
      batch.writeTo(out);
      String id = RandomAnswers.ASKED.value();
      assertThat(out.toString(UTF_8))
          .isEqualTo(
              """
              [
              {"type":"paid","n":0,"task":{"id":"%s","keyword":"one"}},
              {"type":"paid","task":{"id":"%s","keyword":"one"}},
              {"n":4,"type":"paid","task":{"id":"%s","keyword":"two"}}
              ]
              """
                  .formatted(id, id, id));
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aRecordHasTheTypeThatTheApiSent(boolean inFile) throws IOException {
    String items =
        "{\"type\":\"organic\"}|{\"type\":\"paid\"}|{\"type\":\"images\"}|{\"a\":\"b\"}"
            + "|{\"type\":\"organic\",\"type\":null}|{\"type\":7}|{\"type\":\"a\",\"b\":{\"type\":\"c\"},\"type\":\"map\"}|\"text\"|[]";
    String json =
        "{\"tasks\":[{\"id\":\"%s\",\"result\":[{\"items\":[%s]}]}]}"
            .formatted(RandomAnswers.ASKED, items.replace('|', ','));
    byte[] bytes = json.getBytes(UTF_8);
    try (Answer answer = inFile ? Answers.inFile(bytes) : Answers.inMemory(bytes)) {
      FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
      List<String> types = new ArrayList<>();
      for (ItemBatch batch : ItemBatch.byType(RandomAnswers.ASKED, answer, task)) {
        assertThat(batch.getTotal()).isEqualTo(9);
        types.add(batch.getType() + ":");
        batch.records().forEachRemaining(record -> types.add(record.type()));
      }
      assertThat(types)
          .containsExactly(
              "organic:",
              "organic",
              "paid:",
              "paid",
              "other:",
              "images",
              "",
              "",
              "",
              "map",
              "",
              "");
    }
  }

  /** Else a small answer of tiny items would take a large piece of the heap. */
  @Test
  void veryManyItemsAreNotNotedAndYetFound() throws IOException {
    StringJoiner first = new StringJoiner(",", "[", "]");
    StringJoiner second = new StringJoiner(",", "[", "]");
    for (int i = 0; i < 8_000; i++) {
      first.add("{\"type\":\"paid\",\"n\":" + i + "}").add("7");
      second.add("{\"n\":" + -i + ",\"type\":\"paid\"}");
    }
    String json =
        "{\"tasks\":[{\"id\":\"%s\",\"result\":[{\"items\":%s},{\"items\":%s}]}]}"
            .formatted(RandomAnswers.ASKED, first, second);
    try (Answer answer = Answers.inMemory(json.getBytes(UTF_8))) {
      FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
      assertThat(task.index().size()).isLessThan(24_000);
      ItemBatch batch = ItemBatch.byType(RandomAnswers.ASKED, answer, task).get(0);
      List<String> found = new ArrayList<>();
      String member = ",\"task\":{\"id\":\"" + RandomAnswers.ASKED + "\"}}";
      batch
          .records()
          .forEachRemaining(
              record -> found.add(record.position() + new String(record.json(), UTF_8)));
      List<String> made = new ArrayList<>();
      for (int i = 0; i < 8_000; i++) {
        made.add(2 * i + "{\"type\":\"paid\",\"n\":" + i + member);
      }
      for (int i = 0; i < 8_000; i++) {
        made.add(16_000 + i + "{\"n\":" + -i + ",\"type\":\"paid\"" + member);
      }
      assertThat(found).isEqualTo(made);
    }
  }

  /** Then none needs to be looked at: an item is no longer than its answer and its member. */
  @Test
  void aShortAnswerHasNoLongRecord() throws IOException {
    try (Answer answer = answer(false)) {
      long surely = TWO_RESULTS.length + TaskMember.MOST_BYTES + 1024;
      assertThat(paid(answer).isEachBelow(surely)).isTrue();
      assertThat(paid(answer).isEachBelow(surely - 1)).isFalse();
    }
  }

  /** Where a name is repeated the last one counts, as in JSON libraries. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void nothingElseInTheAnswerIsAnItem(boolean inFile) throws IOException {
    String other = "{\"id\":\"x\",\"result\":[{\"items\":[\"other task\"]}]}";
    String asked =
        ("{\"id\":\"%s\",\"result\":[{\"items\":[\"first result\"]}],"
                + "\"result\":[{\"items\":[\"a\",\"b\"],\"items\":[1]},{\"items\":[2,3]}]}")
            .formatted(RandomAnswers.ASKED);
    String json = "{\"tasks\":[%s],\"tasks\":[%s,%s,%s]}".formatted(asked, other, asked, other);
    byte[] bytes = json.getBytes(UTF_8);
    try (Answer answer = inFile ? Answers.inFile(bytes) : Answers.inMemory(bytes)) {
      FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
      assertThat(ItemBatch.byType(RandomAnswers.ASKED, answer, task).get(0))
          .extracting(item -> item.replaceFirst(",\"task\".*", ""))
          .containsExactly("{\"item\":1", "{\"item\":2", "{\"item\":3");
    }
  }

  /** A large answer may have very many items, and each look at its file takes time. */
  @Test
  void theSearchIsReadOnceForAllItemsOfAResult() throws IOException {
    try (Watched answer = new Watched(answer(true))) {
      ItemBatch batch = paid(answer);
      answer.reads.clear();
      batch.writeTo(OutputStream.nullOutputStream());
      long keyword = new String(TWO_RESULTS, UTF_8).indexOf("\"one\"");
      assertThat(answer.reads).containsOnlyOnce(keyword);
    }
  }

  /** Else the arrays of a parser would not be used again. */
  @Test
  void noParserStaysOpen() throws IOException {
    try (Watched answer = new Watched(answer(true))) {
      FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
      for (ItemBatch batch : ItemBatch.byType(RandomAnswers.ASKED, answer, task)) {
        batch.records().forEachRemaining(record -> assertThat(record.json()).isNotEmpty());
      }
      assertThat(answer.parsers).hasSizeGreaterThan(1).allMatch(JsonParser::isClosed);
    }
  }

  /** Guards that records do not start anew: Camel's splitter asks once more after the end. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void recordsEndOnce(boolean inFile) throws IOException {
    try (Answer answer = answer(inFile)) {
      Iterator<ItemRecord> records = paid(answer).records();
      List<Integer> positions = new ArrayList<>();
      records.forEachRemaining(record -> positions.add(record.position()));
      assertThat(positions).containsExactly(0, 2, 4);
      assertThat(records.hasNext()).isFalse();
      assertThat(records.hasNext()).isFalse();
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void recordsKnowTheirLengthBeforeTheyAreWritten(boolean inFile) throws IOException {
    String items =
        "{}|{ \t}|{\"a\":1}|{\"a\":1 \r\n}|{\"task\":1}|{\"task\":1 }|null|\"x\"|[ 1 ]|-1.5e3";
    String json =
        "{\"tasks\":[{\"data\":{\"tag\":\"네이버\"},\"id\":\"%s\",\"result\":[{\"items\":[%s]}]}]}"
            .formatted(RandomAnswers.ASKED, items.replace('|', ','));
    byte[] bytes = json.getBytes(UTF_8);
    try (Answer answer = inFile ? Answers.inFile(bytes) : Answers.inMemory(bytes)) {
      ItemBatch batch =
          ItemBatch.byType(
                  RandomAnswers.ASKED, answer, Envelope.read(answer, RandomAnswers.ASKED).task())
              .get(0);
      Iterator<ItemRecord> records = batch.records();
      int count = 0;
      for (; records.hasNext(); count++) {
        ItemRecord record = records.next();
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        record.writeTo(out);
        assertThat(out.toString(UTF_8)).contains("네이버");
        assertThat(record.length()).isEqualTo(out.size());
        assertThat(record.json()).isEqualTo(out.toByteArray());
      }
      assertThat(count).isEqualTo(10);
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aStreamThatFailsIsReported(boolean inFile) throws IOException {
    try (Answer answer = answer(inFile)) {
      ItemBatch batch = paid(answer);
      OutputStream full =
          new OutputStream() {
            @Override
            public void write(int b) throws IOException {
              throw new IOException("No space left on device");
            }
          };
      assertThatIOException()
          .isThrownBy(() -> batch.writeTo(full))
          .withMessageContaining("No space");
    }
  }

  /** Wherever a line break lies between two tokens, no line of the output is broken by it. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aLineBreakBetweenAnyTokensBecomesASpace(boolean inFile) throws IOException {
    String json = new String(TWO_RESULTS, UTF_8);
    List<String> expected = lines(json, inFile);
    assertThat(expected).hasSize(5);
    for (String lineBreak : List.of("\n", "\r", "\r\n")) {
      for (int at = 1; at < json.length(); at++) {
        if (isBetweenTokens(json, at)) {
          String broken = json.substring(0, at) + lineBreak + json.substring(at);
          assertThat(lines(broken, inFile).stream().map(line -> line.replace(" ", "")).toList())
              .as(broken)
              .isEqualTo(expected);
        }
      }
    }
  }

  // no text in it has one of these characters
  private static boolean isBetweenTokens(String json, int at) {
    return "{}[],:".indexOf(json.charAt(at)) >= 0 || "{}[],:".indexOf(json.charAt(at - 1)) >= 0;
  }

  private static List<String> lines(String json, boolean inFile) throws IOException {
    byte[] bytes = json.getBytes(UTF_8);
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (Answer answer = inFile ? Answers.inFile(bytes) : Answers.inMemory(bytes)) {
      FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
      for (ItemBatch batch : ItemBatch.byType(RandomAnswers.ASKED, answer, task)) {
        batch.writeLines(out);
      }
    }
    return List.of(out.toString(UTF_8).split("\n"));
  }

  /** An answer in a file that notes how it is read. */
  private static final class Watched extends Answer {
    private final Answer answer;
    private final List<Long> reads = new ArrayList<>(); // where each begins
    private final List<JsonParser> parsers = new ArrayList<>();

    Watched(Answer answer) {
      this.answer = answer;
    }

    @Override
    protected int read(long from, byte[] into, int offset, int most) throws IOException {
      reads.add(from);
      return answer.read(from, into, offset, most);
    }

    @Override
    public JsonParser parse(long from, long length) throws IOException {
      JsonParser parser = super.parse(from, length);
      parsers.add(parser);
      return parser;
    }

    @Override
    public long length() {
      return answer.length();
    }

    @Override
    public boolean isSpooled() {
      return answer.isSpooled();
    }

    @Override
    public void close() {
      answer.close();
    }
  }
}
