package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** What ends Kafka's threads, or the memory they need, ends the program and loses nothing. */
class FatalErrorsKafkaIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  /** A JVM that listens to the threads of a group as the program does to all. */
  private static final class Listening extends ThreadGroup {

    final List<Throwable> reported = new CopyOnWriteArrayList<>();

    Listening() {
      super("listening");
    }

    @Override
    public void uncaughtException(Thread thread, Throwable error) {
      reported.add(error);
    }
  }

  @Test
  void theEndOfTheThreadThatSendsIsReported() throws Exception {
    Listening group = new Listening();
    Error error = new AssertionError("of a test");
    try (Scene scene = new Scene(broker.get(), dir, "sender-ends", 1)) {
      Thread user = new Thread(group, () -> sendAndFail(scene.topic("organic"), error));
      user.start();
      await().untilAsserted(() -> assertThat(group.reported).containsExactly(error));
      user.join();
    }
  }

  private static void sendAndFail(String topic, Error error) {
    Map<String, Object> properties = Map.of("bootstrap.servers", broker.get().bootstrapServers());
    SharedProducer producer =
        new SharedProducer(
            () ->
                new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer()));
    producer.open();
    producer
        .get()
        .send(
            new ProducerRecord<>(topic, new byte[0]),
            (sent, failure) -> {
              throw error; // as a lack of memory would, on the thread that sends
            });
    producer.close(); // sends what waits; a flush would wait for the thread that has ended
  }

  @Test
  void outOfMemoryEndsItWithCode5AndNoIdIsLost() throws Exception {
    List<String> ids = Scene.ids(600);
    String route = Files.readString(Path.of("routes/sources/ids-from-kafka.camel.yaml"));
    String fill =
        Files.readString(Path.of("src/test/resources/fill-the-heap.camel.yaml"))
            .replace("LENGTH", "256");
    Path work = Files.createDirectories(dir.resolve("instance"));
    Path routes = Files.createDirectories(work.resolve("routes"));
    Path file = Files.writeString(routes.resolve("ids-from-kafka.camel.yaml"), route + fill);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        Scene scene = new Scene(broker.get(), dir, "out-of-memory", 2)) {
      scene.api(api.address()).key("serp.api.calls-per-minute", 6000);
      InstanceUnderTest instance = scene.instance("instance").start().awaitStart();
      scene.send(ids);
      scene.awaitReceipts(100);
      Files.createFile(Files.createDirectories(work.resolve("fill")).resolve("now"));
      assertThat(instance.exitCode()).as(instance.output()).isEqualTo(5);
      assertThat(instance.output()).containsOnlyOnce("serp-routes ended: ");

      Files.delete(file);
      Files.delete(work.resolve("fill/now"));
      instance.start();
      scene.awaitReceipts(ids);
      assertThat(scene.all("dead-letters")).isEmpty();
    }
  }
}
