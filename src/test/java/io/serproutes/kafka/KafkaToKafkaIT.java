package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.kafka.ScriptedApi.Call;
import io.serproutes.kafka.ScriptedApi.Reply;
import io.serproutes.kafka.TopicTail.Entry;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Ids from a topic, items to topics, one instance, nothing goes wrong. */
class KafkaToKafkaIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final int LIMIT = 900 * 1024;
  private static final Map<String, String> ANSWERS = new ConcurrentHashMap<>();

  @TempDir static Path dir;

  private static ScriptedApi api;
  private static Scene scene;

  @BeforeAll
  static void start() {
    api =
        new ScriptedApi(
            id -> {
              String usual = ScriptedApi.result(id, "{\"type\":\"organic\"}");
              return new Reply(Duration.ZERO, ANSWERS.getOrDefault(id, usual));
            });
    scene = new Scene(broker.get(), dir, "small", 1);
    scene.api(api.address()).instance("instance").start().awaitStart();
  }

  @AfterAll
  static void stop() throws Exception {
    scene.close();
    api.close();
  }

  /** A well-formed id. */
  private static String id(int number) {
    return "10171324-1535-0066-0000-%012x".formatted(number);
  }

  private static void send(String value, Header... headers) {
    scene.send("ids", 0, value == null ? null : value.getBytes(UTF_8), headers);
  }

  private static long next() {
    return scene.ends("ids").values().iterator().next();
  }

  @Test
  void takesIdsInEveryForm() {
    List<String> ids = IntStream.range(100, 107).mapToObj(KafkaToKafkaIT::id).toList();
    send(ids.get(0));
    send('"' + ids.get(1) + '"');
    send("{\"keyword\":\"x\",\"id\":\"" + ids.get(2) + "\"}");
    send("[\"" + ids.get(3) + "\",{\"id\":\"" + ids.get(4) + "\"}]");
    send("[]");
    send(ids.get(5).toUpperCase());
    long offset = next();
    send(ids.get(6));
    scene.awaitReceipts(ids);
    assertThat(scene.receipt(ids.get(6)).path("source").textValue())
        .isEqualTo("kafka:small.ids-0@" + offset);
    assertThat(scene.receipt(ids.get(6)).path("outcome").textValue()).isEqualTo("delivered");
  }

  @Test
  void whatIsNoIdBecomesADeadLetterThatNamesItsPlace() {
    long offset = next();
    send(null);
    send("");
    send("poison");
    scene.send("ids", 0, new byte[] {(byte) 0xff, (byte) 0xfe});
    send("{\"id\":17}");
    send("[\"" + id(200) + "\",[]]");
    scene.awaitReceipts(List.of(id(200)));
    await().atMost(InstanceUnderTest.PATIENCE).until(() -> letters(offset, offset + 6).size() == 6);
    List<Entry> letters = letters(offset, offset + 6);
    assertThat(letters)
        .allSatisfy(letter -> assertThat(letter.key()).isNull())
        .allSatisfy(l -> assertThat(l.json().path("reason").textValue()).isEqualTo("invalid-id"));
    assertThat(letters)
        .extracting(letter -> letter.json().path("input").textValue())
        .containsExactlyInAnyOrder("", "", "poison", "\ufffd\ufffd", "{\"id\":17}", "[]");
    assertThat(scene.receipts()).doesNotContainKey("null");
    await()
        .atMost(InstanceUnderTest.PATIENCE)
        .until(() -> scene.committedIds(), committed -> committed >= offset + 6);
  }

  /** The dead letters of a range of offsets. */
  private static List<Entry> letters(long from, long to) {
    List<String> sources =
        IntStream.range((int) from, (int) to).mapToObj(o -> "kafka:small.ids-0@" + o).toList();
    return scene.all("dead-letters").stream()
        .filter(letter -> sources.contains(letter.json().path("source").textValue()))
        .toList();
  }

  @Test
  void itemsHaveTheirKeyHeadersAndOrder() {
    String id = id(300);
    ANSWERS.put(
        id,
        ScriptedApi.result(
            id,
            "{\"type\":\"organic\",\"rank_absolute\":1,\"n\":1.50}",
            "{\"type\":\"paid\",\"rank_absolute\":2}",
            "{\"type\":\"organic\",\"rank_absolute\":3}",
            "{\"type\":\"images\"}",
            "null",
            "{\"type\":\"organic\",\"rank_absolute\":4}"));
    send(id);
    scene.awaitReceipts(List.of(id));
    List<Entry> organic = items("organic", id);
    assertThat(organic).extracting(Entry::index).containsExactly(0, 2, 5);
    assertThat(organic)
        .extracting(e -> e.header("serp.rank-absolute"))
        .containsExactly("1", "3", "4");
    assertThat(new String(organic.get(0).record().value(), UTF_8))
        .isEqualTo(
            "{\"type\":\"organic\",\"rank_absolute\":1,\"n\":1.50,\"task\":{\"id\":\""
                + id
                + "\"}}");
    assertThat(items("paid", id)).extracting(Entry::index).containsExactly(1);
    List<Entry> other = items("other", id);
    assertThat(other).extracting(Entry::index).containsExactly(3, 4);
    assertThat(other).extracting(e -> e.header("serp.item-type")).containsExactly("images", "");
    for (String type : Scene.ITEMS) {
      assertThat(items(type, id))
          .allSatisfy(item -> assertThat(item.header("serp.item-count")).isEqualTo("6"))
          .allSatisfy(item -> assertThat(item.header("serp.task-id")).isEqualTo(id))
          .allSatisfy(i -> assertThat(i.header("content-type")).isEqualTo("application/json"));
    }
    JsonNode receipt = scene.receipt(id);
    assertThat(receipt.path("organic").intValue()).isEqualTo(3);
    assertThat(receipt.path("paid").intValue()).isEqualTo(1);
    assertThat(receipt.path("other").intValue()).isEqualTo(2);
    assertThat(receipt.path("oversized").intValue()).isZero();
  }

  private static List<Entry> items(String type, String id) {
    return scene.all(type).stream().filter(entry -> id.equals(entry.key())).toList();
  }

  @Test
  void headersOfARecordHaveNoEffect() {
    String id = id(400);
    String[] names = {
      "CamelHttpUri",
      "camelhttpuri",
      "CAMELHTTPPATH",
      "CamelHttpPath",
      "CamelHttpQuery",
      "CamelHttpMethod",
      "Authorization",
      "aUTHORIZATION",
      "Host",
      "kafka.OVERRIDE_TOPIC",
      "KAFKA.Override_Topic",
      "CamelKafkaOverrideTopic",
      "kafka.KEY",
      "Kafka.Key",
      "CamelKafkaKey",
      "kafka.PARTITION_KEY",
      "kafka.OVERRIDE_TIMESTAMP",
      "kafka.OFFSET",
      "KAFKA.offset",
      "kafka.TOPIC",
      "kafka.PARTITION",
      "serp.task-id",
      "serp.source",
      "serp.tag",
      "serp.item-index",
      "content-type",
      "x-outside"
    };
    Header[] hostile =
        Arrays.stream(names)
            .map(name -> new RecordHeader(name, "evil".getBytes(UTF_8)))
            .toArray(Header[]::new);
    long offset = next();
    send(id, hostile);
    send("poison too", hostile);
    scene.awaitReceipts(List.of(id));
    await().atMost(InstanceUnderTest.PATIENCE).until(() -> letters(offset, offset + 2).size() == 1);
    List<Call> calls = api.calls().stream().filter(call -> call.id().equals(id)).toList();
    assertThat(calls).hasSize(1);
    assertThat(calls.get(0).path).isEqualTo("/v3/serp/naver/organic/task_get/regular/" + id);
    assertThat(calls.get(0).authorization).isEqualTo("Basic c2FuZGJveDpzYW5kYm94");
    assertThat(api.calls()).allSatisfy(call -> assertThat(call.path).doesNotContain("evil"));
    assertThat(scene.receipt(id).path("source").textValue())
        .isEqualTo("kafka:small.ids-0@" + offset);
    assertThat(scene.receipt(id).has("tag")).isFalse();
    for (String key : Scene.OUT) {
      assertThat(scene.all(key)).allSatisfy(KafkaToKafkaIT::assertNothingEvil);
    }
    assertThat(items("organic", id)).hasSize(1);
  }

  private static void assertNothingEvil(Entry entry) {
    assertThat(entry.key()).isNotEqualTo("evil");
    assertThat(entry.record().headers())
        .allSatisfy(header -> assertThat(header.value()).isNotEqualTo("evil".getBytes(UTF_8)));
  }

  @Test
  void anItemOverTheLimitGoesToAFileAndTheOthersToTheirTopic() throws Exception {
    String id = id(500);
    int room = ",\"task\":{\"id\":\"\"}".length() + id.length();
    ANSWERS.put(
        id,
        ScriptedApi.result(
            id,
            "{\"type\":\"organic\"}",
            item(LIMIT - room),
            item(LIMIT - room + 1),
            "{\"type\":\"organic\"}"));
    send(id);
    scene.awaitReceipts(List.of(id));
    assertThat(items("organic", id)).extracting(Entry::index).containsExactly(0, 1, 3);
    assertThat(items("organic", id).get(1).record().value()).hasSize(LIMIT);
    JsonNode receipt = scene.receipt(id);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("organic").intValue()).isEqualTo(4);
    assertThat(receipt.path("oversized").intValue()).isEqualTo(1);
    assertThat(Files.size(dir.resolve("instance/out/oversized/" + id + "-2.json")))
        .isEqualTo(LIMIT + 1);
    assertThat(items("dead-letters", id))
        .extracting(letter -> letter.json().path("reason").textValue())
        .containsExactly("too-large");
  }

  /** An item of so many bytes that no compression makes much smaller. */
  private static String item(int bytes) {
    String frame = "{\"type\":\"organic\",\"text\":\"\"}";
    StringBuilder text = new StringBuilder(frame.substring(0, frame.length() - 2));
    new Random(1).ints(bytes - frame.length(), 'a', 'z' + 1).forEach(c -> text.append((char) c));
    return text + "\"}";
  }

  /** It would never end where ids come faster than it works. */
  @Test
  void aRunOnceLeavesWhatCameAfterItsStart() throws Exception {
    List<String> ids = Scene.ids(100_000);
    AtomicInteger sent = new AtomicInteger(20);
    AtomicReference<Scene> topics = new AtomicReference<>();
    try (ScriptedApi another =
            new ScriptedApi(
                id -> {
                  topics.get().send(List.of(ids.get(sent.getAndIncrement())));
                  return new Reply(Duration.ZERO, ScriptedApi.result(id, "{\"type\":\"paid\"}"));
                });
        Scene scene = new Scene(broker.get(), dir, "up-to-start", 1).api(another.address())) {
      topics.set(scene);
      scene.send(ids.subList(0, 20));
      scene.key("serp.once", true);
      InstanceUnderTest first = scene.instance("run-once").start();
      assertThat(first.exitCode()).as(first.output()).isZero();
      assertThat(scene.receipts()).containsOnlyKeys(ids.subList(0, 20));
      int left = sent.get();
      assertThat(left).isEqualTo(40);
      InstanceUnderTest second = scene.instance("run-once").start();
      assertThat(second.exitCode()).as(second.output()).isZero();
      assertThat(scene.receipts()).containsOnlyKeys(ids.subList(0, left));
    }
  }

  @Test
  void recordsThatAreRemovedBeforeTheyAreReadAreToldOf() throws Exception {
    List<String> ids = Scene.ids(9);
    try (CountingApi other = new CountingApi("1", "0ms");
        Scene scene = new Scene(broker.get(), dir, "removed", 1).api(other.address())) {
      scene.send(ids.subList(0, 5));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(ids.subList(0, 5));
      assertThat(instance.terminate().exitCode()).isZero();
      scene.send(ids.subList(5, 8));
      scene.removeAll("ids");
      instance.start().awaitOutput("has removed 3 records of removed.ids-0 before they were read");
      scene.send(ids.subList(8, 9));
      scene.awaitReceipts(ids.subList(8, 9));
      assertThat(scene.receipts()).hasSize(6);
    }
  }
}
