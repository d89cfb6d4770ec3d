package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.RandomAnswers.Made;
import io.serproutes.items.RandomAnswers.MadeItem;
import io.serproutes.items.RandomAnswers.MadeResult;
import io.serproutes.items.RandomAnswers.MadeTask;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.StringJoiner;
import net.jqwik.api.Arbitraries;
import net.jqwik.api.Arbitrary;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.Provide;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

/** Any valid answer is split as a JSON tree of it would be, and no byte of an item changes. */
class ItemsByTypeTest {

  @Provide
  Arbitrary<Made> answers() {
    return Arbitraries.randomValue(random -> new RandomAnswers(random).answer());
  }

  @Property(tries = 300, seed = "1")
  void anyAnswerInMemoryIsSplitByteForByte(@ForAll("answers") Made made) throws IOException {
    try (Answer answer = Answers.inMemory(made.bytes())) {
      isSplit(made, answer);
    }
  }

  @Property(tries = 300, seed = "2")
  void anyAnswerInAFileIsSplitByteForByte(@ForAll("answers") Made made) throws IOException {
    try (Answer answer = Answers.inFile(made.bytes())) {
      isSplit(made, answer);
    }
  }

  @Property(tries = 300)
  void anyAnswerAroundTheEndOfAnArrayIsSplitByteForByte(
      @ForAll("answers") Made made, @ForAll @IntRange(min = 21_500, max = 21_845) int before)
      throws IOException {
    Made larger = larger(made, before); // ends at most 1 KiB before the second array
    AnswerReader reader = new AnswerReader(Long.MAX_VALUE);
    for (int again = 0; again < 2; again++) {
      try (Answer answer = reader.read(new ByteArrayInputStream(larger.bytes()))) {
        assertThat(answer.isSpooled()).isFalse();
        isSplit(larger, answer);
      }
    }
  }

  @Property(tries = 8, seed = "3")
  void anyAnswerThatIsSpooledIsSplitByteForByte(@ForAll("answers") Made made) throws IOException {
    Made larger = larger(made, 200_000);
    AnswerReader reader = new AnswerReader(Long.MAX_VALUE);
    try (Answer answer = reader.read(new ByteArrayInputStream(larger.bytes()))) {
      assertThat(answer.isSpooled()).isTrue();
      isSplit(larger, answer);
    }
  }

  /** The same with a member before the others of so many characters, three bytes each. */
  private static Made larger(Made made, int characters) {
    String filler = "\"filler\":\"" + "검".repeat(characters) + "\"";
    String json = made.json().strip();
    String large = "{" + filler + (json.equals("{}") ? "" : ",") + json.substring(1);
    return new Made(
        large,
        made.statusCode(),
        made.statusMessage(),
        made.hasTasks(),
        made.otherTasks(),
        made.task());
  }

  private static void isSplit(Made made, Answer answer) throws IOException {
    Envelope envelope = Envelope.read(answer, RandomAnswers.ASKED);

    assertThat(envelope.statusCode()).isEqualTo(made.statusCode());
    assertThat(envelope.statusMessage()).isEqualTo(made.statusMessage());
    assertThat(envelope.hasTasks()).isEqualTo(made.hasTasks());
    assertThat(envelope.otherTasks()).isEqualTo(made.otherTasks());
    if (made.task() == null) {
      assertThat(envelope.task()).isNull();
      return;
    }
    agreesWithTree(JsonTrees.read(made.bytes()), made.task());
    describes(made.task(), answer, envelope.task());
    for (ItemType type : ItemType.values()) {
      isWhole(type, made.task(), answer, envelope.task());
    }
  }

  // what was made is what an ordinary reader of JSON finds
  private static void agreesWithTree(JsonNode tree, MadeTask made) {
    JsonNode task = null;
    for (JsonNode element : tree.path("tasks")) {
      if (task == null
          && RandomAnswers.ASKED.value().equalsIgnoreCase(element.path("id").asText())) {
        task = element;
      }
    }
    List<JsonNode> objects = new ArrayList<>();
    if (task.path("result").isArray()) {
      task.path("result").forEach(result -> objects.add(result));
    }
    objects.removeIf(result -> !result.isObject());
    assertThat(objects).hasSameSizeAs(made.results());
    for (int i = 0; i < objects.size(); i++) {
      JsonNode items = objects.get(i).path("items");
      List<MadeItem> madeItems = made.results().get(i).items();
      assertThat(items.isArray() ? items.size() : 0).isEqualTo(madeItems.size());
      for (int k = 0; k < madeItems.size(); k++) {
        assertThat(items.get(k)).isEqualTo(JsonTrees.read(madeItems.get(k).raw()));
        assertThat(madeItems.get(k).type()).isEqualTo(typeOf(items.get(k)));
      }
    }
  }

  private static ItemType typeOf(JsonNode item) {
    JsonNode type = item.path("type");
    return type.isTextual() ? ItemType.of(type.textValue()) : ItemType.OTHER;
  }

