package host;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import io.quarkus.test.common.QuarkusTestResource;
import io.quarkus.test.junit.QuarkusTest;
import jakarta.inject.Inject;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.ProducerTemplate;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.eclipse.microprofile.config.inject.ConfigProperty;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Ids of a topic to items on topics inside of Quarkus, in JVM mode. */
@QuarkusTest
@QuarkusTestResource(SandboxAndBroker.class)
@Timeout(60)
class HostTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String UNKNOWN = "00000000-0000-0000-0000-000000040401";

  @Inject CamelContext context;
  @Inject ProducerTemplate template;

  @ConfigProperty(name = "serp.kafka.brokers")
  String brokers;

  private Map<String, String> read(String topic, int count) {
    Map<String, String> records = new HashMap<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                brokers,
                "group.id",
                "check",
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (records.size() < count) {
        consumer
            .poll(Duration.ofMillis(100))
            .forEach(record -> records.put(record.key(), record.value()));
      }
    }
    return records;
  }

  @Test
  void idsOfATopicBecomeItemsOnTopics() {
    template.sendBody("direct:orders", ID);
    template.sendBody("direct:orders", UNKNOWN);

    Map<String, String> receipts = read("serp.receipts", 2);
    assertEquals(Set.of(ID, UNKNOWN), receipts.keySet());
    assertTrue(receipts.get(ID).contains("\"outcome\":\"delivered\""), receipts.get(ID));
    assertTrue(receipts.get(UNKNOWN).contains("\"reason\":\"not-found\""), receipts.get(UNKNOWN));
    assertEquals(Set.of(UNKNOWN), read("serp.dead-letters", 1).keySet());
    assertEquals(Set.of(ID), read("serp.organic", 1).keySet());
    assertTimeout(Duration.ofSeconds(10), context::stop);
  }
}
