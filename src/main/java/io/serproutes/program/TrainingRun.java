package io.serproutes.program;

import io.serproutes.SerpRoutes;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.jar.JarEntry;
import java.util.jar.JarFile;
import java.util.regex.Pattern;
import org.apache.camel.util.FileUtil;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * A run in which the JVM loads the classes that it archives: ids from the drop folder to files,
 * with the embedded sandbox, the page, health and metrics, all in the working folder. A run with
 * Kafka would need a broker; the classes for it are loaded by their names.
 */
final class TrainingRun {

  private static final Pattern BY_NAME =
      Pattern.compile(
          "(io/serproutes|org/apache/camel/component/kafka"
              + "|org/apache/kafka/common/(record|requests))/.*\\.class");
  private static final List<String> SEEN =
      List.of("/", "/observe/health/ready", "/observe/metrics");
  private static final int SECONDS = 60;

  private TrainingRun() {}

  /** Runs until the ids are delivered, dead-lettered or parked. */
  public static void main(String[] args) throws Exception {
    Program.useLogSettings();
    openKafkaClients();
    loadByName(PrepareCommand.jar());
    Path inbox = Files.createDirectories(Path.of("inbox"));
    Files.write(inbox.resolve("ids.txt"), ids());
    int port = Surroundings.freePort();
    Thread end = new Thread(() -> endWhenDone(inbox.resolve(".done"), port), "serp-training");
    end.setDaemon(true);
    end.start();
    SerpRoutes.main(
        new String[] {
          "run", "--set=serp.folder.settle=100ms", "--set=serp.server.port=" + port,
        });
  }

  private static void openKafkaClients() {
    Map<String, Object> nobody = Map.of("bootstrap.servers", "127.0.0.1:1", "group.id", "none");
    StringDeserializer read = new StringDeserializer();
    ByteArraySerializer write = new ByteArraySerializer();
    Admin admin = Admin.create(nobody);
    admin.listTopics();
    try (var producer = new KafkaProducer<>(nobody, write, write);
        var consumer = new KafkaConsumer<>(nobody, read, read)) {
      consumer.subscribe(List.of("none"));
      consumer.poll(Duration.ofMillis(100));
      producer.flush();
    }
    admin.close(Duration.ZERO); // or it waits for an answer
  }

  // those that need what this program has not are left out
  private static void loadByName(Path jar) throws IOException {
    ClassLoader loader = TrainingRun.class.getClassLoader();
    try (JarFile file = new JarFile(jar.toFile())) {
      for (JarEntry entry : (Iterable<JarEntry>) file.stream()::iterator) {
        String name = entry.getName();
        if (BY_NAME.matcher(name).matches()) {
          try {
            Class.forName(FileUtil.stripExt(name).replace('/', '.'), false, loader);
          } catch (ClassNotFoundException | LinkageError e) {
            continue;
          }
        }
      }
    }
  }

  // each is answered in another way by the sandbox
  private static List<String> ids() {
    return List.of(
        "00000000-0000-0000-0000-000000000000",
        "03171324-1535-0066-0000-d5ae1b2c3d4e",
        "03171324-1535-0066-0000-d5ae1b2c3d4f",
        "00000000-0000-0000-0000-000000040401",
        "00000000-0000-0000-0000-000000040602",
        "not an id");
  }

  private static void endWhenDone(Path done, int port) {
    try {
      long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(SECONDS);
      while (Files.notExists(done) && System.nanoTime() < end) {
        TimeUnit.MILLISECONDS.sleep(50);
      }
      for (String path : SEEN) {
        URI.create("http://127.0.0.1:" + port + path).toURL().openStream().close();
      }
    } catch (IOException | InterruptedException e) {
      // the archive holds fewer classes
    }
    System.exit(0);
  }
}
