package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.CommandRun;
import io.serproutes.ProgramUnderTest;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The example for TLS and SASL delivers an id, with nothing changed but addresses and secrets. */
class TlsExampleIT {

  private static final Path EXAMPLE = Path.of("src/deploy/kafka");
  private static final String ID = "00000000-0000-0000-0000-000000000000";

  @Test
  void theExampleAsItIs(@TempDir Path dir) throws Exception {
    SecureListener listener = new SecureListener(dir);
    try (BrokerProcess broker = new BrokerProcess();
        CountingApi api = new CountingApi("2", "0ms")) {
      listener.addTo(broker);
      broker.withTopic("serp.task-ids", 1).withRights("serp-routes").start();
      send(broker, "serp.task-ids", ID);
      String text = Files.readString(EXAMPLE.resolve("tls.properties"));
      String certificate = listener.client("", "").get("ssl.truststore.location").toString();
      text = replaced(text, "kafka.example.com:9093", listener.bootstrapServers());
      text = replaced(text, "/etc/serp-routes/kafka-ca.pem", certificate);
      assertThat(text).contains("SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG_FILE=");
      String login = Files.readString(EXAMPLE.resolve("kafka-login"));
      CommandRun run =
          CommandRun.in(dir.resolve("work"))
              .file("config/application.properties", text)
              .file("kafka-login", replaced(login, "change-me", "right"))
              .environment("SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG_FILE", "kafka-login")
              .key("serp.from", "kafka")
              .key("serp.to", "kafka")
              .key("serp.once", true)
              .key("serp.api.base-url", api.address())
              .key("serp.api.login", "sandbox")
              .key("serp.api.password", "sandbox")
              .run("run");
      assertThat(run.code()).as(run.out() + run.err()).isZero();
      assertThat(run.out() + run.err()).doesNotContain("WARN").doesNotContain("password=");
      assertThat(records(broker, "serp.receipts")).isEqualTo(1);
      assertThat(records(broker, "serp.organic") + records(broker, "serp.paid")).isPositive();
    }
  }

  /**
   * The user's password in a file and that of a key store in the configuration, at {@code trace}.
   */
  @Test
  void theLoginAppearsInNoLogAtAnyLevel(@TempDir Path dir) throws Exception {
    String password = "s3cret-of-the-broker";
    SecureListener listener = new SecureListener(dir);
    Map<String, Object> client = listener.client("some-user", password);
    StringBuilder keys = new StringBuilder("serp.kafka.brokers=" + client.get("bootstrap.servers"));
    Stream.of(client, listener.keyStore())
        .flatMap(properties -> properties.entrySet().stream())
        .filter(one -> !Set.of("bootstrap.servers", "sasl.jaas.config").contains(one.getKey()))
        .forEach(one -> keys.append("\nserp.kafka.properties." + one));
    String levels =
        Files.readString(Path.of("config/log4j2.properties"))
            .replaceAll("(?m)^(\\S+\\.level) = .*$", "$1 = trace");
    Path work = dir.resolve("work");
    Path login = Files.writeString(dir.resolve("login"), client.get("sasl.jaas.config").toString());
    String[] secrets = {password, SecureListener.SECRET};
    try (BrokerProcess broker = new BrokerProcess();
        CountingApi api = new CountingApi("2", "0ms")) {
      listener.addTo(broker);
      broker.withTopic("serp.task-ids", 1).withUser("some-user", password).start();
      try (ProgramUnderTest program =
          ProgramUnderTest.in(work)
              .file("config/application.properties", keys.toString())
              .file("config/log4j2.properties", levels)
              .environment("SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG_FILE", login.toString())
              .key("serp.from", "kafka")
              .key("serp.to", "kafka,files")
              .key("serp.api.base-url", api.address().toString())
              .key("serp.api.login", "sandbox")
              .key("serp.api.password", "sandbox")
              .start()) {
        program.awaitStart();
        for (String id : List.of(ID, "no-id", Scene.failing(40403, 0))) {
          send(broker, "serp.task-ids", id);
        }
        Path letters = work.resolve("out/dead-letters");
        await()
            .atMost(ProgramUnderTest.PATIENCE)
            .until(() -> count(work.resolve("out/receipts")) == 2 && count(letters) == 2);
        assertThat(program.observe("/metrics").body()).doesNotContain(secrets);
        assertThat(program.observe("/health").body()).doesNotContain(secrets);
        assertThat(program.observe("/status").body()).doesNotContain(secrets);
        program.terminate();
        assertThat(program.exitCode(ProgramUnderTest.PATIENCE)).isZero();
        assertThat(program.output())
            .contains("TRACE NetworkClient", "INFO  ConsumerConfig", "SASL/SCRAM")
            .doesNotContain(secrets);
      }
      try (Scene scene = Scene.defaults(broker, dir)) {
        for (String topic : Scene.OUT) {
          assertThat(scene.all(topic))
              .extracting(entry -> new String(entry.record().value(), UTF_8))
              .allSatisfy(text -> assertThat(text).doesNotContain(secrets));
        }
      }
    }
    try (Stream<Path> files = Files.walk(work.resolve("out"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        assertThat(Files.readString(file)).as(file.toString()).doesNotContain(secrets);
      }
    }
    CommandRun config =
        CommandRun.in(work)
            .environment("SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG_FILE", login.toString())
            .run("config");
    assertThat(config.out())
        .contains("serp.kafka.properties.sasl.jaas.config=***")
        .contains("serp.kafka.properties.ssl.keystore.password=***")
        .contains("serp.kafka.properties.ssl.key.password=***");
    assertThat(config.out() + config.err()).doesNotContain(secrets);
  }

  private static long count(Path folder) throws IOException {
    if (Files.notExists(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).count();
    }
  }

  private static String replaced(String text, String old, String now) {
    assertThat(text).contains(old);
    return text.replace(old, now);
  }

  private static void send(BrokerProcess broker, String topic, String value) throws Exception {
    StringSerializer strings = new StringSerializer();
    Map<String, Object> open = Map.of("bootstrap.servers", broker.bootstrapServers());
    try (var producer = new KafkaProducer<>(new HashMap<>(open), strings, strings)) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  private static long records(BrokerProcess broker, String topic) throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrapServers()))) {
      int partitions =
          admin.describeTopics(List.of(topic)).allTopicNames().get().get(topic).partitions().size();
      Map<TopicPartition, OffsetSpec> ends = new HashMap<>();
      for (int i = 0; i < partitions; i++) {
        ends.put(new TopicPartition(topic, i), OffsetSpec.latest());
      }
      return admin.listOffsets(ends).all().get().values().stream()
          .mapToLong(end -> end.offset())
          .sum();
    }
  }
}
