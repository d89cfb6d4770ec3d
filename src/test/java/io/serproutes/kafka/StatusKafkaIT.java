package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.CommandRun;
import io.serproutes.SandboxProcess;
import io.serproutes.Settings;
import io.serproutes.ids.TaskId;
import io.serproutes.results.IdLookup;
import io.serproutes.results.IdStatus;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command {@code status} where receipts, dead letters and parked ids are in topics. */
@Execution(ExecutionMode.CONCURRENT)
class StatusKafkaIT {

  private static final String NOT_READY = Scene.failing(40602, 0);
  private static final String EXPIRED = Scene.failing(40403, 0);
  private static final String UNKNOWN = "03171324-1535-0066-0000-770617fdc9a9";
  private static final ObjectMapper JSON = new ObjectMapper();

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  @TempDir Path dir;

  private CommandRun status(String scene, String... ids) throws Exception {
    CommandRun.Start start = CommandRun.in(dir.resolve("status"));
    keys(scene).forEach(start::key);
    List<String> arguments = new ArrayList<>(List.of("status", "--json"));
    arguments.addAll(List.of(ids));
    return start.run(arguments.toArray(String[]::new));
  }

  private static Map<String, String> keys(String scene) {
    Map<String, String> keys = new HashMap<>();
    keys.put("serp.to", "kafka");
    keys.put("serp.kafka.brokers", broker.get().bootstrapServers());
    Scene.OUT.forEach(key -> keys.put("serp.kafka.topics." + key, scene + "." + key));
    return keys;
  }

  private static List<JsonNode> json(CommandRun run) throws Exception {
    List<JsonNode> ids = new ArrayList<>();
    for (String line : run.lines()) {
      ids.add(JSON.readTree(line));
    }
    return ids;
  }

  @Test
  void whatIsInTopicsIsFound() throws Exception {
    List<String> good = Scene.ids(6);
    try (SandboxProcess sandbox = new SandboxProcess();
        Scene scene = new Scene(broker.get(), dir, "status", 3)) {
      sandbox.keys().forEach(scene::key);
      scene.send(Scene.concat(good, List.of(NOT_READY, EXPIRED)));
      try (InstanceUnderTest instance = scene.instance("run").start()) {
        scene.awaitReceipts(Scene.concat(good, List.of(EXPIRED)));
        await().atMost(InstanceUnderTest.PATIENCE).until(() -> scene.all("parked").size() == 1);
        instance.terminate().exitCode();
      }

      String[] asked = Scene.concat(good, List.of(NOT_READY, EXPIRED)).toArray(String[]::new);
      CommandRun run = status("status", asked);
      assertThat(run.code()).as(run.err()).isZero();
      List<JsonNode> found = json(run);
      for (int i = 0; i < good.size(); i++) {
        JsonNode one = found.get(i);
        assertThat(one.path("outcome").textValue()).isEqualTo("delivered");
        assertThat(one.at("/receipt/record")).isEqualTo(scene.receipt(good.get(i)));
        String place = one.at("/receipt/place").textValue();
        assertThat(place).matches("status\\.receipts-[01]@\\d+");
        assertThat(one.path("searched").toString()).contains(place.replaceFirst("@.*", ""));
      }
      assertThat(found.get(6).path("outcome").textValue()).isEqualTo("parked");
      assertThat(found.get(6).at("/parked/record/status_code").intValue()).isEqualTo(40602);
      assertThat(found.get(7).path("outcome").textValue()).isEqualTo("dead-lettered");
      assertThat(found.get(7).at("/dead_letter/record/reason").textValue()).isEqualTo("expired");

      CommandRun unknown = status("status", UNKNOWN, good.get(0));
      assertThat(unknown.code()).as(unknown.err()).isEqualTo(2);
      assertThat(json(unknown).get(0).path("searched")).hasSize(6);
    }
  }

  /** The place in a file leads the page to the items. */
  @Test
  void ofTheSameReceiptInAFileAndATopicTheOneInTheFileCounts() throws Exception {
    String id = Scene.ids(1).get(0);
    String receipt =
        "{\"task_id\":\"%s\",\"outcome\":\"delivered\",\"fetched_at\":\"2026-11-26T10:00:0%d.000Z\"}";
    Path file = Files.createDirectories(dir.resolve("both/receipts")).resolve(id + ".json");
    Files.writeString(file, receipt.formatted(id, 1));
    Map<String, String> keys = keys("status-both");
    keys.put("serp.to", "files,kafka");
    keys.put("serp.files.dir", dir.resolve("both").toString());
    IdLookup lookup = new IdLookup(new Settings(keys::get));
    List<String> problems = new ArrayList<>();
    try (Scene scene = new Scene(broker.get(), dir, "status-both", 1)) {
      scene.sendTo("receipts", id, receipt.formatted(id, 1));
      Set<TaskId> ids = Set.of(TaskId.parse(id));
      IdStatus same = lookup.find(ids, Duration.ofSeconds(20), problems::add).get(0);
      assertThat(same.receipt().place()).isEqualTo(file.toString());
      scene.sendTo("receipts", id, receipt.formatted(id, 2));
      IdStatus later = lookup.find(ids, Duration.ofSeconds(20), problems::add).get(0);
      assertThat(later.receipt().place()).startsWith("status-both.receipts-");
      assertThat(problems).isEmpty();
    }
  }

