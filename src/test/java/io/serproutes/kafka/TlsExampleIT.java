package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.CommandRun;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
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