  private static void describes(MadeTask made, Answer answer, FoundTask found) throws IOException {
    assertThat(found.statusCode()).isEqualTo(made.statusCode());
    assertThat(ReceiptFields.data(answer, found)).isEqualTo(made.data());
    assertThat(ReceiptFields.tag(answer, found)).isEqualTo(made.dataFields().get("tag"));
    Long claimed = null;
    for (MadeResult result : made.results()) {
      claimed = result.claimed() == null ? claimed : sum(claimed, result.claimed());
    }
    String keyword =
        made.results().stream()
            .map(result -> result.fields().get("keyword"))
            .filter(Objects::nonNull)
            .findFirst()
            .orElse(made.dataFields().get("keyword"));
    assertThat(ReceiptFields.keyword(answer, found)).isEqualTo(keyword);
    assertThat(ReceiptFields.claimedItems(found)).isEqualTo(claimed);

    JsonNode results = JsonTrees.read(ReceiptFields.results(answer, found));
    assertThat(results).hasSize(made.results().size());
    for (int i = 0; i < results.size(); i++) {
      ObjectNode whole = (ObjectNode) JsonTrees.read(made.results().get(i).raw());
      whole.remove("items");
      assertThat(results.get(i)).isEqualTo(whole);
    }
  }

  private static Long sum(Long one, Long other) {
    return (one == null ? 0 : one) + other;
  }

  private static void isWhole(ItemType type, MadeTask made, Answer answer, FoundTask found)
      throws IOException {
    List<String> expected = new ArrayList<>();
    List<MadeItem> originals = new ArrayList<>();
    List<Integer> positions = new ArrayList<>();
    int position = 0;
    for (MadeResult result : made.results()) {
      for (MadeItem item : result.items()) {
        if (item.type() == type) {
          expected.add(withMember(item, made, result));
          originals.add(item);
          positions.add(position);
        }
        position++;
      }
    }
    assertThat(found.count(type)).isEqualTo(expected.size());
    List<ItemBatch> batches = ItemBatch.byType(RandomAnswers.ASKED, answer, found);
    List<ItemBatch> ours = batches.stream().filter(batch -> batch.getType() == type).toList();
    assertThat(ours).hasSize(expected.isEmpty() ? 0 : 1);
    if (expected.isEmpty()) {
      return;
    }
    ItemBatch batch = ours.get(0);
    assertThat(batch.getCount()).isEqualTo(expected.size());

    byte[] written = write(batch);
    assertThat(new String(written, UTF_8))
        .isEqualTo("[\n" + String.join(",\n", expected) + "\n]\n");
    assertThat(write(batch)).isEqualTo(written);
    isOriginalPlusMember((ArrayNode) JsonTrees.read(written), originals);

    List<Integer> visited = new ArrayList<>();
    List<String> ranks = new ArrayList<>();
    batch
        .records()
        .forEachRemaining(
            record -> {
              visited.add(record.position());
              ranks.add(record.rankAbsolute());
            });
    assertThat(visited).isEqualTo(positions);
    assertThat(ranks).isEqualTo(originals.stream().map(MadeItem::rank).toList());
  }

  private static byte[] write(ItemBatch batch) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    batch.writeTo(out);
    return out.toByteArray();
  }

  private static void isOriginalPlusMember(ArrayNode written, List<MadeItem> originals) {
    for (int i = 0; i < written.size(); i++) {
      ObjectNode item = (ObjectNode) written.get(i);
      JsonNode original = JsonTrees.read(originals.get(i).raw());
      String added = originals.get(i).hasTask() ? "serp_task" : "task";
      assertThat(item.path(added).path("id").textValue()).isEqualTo(RandomAnswers.ASKED.value());
      item.remove(added);
      assertThat(original.isObject() ? item : item.get("item")).isEqualTo(original);
    }
  }

  /** What the contract says an item looks like, built from the raw texts it was made of. */
  private static String withMember(MadeItem item, MadeTask task, MadeResult result) {
    String member = member(task.dataFields(), result.fields());
    if (!item.isObject()) {
      return "{\"item\":" + item.raw() + ",\"task\":" + member + "}";
    }
    String open = item.raw().substring(0, item.raw().length() - 1).stripTrailing();
    String comma = open.equals("{") ? "" : ",";
    return open + comma + (item.hasTask() ? "\"serp_task\":" : "\"task\":") + member + "}";
  }

  private static String member(Map<String, String> data, Map<String, String> result) {
    StringJoiner member = new StringJoiner(",", "{", "}");
    member.add("\"id\":\"" + RandomAnswers.ASKED + "\"");
    add(member, "tag", data.get("tag"));
    for (String name : List.of("keyword", "se_domain", "location_code", "language_code")) {
      add(member, name, result.getOrDefault(name, data.get(name)));
    }
    add(member, "device", data.get("device"));
    add(member, "os", data.get("os"));
    for (String name : List.of("check_url", "datetime", "spell")) {
      add(member, name, result.get(name));
    }
    return member.toString();
  }

  private static void add(StringJoiner member, String name, String value) {
    if (value != null) {
      member.add('"' + name + "\":" + value);
    }
  }

  @Test
  void aTaskWithoutItemsHasNoLots() throws IOException {
    String json =
        "{\"tasks\":[{\"id\":\"" + RandomAnswers.ASKED + "\",\"result\":[{\"items\":[]},{}]}]}";
    try (Answer answer = Answers.inMemory(json.getBytes(UTF_8))) {
      FoundTask task = Envelope.read(answer, RandomAnswers.ASKED).task();
      assertThat(ItemBatch.byType(RandomAnswers.ASKED, answer, task)).isEmpty();
    }
  }
}