  @Test
  void theLastCommittedRecordOfAnIdCountsAndABrokenOneStopsNothing() throws Exception {
    String id = Scene.ids(1).get(0);
    String receipt = "{\"task_id\":\"%s\",\"outcome\":\"%s\",\"n\":%d}";
    try (Scene scene = new Scene(broker.get(), dir, "status-last", 1)) {
      scene.sendTo("parked", id, "{\"task_id\":\"%s\",\"due_at\":\"x\"}".formatted(id));
      await().pollDelay(Duration.ofMillis(5)).until(() -> true); // the times of records differ
      scene.sendTo("receipts", id, receipt.formatted(id, "dead-lettered", 1));
      scene.sendTo("receipts", id, receipt.formatted(id, "delivered", 2));
      abort("status-last.receipts", id, receipt.formatted(id, "partial", 3));
      CommandRun run = status("status-last", id);
      assertThat(run.code()).as(run.err()).isZero();
      JsonNode found = json(run).get(0);
      assertThat(found.path("outcome").textValue()).isEqualTo("delivered");
      assertThat(found.path("parked").isNull()).isTrue();

      scene.sendTo("receipts", id, "{\u001b[2J");
      scene.sendTo("receipts", id, receipt.formatted(UNKNOWN, "partial", 4));
      CommandRun broken = status("status-last", id);
      assertThat(broken.code()).isEqualTo(1);
      assertThat(json(broken).get(0)).isEqualTo(found);
      assertThat(broken.err().lines())
          .hasSize(2)
          .allMatch(
              line -> line.matches("[ -~]*status-last\\.receipts-[01]@\\d+ is ignored: [ -~]*"));

      scene.deleteTopic("dead-letters");
      CommandRun missing = status("status-last", id);
      assertThat(missing.code()).isEqualTo(1);
      assertThat(json(missing).get(0).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(missing.err()).contains("there is no topic status-last.dead-letters");
    }
  }

  private static void abort(String topic, String key, String value) {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", broker.get().bootstrapServers(), "transactional.id", "status-it");
    try (KafkaProducer<String, byte[]> producer =
        new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer())) {
      producer.initTransactions();
      producer.beginTransaction();
      producer.send(new ProducerRecord<>(topic, key, value.getBytes(UTF_8)));
      producer.flush();
      producer.abortTransaction();
    }
  }

  @Test
  void aLookUpEndsInItsTime() throws Exception {
    TaskId id = TaskId.parse(UNKNOWN);
    try (Scene scene = new Scene(broker.get(), dir, "status-time", 1)) {
      scene.sendTo("receipts", UNKNOWN, "{\"task_id\":\"" + UNKNOWN + "\"}");
      List<String> problems = new ArrayList<>();
      Map<String, String> keys = keys("status-time");
      IdLookup lookup = new IdLookup(new Settings(keys::get));
      List<IdStatus> found = lookup.find(List.of(id), Duration.ofNanos(1), problems::add);
      assertThat(found.get(0).isKnown()).isFalse();
      assertThat(problems)
          .containsExactly(
              "status-time.receipts cannot be read: it has more records than can be read in 0 s");

      keys.put("serp.kafka.properties.partitioner.class", "some.Partitioner");
      problems.clear();
      lookup = new IdLookup(new Settings(keys::get));
      found = lookup.find(List.of(id), Duration.ofMinutes(1), problems::add);
      assertThat(found.get(0).searched()).contains("status-time.receipts");
    }
  }

  @Test
  void aBrokerThatIsAwayHidesNothingThatIsInFiles() throws Exception {
    CommandRun run =
        CommandRun.in(dir.resolve("away"))
            .file("out/receipts/" + UNKNOWN + ".json", "{\"task_id\":\"" + UNKNOWN + "\"}")
            .key("serp.to", "files,kafka")
            .key("serp.kafka.brokers", "127.0.0.1:1")
            .run("status", UNKNOWN);
    assertThat(run.code()).as(run.err()).isEqualTo(1);
    assertThat(run.out()).contains("in out/receipts/" + UNKNOWN + ".json");
    assertThat(run.err().lines())
        .singleElement()
        .asString()
        .contains("serp.receipts cannot be read: no broker answers at ");
  }
}
