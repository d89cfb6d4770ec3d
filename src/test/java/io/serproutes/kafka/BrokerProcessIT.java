package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.SaslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

class BrokerProcessIT {

  @RegisterExtension static final BrokerProcess broker = new BrokerProcess().withTopic("kept", 1);

  private final Map<String, Object> open = Map.of("bootstrap.servers", broker.bootstrapServers());

  @Test
  void aRecordOutlivesKillAndStop() throws Exception {
    send(open, "kept", "first");
    broker.kill9();
    assertThat(broker.handle().isAlive()).isFalse();
    broker.start();
    send(open, "kept", "second");
    broker.restart();
    assertThat(read(open, "kept", 2)).containsExactly("first", "second");
  }

  @Test
  void aTopicIsNotCreatedByUse() {
    Map<String, Object> patient = new HashMap<>(open);
    patient.put("max.block.ms", 2000);
    assertThatThrownBy(() -> send(patient, "absent", "lost"))
        .hasCauseInstanceOf(TimeoutException.class);
  }

  @Test
  void aBrokerThatCannotStartSaysWhy() throws Exception {
    try (BrokerProcess wrong = new BrokerProcess().with("num.io.threads", "none")) {
      assertThatThrownBy(wrong::start).hasMessageContaining("num.io.threads");
    }
  }

  @Test
  void usersAndTheirRightsAreChecked(@TempDir Path dir) throws Exception {
    SecureListener listener = new SecureListener(dir);
    try (BrokerProcess secured = new BrokerProcess()) {
      listener.addTo(secured);
      secured.withTopic("guarded", 1).withRights("writer", "nobody").start();
      Map<String, Object> writer = listener.client("writer", "right");
      send(writer, "guarded", "once");
      assertThat(read(writer, "guarded", 1)).containsExactly("once");
      assertThatThrownBy(() -> read(listener.client("writer", "wrong"), "guarded", 1))
          .isInstanceOf(SaslAuthenticationException.class);
      assertThatThrownBy(() -> read(listener.client("nobody", "right"), "guarded", 1))
          .isInstanceOf(TopicAuthorizationException.class);
    }
  }

  private static void send(Map<String, Object> client, String topic, String value)
      throws Exception {
    StringSerializer strings = new StringSerializer();
    try (var producer = new KafkaProducer<>(new HashMap<>(client), strings, strings)) {
      producer.send(new ProducerRecord<>(topic, value)).get();
    }
  }

  /** The first values of partition 0; fewer where they do not come within half a minute. */
  private static List<String> read(Map<String, Object> client, String topic, int count) {
    StringDeserializer strings = new StringDeserializer();
    List<String> values = new ArrayList<>();
    try (var consumer = new KafkaConsumer<>(new HashMap<>(client), strings, strings)) {
      TopicPartition partition = new TopicPartition(topic, 0);
      consumer.assign(List.of(partition));
      consumer.seekToBeginning(List.of(partition));
      long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
      while (values.size() < count && System.nanoTime() < end) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(500))) {
          values.add(record.value());
        }
      }
    }
    return values;
  }
}
