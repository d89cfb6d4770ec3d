package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A topic is deleted in mid-run, and made again. */
class TopicDeletedIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @Test
  void deliveryGoesOnWhenATopicOfItemsIsMadeAgain() throws Exception {
    List<String> ids = Scene.ids(1000);
    try (CountingApi api = new CountingApi("3", "20ms");
        Scene scene = new Scene(broker.get(), dir, "deleted-out", 2)) {
      scene
          .api(api.address())
          .key("serp.api.calls-per-minute", 100 * 60)
          .key("serp.circuit.probe-interval", "1s")
          .key("serp.kafka.properties.max.block.ms", "3000")
          .key("serp.kafka.properties.delivery.timeout.ms", "6000")
          .key("serp.kafka.properties.request.timeout.ms", "3000")
          .key("serp.kafka.properties.metadata.max.age.ms", "3000");
      scene.send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(100);
      scene.deleteTopic("paid");
      instance.awaitOutput("Halted: cannot deliver: Kafka: ");
      int done = scene.receipts().size();
      scene.createTopic("paid", 2);
      scene.awaitReceipts(ids);
      // the items of what is on its way go with the topic
      int onTheWay = 60;
      long made = scene.all("paid").stream().map(TopicTail.Entry::key).distinct().count();
      assertThat(made).isGreaterThanOrEqualTo(ids.size() - done - onTheWay);
      assertThat(api.repeats()).isLessThanOrEqualTo(30);
      for (String topic : List.of("organic", "receipts")) {
        List<String> records =
            scene.all(topic).stream()
                .map(e -> e.key() + " " + e.header("serp.item-index"))
                .toList();
        // what these had taken is not sent again, but for an id that is asked for again
        assertThat(records.size() - Set.copyOf(records).size())
            .as(topic)
            .isLessThanOrEqualTo(3 * api.repeats());
      }
    }
  }

  @Test
  void idsAreTakenFromATopicThatIsMadeAgain() throws Exception {
    List<String> ids = Scene.ids(1100);
    try (CountingApi api = new CountingApi("3", "20ms");
        Scene scene = new Scene(broker.get(), dir, "deleted-in", 2)) {
      scene
          .api(api.address())
          .key("serp.api.calls-per-minute", 200 * 60)
          .key("serp.kafka.properties.metadata.max.age.ms", "1000");
      scene.send(ids.subList(0, 1000));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(600);
      scene.deleteTopic("ids");
      scene.createTopic("ids", 2);
      scene.send(ids.subList(1000, 1100));
      scene.awaitReceipts(ids.subList(1000, 1100));
      assertThat(instance.isRunning()).isTrue();
    }
  }

  /** Else a later start would pass over what the new topic has before that offset. */
  @Test
  void anOffsetOfTheTopicBeforeIsForgottenAtOnce() throws Exception {
    List<String> ids = Scene.ids(60);
    try (CountingApi api = new CountingApi("3", "0ms");
        Scene scene = new Scene(broker.get(), dir, "deleted-halted", 1)) {
      scene.commit("ids", "deleted-halted", 30);
      scene.send(ids.subList(0, 10));
      scene.api(api.address());
      api.answerAll(402, 40200);
      InstanceUnderTest halted = scene.instance("halted").start();
      halted.awaitOutput("was deleted and created again: reading starts at offset 0");
      halted.awaitOutput("Halted: ");
      halted.kill9();
      scene.send(ids.subList(10, 60));
      api.answerAsUsual();
      scene.instance("next").start();
      scene.awaitReceipts(ids);
    }
  }

  /** Else it is known only with the first record, and a stop before it keeps the old offset. */
  @Test
  void anOffsetOfTheTopicBeforeIsForgottenWhileTheNewOneIsEmpty() throws Exception {
    List<String> ids = Scene.ids(60);
    try (CountingApi api = new CountingApi("3", "0ms");
        Scene scene = new Scene(broker.get(), dir, "deleted-empty", 1)) {
      scene.commit("ids", "deleted-empty", 30);
      scene.api(api.address());
      InstanceUnderTest first = scene.instance("first").start();
      first.awaitOutput("deleted-empty.ids: partitions 0 assigned");
      first.awaitOutput("was deleted and created again: reading starts at offset 0");
      first.terminate();
      assertThat(first.exitCode()).isZero();
      scene.send(ids);
      scene.instance("next").start();
      scene.awaitReceipts(ids);
    }
  }
}
