package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.kafka.TopicTail.Entry;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** Folder and files on one side, Kafka on the other. */
class KafkaMixesIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String EXPIRED = Scene.failing(40403, 0);
  private static final String NOT_READY_ONCE = Scene.failing(40601, 1);

  @AutoClose private CountingApi api; // it counts by id how often one is not ready

  @TempDir Path dir;

  @BeforeEach
  void start() {
    api = new CountingApi("3", "0ms");
  }

  @Test
  void folderToFilesAndKafka() throws Exception {
    folderToBoth("files-and-kafka", "files,kafka", Set.of());
  }

  @Test
  void withKafkaFirstIdsAreParkedInTheTopic() throws Exception {
    folderToBoth("kafka-and-files", "kafka,files", Set.of(NOT_READY_ONCE));
  }

  private void folderToBoth(String name, String to, Set<String> parkedInTopic) throws Exception {
    List<String> ids = Scene.concat(Scene.ids(40), List.of(EXPIRED, NOT_READY_ONCE));
    Path inbox = Files.createDirectories(dir.resolve("instance/inbox"));
    Files.write(inbox.resolve("ids.txt"), ids);
    try (Scene scene = new Scene(broker.get(), dir, name, 1)) {
      scene
          .api(api.address())
          .key("serp.from", "folder")
          .key("serp.to", to)
          .key("serp.folder.settle", "100ms")
          .key("serp.not-ready.delay", "1s")
          .instance("instance")
          .start();
      scene.awaitReceipts(ids);
      scene.assertItemsAreThoseOfReceipts();
      await()
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> names("receipts").containsAll(ids) && names("parked").isEmpty());
      for (String id : ids) {
        assertThat(file("receipts", id)).isEqualTo(scene.receipt(id));
        for (String type : Scene.ITEMS) {
          assertThat(items(type, id))
              .containsExactlyElementsOf(
                  scene.all(type).stream()
                      .filter(entry -> entry.key().equals(id))
                      .map(Entry::json)
                      .toList());
        }
      }
      assertThat(scene.all("dead-letters")).extracting(Entry::key).containsExactly(EXPIRED);
      assertThat(file("dead-letters", EXPIRED)).isEqualTo(scene.all("dead-letters").get(0).json());
      assertThat(scene.receipt(NOT_READY_ONCE).path("attempts").intValue()).isEqualTo(2);
      assertThat(scene.all("parked").stream().map(Entry::key).collect(Collectors.toSet()))
          .as("parked where the first output is")
          .isEqualTo(parkedInTopic);
      await()
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> Files.list(inbox.resolve(".done")).count() == 1);
    }
  }

  @Test
  void kafkaToFiles() throws Exception {
    List<String> ids = Scene.concat(Scene.ids(40), List.of(EXPIRED, NOT_READY_ONCE));
    try (Scene scene = new Scene(broker.get(), dir, "kafka-to-files", 2)) {
      scene.send(ids);
      scene
          .api(api.address())
          .key("serp.to", "files")
          .key("serp.not-ready.delay", "1s")
          .instance("instance")
          .start();
      await().atMost(InstanceUnderTest.PATIENCE).until(() -> names("receipts").containsAll(ids));
      await().atMost(InstanceUnderTest.PATIENCE).until(() -> scene.committedIds() == ids.size());
      assertThat(file("receipts", ids.get(0)).path("source").textValue())
          .isEqualTo("kafka:kafka-to-files.ids-0@0");
      assertThat(file("receipts", NOT_READY_ONCE).path("attempts").intValue()).isEqualTo(2);
      assertThat(file("dead-letters", EXPIRED).path("reason").textValue()).isEqualTo("expired");
      for (String key : Scene.OUT) {
        assertThat(scene.all(key)).as(key).isEmpty();
      }
    }
  }

  @Test
  void folderAndKafkaTogetherNeedAShare() throws Exception {
    Path inbox = Files.createDirectories(dir.resolve("shared/inbox"));
    List<String> ids = Scene.ids(4);
    Files.write(inbox.resolve("ids.txt"), ids.subList(0, 2));
    try (Scene scene = new Scene(broker.get(), dir, "folder-and-kafka", 1)) {
      scene.send(ids.subList(2, 4));
      scene.api(api.address()).key("serp.from", "folder,kafka").key("serp.folder.settle", "100ms");
      InstanceUnderTest refused = scene.instance("refused").start();
      assertThat(refused.exitCode()).isEqualTo(1);
      assertThat(refused.output().lines())
          .containsExactly(
              "serp-routes could not start: serp.api.share must say a part such as 1/2 where"
                  + " serp.from has folder and kafka");
      scene.instance("shared").key("serp.api.share", "1/2").start();
      scene.awaitReceipts(ids);
      scene.assertItemsAreThoseOfReceipts();
    }
  }

  private Path kind(String kind) {
    return dir.resolve("instance/out").resolve(kind);
  }

  private Set<String> names(String kind) throws IOException {
    if (Files.notExists(kind(kind))) {
      return Set.of();
    }
    try (var files = Files.list(kind(kind))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .map(name -> name.replace(".json", ""))
          .collect(Collectors.toSet());
    }
  }

  private JsonNode file(String kind, String id) throws IOException {
    return JSON.readTree(kind(kind).resolve(id + ".json").toFile());
  }

  private Collection<JsonNode> items(String type, String id) {
    Path file = kind(type).resolve(id + ".json");
    try {
      return Files.exists(file)
          ? List.of(JSON.readValue(file.toFile(), JsonNode[].class))
          : List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
