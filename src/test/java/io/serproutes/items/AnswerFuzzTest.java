package io.serproutes.items;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import io.serproutes.RawJson;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Envelope.FoundTask;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;

/** Whatever an answer is, it is refused or its items come out byte for byte. */
class AnswerFuzzTest {

  private static final TaskId ASKED = RandomAnswers.ASKED;
  private static final PostedEndpoint ENDPOINT =
      new PostedEndpoint("/v3/serp/naver/organic/task_get/regular");

  @FuzzTest(maxDuration = "1m")
  void anAnswerIsRefusedOrSplitByteForByte(byte[] body) throws IOException {
    RawJson document = RawJson.of(body);
    try (Answer answer = Answers.inMemory(body)) {
      check(answer, document);
    }
    if (document != null) {
      try (Answer answer = Answers.inFile(body)) {
        check(answer, document);
      }
    }
  }

  private static void check(Answer answer, RawJson document) throws IOException {
    Envelope envelope;
    try {
      envelope = Envelope.read(answer, ASKED);
    } catch (IOException e) {
      ENDPOINT.other(answer, null);
      boolean isBeyondLimits = e instanceof StreamConstraintsException;
      assertThat(isBeyondLimits || document == null || !document.isObject())
          .as(e.getMessage())
          .isTrue();
      return;
    }
    byte[] withoutFf = withoutFf(answer);
    if (document == null || withoutFf.length < answer.length()) {
      // Jackson takes a name for the same name without the bytes FF before it
      assertThat(RawJson.of(withoutFf)).isNotNull();
      return;
    }
    ENDPOINT.other(answer, envelope);
    RawJson tasks = document.members().get("tasks");
    List<RawJson> all = tasks == null ? List.of() : tasks.elements();
    RawJson asked = all.stream().filter(AnswerFuzzTest::isAsked).findFirst().orElse(null);
    assertThat(envelope.hasTasks()).isEqualTo(!all.isEmpty());
    assertThat(envelope.task() != null).isEqualTo(asked != null);
    assertThat(envelope.otherTasks()).isEqualTo(all.size() - (asked == null ? 0 : 1));
    if (asked != null) {
      check(answer, envelope.task(), asked);
    }
  }

  private static byte[] withoutFf(Answer answer) throws IOException {
    ByteArrayOutputStream without = new ByteArrayOutputStream();
    for (byte b : answer.copy(0, (int) answer.length())) {
      if (b != -1) {
        without.write(b);
      }
    }
    return without.toByteArray();
  }

  private static boolean isAsked(RawJson task) {
    RawJson id = task.members().get("id");
    return id != null && ASKED.equals(TaskId.parse(id.string()));
  }

  private static List<RawJson> objects(RawJson array) {
    return array == null ? List.of() : array.elements().stream().filter(RawJson::isObject).toList();
  }

  private static void check(Answer answer, FoundTask task, RawJson said) throws IOException {
    List<RawJson> results = objects(said.members().get("result"));
    List<RawJson> items = new ArrayList<>();
    for (RawJson result : results) {
      RawJson of = result.members().get("items");
      items.addAll(of == null ? List.of() : of.elements());
    }
    assertThat(task.itemCount()).isEqualTo(items.size());
    int count = 0;
    for (ItemBatch batch : ItemBatch.byType(ASKED, answer, task)) {
      count += check(batch, items);
    }
    assertThat(count).isEqualTo(items.size());
    checkReceipt(answer, task, said, results);
  }

  /** Returns how many items the batch has. */
  private static int check(ItemBatch batch, List<RawJson> items) throws IOException {
    List<String> texts = new ArrayList<>();
    int last = -1;
    for (Iterator<ItemRecord> records = batch.records(); records.hasNext(); ) {
      ItemRecord record = records.next();
      assertThat(record.position()).isGreaterThan(last);
      last = record.position();
      RawJson item = items.get(last);
      assertThat(batch.getType()).isEqualTo(type(item));
      String json = new String(record.json(), ISO_8859_1);
      assertThat((long) json.length()).isEqualTo(record.length());
      checkItem(json, item);
      texts.add(json);
    }
    ByteArrayOutputStream whole = new ByteArrayOutputStream();
    batch.writeTo(whole);
    RawJson array = RawJson.of(whole.toByteArray());
    assertThat(array.elements()).extracting(RawJson::raw).isEqualTo(texts);
    ByteArrayOutputStream lines = new ByteArrayOutputStream();
    batch.writeLines(lines);
    String inLines = String.join("\n", texts.stream().map(AnswerFuzzTest::oneLine).toList());
    assertThat(lines.toString(ISO_8859_1)).isEqualTo(inLines + "\n");
    return texts.size();
  }

  private static String oneLine(String json) {
    return json.replace('\n', ' ').replace('\r', ' ');
  }

  private static ItemType type(RawJson item) {
    RawJson type = item.members().get("type");
    String said = type == null ? null : type.string();
    return "organic".equals(said)
        ? ItemType.ORGANIC
        : "paid".equals(said) ? ItemType.PAID : ItemType.OTHER;
  }

  private static void checkItem(String json, RawJson item) {
    String name = item.members().containsKey("task") ? "serp_task" : "task";
    String start = "{\"item\":" + item.raw() + ",";
    if (item.isObject()) {
      String body =
          item.raw().substring(0, item.raw().length() - 1).replaceFirst("[ \t\r\n]+$", "");
      start = body + (body.equals("{") ? "" : ",");
    }
    assertThat(json).startsWith(start + '"' + name + "\":{\"id\":\"" + ASKED + '"').endsWith("}}");
    RawJson written = RawJson.of(json.getBytes(ISO_8859_1));
    assertThat(written).isNotNull();
    assertThat(written.members().get(name).isObject()).isTrue();
  }

  private static void checkReceipt(
      Answer answer, FoundTask task, RawJson said, List<RawJson> results) throws IOException {
    String data = ReceiptFields.data(answer, task);
    assertThat(data == null).isEqualTo(!said.members().containsKey("data"));
    for (String text :
        new String[] {data, ReceiptFields.keyword(answer, task), ReceiptFields.tag(answer, task)}) {
      assertThat(text == null || RawJson.of(text) != null).isTrue();
    }
    List<RawJson> written = RawJson.of(ReceiptFields.results(answer, task)).elements();
    assertThat(written).hasSameSizeAs(results);
    for (int i = 0; i < written.size(); i++) {
      Map<String, RawJson> expected = results.get(i).members();
      expected.remove("items");
      assertThat(written.get(i).members().keySet()).isEqualTo(expected.keySet());
    }
  }
}
