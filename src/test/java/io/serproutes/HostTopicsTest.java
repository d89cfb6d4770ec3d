package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.TreeMap;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.Serializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What goes to Kafka topics of a host by its own Kafka component; the client is a mock. */
@Timeout(60)
class HostTopicsTest {

  private static final String TOPIC = "kafka:items?brokers=localhost:1";

  @AutoClose private static final StandIn api = StandIn.start();

  @TempDir Path temp;

  private final MockProducer<Object, Object> kafka = new MockProducer<>(true, null, text(), text());
  @AutoClose private HostUnderTest host;

  @SuppressWarnings("unchecked")
  private static Serializer<Object> text() {
    return (Serializer<Object>) (Serializer<?>) new StringSerializer();
  }

  private final class Mocks extends DefaultKafkaClientFactory {
    @Override
    public Producer<Object, Object> getProducer(Properties properties) {
      return kafka;
    }
  }

  private HostUnderTest host(String... keys) throws Exception {
    host = new HostUnderTest(api, temp, keys);
    host.context().getRegistry().bind("hostsClients", new Mocks());
    return host;
  }

  private static Map<String, String> headers(ProducerRecord<?, ?> record) {
    Map<String, String> headers = new TreeMap<>();
    for (Header header : record.headers()) {
      headers.put(
          header.key().toLowerCase(java.util.Locale.ROOT), new String(header.value(), UTF_8));
    }
    return headers;
  }

  private void expectItems(JsonNode receipt) {
    int organic = receipt.path("organic").intValue();
    assertThat(organic).isPositive();
    assertThat(kafka.history()).hasSize(organic);
    String before = "";
    for (ProducerRecord<Object, Object> record : kafka.history()) {
      assertThat(record.key()).isEqualTo(Ids.ZERO);
      assertThat(record.value().toString()).startsWith("{\"type\":\"organic\"");
      Map<String, String> headers = headers(record);
      assertThat(headers)
          .containsEntry("serp.task-id", Ids.ZERO)
          .containsEntry("serp.item-type", "organic")
          .containsEntry("serp.item-count", receipt.path("items_count").asText())
          .containsEntry("content-type", "application/json")
          .containsOnlyKeys(
              "serp.task-id",
              "serp.item-type",
              "serp.item-index",
              "serp.item-count",
              "serp.rank-absolute",
              "content-type");
      assertThat(headers.get("serp.rank-absolute")).matches("\\d+");
      assertThat(headers.get("serp.item-index")).matches("\\d+").isNotEqualTo(before);
      before = headers.get("serp.item-index");
    }
  }

  @ParameterizedTest
  @CsvSource({"list, false", "item, false", "list, true"})
  void anItemIsARecordWithTheIdAsItsKeyAndHeadersAsText(String each, boolean intercepted)
      throws Exception {
    host("serp.endpoints.each", each, "serp.endpoints.organic", TOPIC);
    if (intercepted) {
      host.context()
          .addRoutes(
              new RouteBuilder() {
                @Override
                public void configure() {
                  interceptSendToEndpoint("kafka:*").log("audit");
                  from("direct:other").to(TOPIC);
                }
              });
    }
    expectItems(host.start().take(Ids.ZERO));
  }

  @ParameterizedTest
  @CsvSource({"list", "item"})
  void theSinkDoesTheSame(String each) throws Exception {
    host("serp.endpoints.each", each).without("serp.to");
    host.context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:ids").to("kamelet:serp-items-sink?organic=RAW(" + TOPIC + ")");
              }
            });
    host.context().start();
    expectItems(HostUnderTest.json(host.sendTo("direct:ids", Ids.ZERO, Map.of()).getMessage()));
  }

  @ParameterizedTest
  @CsvSource({"00000000-0000-0000-0000-000000000000", "00000000-0000-0000-0000-000000040401"})
  void receiptsAndDeadLettersHaveTheIdAsTheirKey(String id) throws Exception {
    host("serp.endpoints.receipts", TOPIC, "serp.endpoints.dead-letters", TOPIC);
    host.start().take(id);
    assertThat(kafka.history())
        .hasSize(id.equals(Ids.ZERO) ? 1 : 2)
        .allSatisfy(record -> assertThat(record.key()).isEqualTo(id))
        .allSatisfy(
            record -> assertThat(headers(record)).containsOnlyKeys("serp.task-id", "content-type"));
  }

  @Test
  void whatAnIdPassesOnIsBytesToATopicAndTextElsewhere() throws Exception {
    host("serp.endpoints.organic", TOPIC).start();
    byte[] bytes = {'0', '\r', '\n', 'x', (byte) 0xff};
    Delivery delivery =
        Delivery.fresh(Ids.ZERO, Source.named("test"), ended -> {})
            .with(Map.of("traceparent", bytes));
    host.context()
        .createFluentProducerTemplate()
        .to("direct:serp-take-task")
        .withBody(delivery)
        .send();
    assertThat(host.next("receipts").getHeader("traceparent")).isEqualTo("0__x\ufffd");
    assertThat(host.next("paid").getHeader("traceparent")).isEqualTo("0__x\ufffd");
    assertThat(kafka.history())
        .isNotEmpty()
        .allSatisfy(
            record ->
                assertThat(record.headers().lastHeader("traceparent").value()).isEqualTo(bytes));
  }

  @ParameterizedTest
  @CsvSource({"no id"})
  void theDeadLetterOfNoIdHasNoKey(String text) throws Exception {
    host("serp.endpoints.dead-letters", TOPIC).start().take(text);
    assertThat(kafka.history()).hasSize(1);
    assertThat(kafka.history().get(0).key()).isNull();
    assertThat(List.copyOf(headers(kafka.history().get(0)).keySet()))
        .containsExactly("content-type");
  }
}
