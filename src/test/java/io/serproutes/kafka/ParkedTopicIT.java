package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Ids that are not ready wait on a topic, whatever becomes of the instances. */
@Execution(ExecutionMode.CONCURRENT)
class ParkedTopicIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static CountingApi api;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @BeforeAll
  static void start() {
    api = new CountingApi("2", "0ms");
  }

  @AfterAll
  static void stop() {
    api.close();
  }

  /** Ids that are not ready so many times; those of different series differ in their code. */
  private static List<String> notReady(int series, int times, int count) {
    int code = List.of(40601, 40602, 20100).get(series);
    return IntStream.range(0, count).mapToObj(i -> Scene.failing(code, times + i)).toList();
  }

  private Scene scene(String name) {
    return new Scene(broker.get(), dir, name, 4)
        .api(api.address())
        .key("serp.not-ready.delay", "3s")
        .key("serp.not-ready.max-delay", "3s");
  }

  private static void awaitParked(Scene scene, int count) {
    await()
        .atMost(InstanceUnderTest.PATIENCE)
        .until(() -> scene.all("parked").size(), size -> size >= count);
  }

  @Test
  void anIdIsAskedForAgainUntilItIsReadyAcrossStopKillAndRebalance() throws Exception {
    List<String> ids = Scene.concat(notReady(0, 5, 3), notReady(1, 2, 1), Scene.ids(30));
    try (Scene scene = scene("parked")) {
      scene.send(ids);
      InstanceUnderTest first = scene.instance("first").start();
      awaitParked(scene, 4);
      assertThat(first.terminate().exitCode()).isZero();
      first.start();
      awaitParked(scene, 8);
      first.kill9();
      first.start();
      awaitParked(scene, 11);
      scene.instance("second").start();
      scene.awaitMembers(2, 4);
      first.kill9();
      scene.awaitReceipts(ids);
      scene.assertItemsAreThoseOfReceipts();
      JsonNode receipt = scene.receipt(ids.get(2));
      assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
      assertThat(receipt.path("attempts").intValue()).isBetween(2, 8);
      assertThat(receipt.path("source").textValue()).startsWith("kafka:parked.ids-");
      assertThat(scene.all("dead-letters")).isEmpty();
      await()
          .atMost(InstanceUnderTest.PATIENCE)
          .until(
              () -> sum(scene.committed("parked", "parked-parked")) == scene.all("parked").size());
    }
  }

  /** Camel reads a route that is resumed from the committed offset; here much has ended above. */
  @Test
  void aRouteThatIsSuspendedAndResumedAsksForNothingAgain() throws Exception {
    List<String> ids = Scene.ids(5);
    String file = "ids-from-parked-kafka.camel.yaml";
    StringBuilder routes = new StringBuilder(Files.readString(Path.of("routes/kafka", file)));
    for (String action : List.of("suspend", "resume")) {
      routes.append(
          """
          - route:
              id: own-%1$s
              from:
                uri: file:%1$s
                steps:
                  - setBody:
                      simple: ${camelContext.routeController.%1$sRoute('serp-note-parked-in-kafka')}
                  - log: "route %1$s is done"
          """
              .formatted(action));
    }
    Path folder = Files.createDirectories(dir.resolve("instance/routes"));
    Files.writeString(folder.resolve(file), routes);
    try (Scene scene = scene("suspended").key("serp.not-ready.max-delay", "15m")) {
      scene.send("parked", 0, parked(ids.get(0), "2100-01-01T00:00:00Z"));
      scene.send("parked", 0, parked(ids.get(1), "2026-01-01T00:00:00Z"));
      scene.send("parked", 0, parked(ids.get(2), "2026-01-01T00:00:00Z"));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(ids.subList(1, 3));
      await() // else there is nothing that Camel reads from
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> !scene.committed("parked", "suspended-parked").isEmpty());
      order(instance, "suspend");
      order(instance, "resume");
      for (String id : ids.subList(3, 5)) { // Camel obeys between two polls, so behind the first
        scene.send("parked", 0, parked(id, "2026-01-01T00:00:00Z"));
        scene.awaitReceipts(List.of(id));
      }
      assertThat(instance.output()).doesNotContain("created again");
      assertThat(instance.terminate().exitCode()).isZero();
      scene.assertEachIsThereOnce();
      assertThat(scene.receipts()).hasSize(4);
    }
  }

  private static byte[] parked(String id, String dueAt) {
    String record =
        "{\"task_id\":\"%s\",\"outcome\":\"parked\",\"status_code\":40601,\"source\":\"kafka:x-0@1\",\"due_at\":\"%s\",\"first_asked_at\":\"%s\",\"asks\":1,\"attempts\":1}";
    return record.formatted(id, dueAt, Instant.now()).getBytes(UTF_8);
  }

  private void order(InstanceUnderTest instance, String action) throws IOException {
    Files.createFile(
        Files.createDirectories(dir.resolve("instance").resolve(action)).resolve("now"));
    instance.awaitOutput("route " + action + " is done");
  }

  private static long sum(Map<TopicPartition, OffsetAndMetadata> offsets) {
    return offsets.values().stream().mapToLong(OffsetAndMetadata::offset).sum();
  }

  @Test
  void anIdThatIsNeverReadyIsGivenUpAtTheDeadline() throws Exception {
    String never = Scene.failing(40602, 0);
    try (Scene scene = scene("deadline")) {
      scene.key("serp.not-ready.delay", "1s").key("serp.not-ready.deadline", "5s");
      scene.send(List.of(never));
      scene.instance("first").start();
      scene.awaitReceipts(List.of(never));
      JsonNode letter = scene.all("dead-letters").get(0).json();
      assertThat(letter.path("reason").textValue()).isEqualTo("not-ready");
      assertThat(letter.path("status_code").intValue()).isEqualTo(40602);
      assertThat(letter.path("attempts").intValue()).isBetween(3, 5);
      assertThat(scene.receipt(never).path("outcome").textValue()).isEqualTo("dead-lettered");
    }
  }

  @Test
  void aRunOnceWaitsForWhatItParksAndTakesUpWhatIsParked() throws Exception {
    List<String> ids = Scene.concat(notReady(2, 1, 2), Scene.ids(3));
    try (Scene scene = scene("parked-once")) {
      scene
          .key("serp.once", "true")
          .key("serp.not-ready.delay", "20s")
          .key("serp.not-ready.max-delay", "20s")
          .send(ids);
      InstanceUnderTest once = scene.instance("once");
      assertThat(once.key("serp.once.wait-not-ready", "0s").start().exitCode()).isEqualTo(4);
      assertThat(scene.receipts()).hasSize(3);
      assertThat(once.start().exitCode()).as("what is parked is seen").isEqualTo(4);
      assertThat(once.key("serp.once.wait-not-ready", "1m").start().exitCode()).isZero();
      assertThat(scene.receipts()).containsOnlyKeys(ids);
    }
  }

  @Test
  void poisonOnTheParkedTopicIsPassedOver() throws Exception {
    try (Scene scene = scene("parked-poison")) {
      for (String value :
          List.of("{}", "x", "{\"due_at\":\"now\"}", "{\"due_at\":\"2020-01-01T00:00:00Z\"}")) {
        scene.send("parked", 0, value.getBytes());
      }
      scene.send(
          "parked",
          0,
          "{\"due_at\":\"2020-01-01T00:00:00Z\",\"first_asked_at\":\"2020-01-01T00:00:00Z\"}"
              .getBytes());
      scene.send("parked", 0, null);
      String id = notReady(1, 1, 1).get(0);
      scene.send(List.of(id));
      scene.instance("first").start();
      scene.awaitReceipts(List.of(id));
      await()
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> sum(scene.committed("parked", "parked-poison-parked")) == 7);
    }
  }
}
