package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Promise 2 with {@code serp.kafka.delivery=exactly-once}, of everything that a topic brings. */
class ExactlyOnceIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final int PARTITIONS = 3;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private Scene scene(String name, CountingApi api) {
    return new Scene(broker.get(), dir, name, PARTITIONS)
        .api(api.address())
        .key("serp.kafka.delivery", "exactly-once")
        .key("serp.not-ready.delay", "1s")
        .key("serp.circuit.probe-interval", "1s");
  }

  @Test
  void everyOutcomeIsThereOnceWithTheOffsetOfItsId() throws Exception {
    List<String> good = Scene.ids(300);
    String missing = Scene.failing(40401, 0);
    String notReady = Scene.failing(40601, 2);
    List<String> ids = Scene.concat(good, List.of(missing, notReady));
    try (CountingApi api = new CountingApi("2-3", "20ms");
        Scene scene = scene("once", api)) {
      scene.send(ids);
      scene.send("ids", 0, "no id".getBytes(UTF_8));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(ids);
      assertThat(instance.terminate().exitCode()).isZero();
      scene.assertEachIsThereOnce();
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.receipt(missing).path("outcome").asText()).isEqualTo("dead-lettered");
      assertThat(scene.receipt(notReady).path("outcome").asText()).isEqualTo("delivered");
      assertThat(scene.all("dead-letters")).hasSize(2);
      assertThat(scene.all("parked")).hasSize(2);
      assertThat(scene.committedIds()).isEqualTo(ids.size() + 1);
      assertThat(instance.output().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .allMatch(line -> line.contains(" serp-dead-letter - "));
    }
  }

  /** A record ends as a whole, so that its ids get records of their own. */
  @Test
  void theIdsOfAnArrayBecomeRecords() throws Exception {
    List<String> ids = Scene.ids(60);
    String array = "[\"" + String.join("\",\"", ids) + "\",\"no \\\"id\",[1]]";
    try (CountingApi api = new CountingApi("2-3", "20ms");
        Scene scene = scene("arrays", api)) {
      byte[] trace = "00-1".getBytes(UTF_8);
      scene.send("ids", 0, array.getBytes(UTF_8), new RecordHeader("traceparent", trace));
      scene.send("ids", 0, "[]".getBytes(UTF_8));
      scene.send("ids", 1, ("[\"" + Scene.failing(40102, 0) + "\"]").getBytes(UTF_8));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(ids);
      await("offsets")
          .atMost(InstanceUnderTest.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(Map.copyOf(offsets(scene.committed("ids", "arrays"))))
                      .containsAllEntriesOf(endsWithRecords(scene)));
      assertThat(instance.terminate().exitCode()).isZero();
      scene.assertEachIsThereOnce();
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.receipts()).hasSize(ids.size() + 1);
      assertThat(scene.all("organic"))
          .allSatisfy(entry -> assertThat(entry.header("traceparent")).isEqualTo("00-1"));
      assertThat(scene.all("dead-letters"))
          .extracting(entry -> entry.json().path("input").asText())
          .containsExactlyInAnyOrder("no \"id", "[1]");
      assertThat(scene.all("ids")).hasSize(3 + ids.size() + 2);
    }
  }

  /** They were there at the start, even if their records were not. */
  @Test
  void aRunOnceAsksForTheIdsOfAnArray() throws Exception {
    List<String> ids = Scene.ids(60);
    String array = "[\"" + String.join("\",\"", ids) + "\"]";
    try (CountingApi api = new CountingApi("2-3", "20ms");
        Scene scene = scene("array-once", api).key("serp.once", "true")) {
      scene.send("ids", 0, array.getBytes(UTF_8));
      InstanceUnderTest instance = scene.instance("instance").start();
      assertThat(instance.exitCode()).as(instance.output()).isZero();
      assertThat(scene.receipts()).containsOnlyKeys(ids);
      scene.assertEachIsThereOnce();
    }
  }

  /** It would end before it had seen them, as if there were none. */
  @Test
  void aRunOnceAsksForWhatIsBehindAnOpenTransaction() throws Exception {
    List<String> ids = Scene.ids(6);
    try (CountingApi api = new CountingApi("2", "0ms");
        Scene scene = scene("open-once", api).key("serp.once", "true");
        var open = transactional(scene)) {
      open.send(new ProducerRecord<>(scene.topic("ids"), 0, null, ids.get(0)));
      open.flush();
      scene.send(ids.subList(1, ids.size()));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(3); // of the other partitions
      open.commitTransaction();
      assertThat(instance.exitCode()).as(instance.output()).isZero();
      assertThat(scene.receipts()).containsOnlyKeys(ids);
    }
  }

  private static KafkaProducer<String, String> transactional(Scene scene) {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", broker.get().bootstrapServers(),
            "transactional.id", scene.topic("ids"),
            "transaction.timeout.ms", 600_000);
    KafkaProducer<String, String> producer =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer());
    producer.initTransactions();
    producer.beginTransaction();
    return producer;
  }

  private static Map<TopicPartition, Long> offsets(Map<TopicPartition, OffsetAndMetadata> all) {
    return all.entrySet().stream()
        .collect(Collectors.toMap(Map.Entry::getKey, one -> one.getValue().offset()));
  }

  private static Map<TopicPartition, Long> endsWithRecords(Scene scene) {
    Map<TopicPartition, Long> ends = scene.ends("ids");
    ends.values().removeIf(end -> end == 0);
    return ends;
  }

  @Test
  void anItemThatIsTooLargeGoesToAFileAndTheOthersAreThereOnce() throws Exception {
    List<String> ids = Scene.ids(20);
    try (CountingApi api = new CountingApi("10-20", "20ms");
        Scene scene = scene("too-large", api)) {
      scene.key("serp.kafka.max-item-bytes", "1100").key("serp.once", "true").send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      assertThat(instance.exitCode()).isEqualTo(2);
      scene.assertEachIsThereOnce();
      int items = Scene.ITEMS.stream().mapToInt(type -> scene.all(type).size()).sum();
      int oversized = 0;
      int said = 0;
      for (JsonNode receipt : scene.receipts().values()) {
        oversized += receipt.path("oversized").asInt();
        said += Scene.ITEMS.stream().mapToInt(type -> receipt.path(type).asInt()).sum();
      }
      assertThat(oversized).isPositive().isLessThan(said);
      assertThat(items).isEqualTo(said - oversized);
      try (Stream<Path> files = Files.list(dir.resolve("instance/out/oversized"))) {
        assertThat(files).hasSize(oversized);
      }
      assertThat(scene.all("dead-letters"))
          .isNotEmpty()
          .allSatisfy(e -> assertThat(e.json().path("reason").asText()).isEqualTo("too-large"));
    }
  }

  /** What needs the topic waits for it; the other ids are delivered. */
  @Test
  void aTopicThatIsGoneHoldsUpOnlyWhatNeedsIt() throws Exception {
    List<String> ids = Scene.ids(400);
    List<String> empty = List.of(Scene.failing(40102, 0));
    try (CountingApi api = new CountingApi("3", "20ms");
        Scene scene = scene("gone", api)) {
      scene
          .key("serp.api.calls-per-minute", 60 * 60)
          .key("serp.kafka.properties.metadata.max.age.ms", "2000")
          .send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(50);
      scene.deleteTopic("paid");
      instance.awaitOutput("Halted: cannot deliver: Kafka: ");
      int done = scene.receipts().size();
      scene.createTopic("paid", 2);
      scene.send(empty);
      scene.awaitReceipts(Scene.concat(ids, empty));
      assertThat(instance.terminate().exitCode()).isZero();
      scene.assertEachIsThereOnce();
      long made = scene.all("paid").stream().map(TopicTail.Entry::key).distinct().count();
      assertThat(made).isGreaterThanOrEqualTo(ids.size() - done);
      assertThat(scene.committedIds()).isEqualTo(ids.size() + 1);
    }
  }

  /** Of steps and items that are sent to one topic, none replaces what another has staged. */
  @Test
  void aCopyThatSendsAllItemsOneByOneInTwoStepsToOneTopicKeepsThemAll() throws Exception {
    List<String> ids = Scene.ids(20);
    String original = Files.readString(Path.of("routes/outputs/items-to-kafka.camel.yaml"));
    int from = original.indexOf("        - choice:");
    int to = original.indexOf("- route:", from);
    String oneTopic =
        """
                - split:
                    simple: ${body}
                    steps:
                      - to: serp-kafka:{{serp.kafka.topics.organic}}
                      - setBody:
                          constant: '{"type":"another"}'
                      - to: serp-kafka:{{serp.kafka.topics.organic}}

        """;
    String copy = original.substring(0, from) + oneTopic + original.substring(to);
    Path routes = Files.createDirectories(dir.resolve("instance/routes"));
    Files.writeString(routes.resolve("items-to-kafka.camel.yaml"), copy);
    try (CountingApi api = new CountingApi("4", "0ms");
        Scene scene = scene("one-by-one", api)) {
      scene.send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(ids);
      assertThat(instance.terminate().exitCode()).isZero();
      assertThat(scene.all("organic")).hasSize(2 * 4 * ids.size());
      assertThat(scene.all("organic").stream().map(entry -> entry.json().path("type").asText()))
          .contains("organic", "paid", "another");
    }
  }

  /** An old record of a partition holds up new ones once a commit could not tell them apart. */
  @Test
  void noMoreIsReadThanACommitCanTell() throws Exception {
    String slow = "10171324-1535-0066-0000-ffffffffffff";
    int more = 300;
    List<String> ids = Scene.ids(EndedOffsets.ALWAYS_TOLD - 1 + more);
    CountDownLatch release = new CountDownLatch(1);
    try (ScriptedApi api = new ScriptedApi(id -> empty(id, id.equals(slow) ? release : null));
        Scene scene = new Scene(broker.get(), dir, "gaps", 1)) {
      scene
          .api(api.address())
          .key("serp.kafka.delivery", "exactly-once")
          .key("serp.api.calls-per-minute", 10_000_000)
          .key("serp.api.max-concurrent", 100)
          .key("serp.api.response-timeout", "30m");
      scene.send(List.of(slow));
      scene.send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      Duration patience = Duration.ofMinutes(8);
      scene.awaitReceipts(ids.subList(0, ids.size() - more), patience);
      assertThat(scene.receipts()).hasSize(ids.size() - more);
      release.countDown();
      scene.awaitReceipts(Scene.concat(ids, List.of(slow)), patience);
      assertThat(instance.terminate().exitCode()).isZero();
      scene.assertEachIsThereOnce();
    } finally {
      release.countDown();
    }
  }

  private static ScriptedApi.Reply empty(String id, CountDownLatch release) {
    try {
      if (release != null) {
        release.await();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    return new ScriptedApi.Reply(Duration.ZERO, ScriptedApi.result(id));
  }
}
