package check;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertNotNull;
import static org.junit.jupiter.api.Assertions.assertNull;
import static org.junit.jupiter.api.Assertions.assertTimeout;
import static org.junit.jupiter.api.Assertions.assertTrue;

import host.Host;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaComponent;
import org.apache.camel.component.kafka.KafkaEndpoint;
import org.apache.camel.component.kafka.PollExceptionStrategy;
import org.apache.camel.main.Main;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.utils.AppInfoParser;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** Ids of a topic to items on topics inside of a host, beside Kafka routes of its own. */
@Timeout(60)
class HostTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final String UNKNOWN = "00000000-0000-0000-0000-000000040401";

  @TempDir Path temp;

  private Sandbox sandbox;
  private Broker broker;

  @BeforeEach
  void startNeighbours() throws Exception {
    sandbox = new Sandbox();
    broker = new Broker(temp.resolve("broker"));
  }

  @AfterEach
  void stopNeighbours() {
    broker.close();
    sandbox.close();
  }

  /** The host's own, which is none of ours. */
  private static final class HostsStrategy implements PollExceptionStrategy {

    @Override
    public boolean canContinue() {
      return true;
    }

    @Override
    public void handle(long partition, Exception failure) {}
  }

  private Main start() throws Exception {
    Main main = main();
    main.start();
    return main;
  }

  private Main main() {
    Main main = new Main(Host.class);
    main.addOverrideProperty("camel.component.kafka.brokers", broker.address());
    main.addOverrideProperty("serp.kafka.brokers", broker.address());
    main.addOverrideProperty("serp.api.base-url", sandbox.address());
    main.addOverrideProperty("serp.api.login", "sandbox");
    main.addOverrideProperty("serp.api.password", "sandbox");
    main.addOverrideProperty("serp.files.dir", temp.resolve("out").toString());
    main.bind("hosts", new HostsStrategy());
    return main;
  }

  private List<ConsumerRecord<String, String>> read(String topic, int count) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                broker.address(),
                "group.id",
                "check-" + topic,
                "auto.offset.reset",
                "earliest"),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topic));
      while (records.size() < count) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
      consumer.commitSync();
    }
    return records;
  }

  private static Map<String, String> headers(ConsumerRecord<String, String> record) {
    Map<String, String> headers = new HashMap<>();
    record
        .headers()
        .forEach(
            header ->
                headers.put(header.key(), new String(header.value(), StandardCharsets.UTF_8)));
    return headers;
  }

  private long committed() throws Exception {
    try (Admin admin = Admin.create(Map.of("bootstrap.servers", broker.address()))) {
      return admin
          .listConsumerGroupOffsets("serp-routes")
          .partitionsToOffsetAndMetadata()
          .get()
          .values()
          .stream()
          .mapToLong(offset -> offset.offset())
          .sum();
    }
  }

  @Test
  void idsOfATopicBecomeItemsOnTopics() throws Exception {
    Main main = start();
    assertEquals(System.getProperty("camel.version"), main.getCamelContext().getVersion());
    assertEquals(System.getProperty("kafka-clients.version"), AppInfoParser.getVersion());
    KafkaComponent own = main.getCamelContext().getComponent("kafka", KafkaComponent.class);
    assertEquals(DefaultKafkaClientFactory.class, own.getKafkaClientFactory().getClass());
    assertNotNull(own.getPollExceptionStrategy());
    KafkaEndpoint ours =
        (KafkaEndpoint) main.getCamelContext().getRoute("serp-ids-from-kafka").getConsumer().getEndpoint();
    assertNull(ours.getComponent().getPollExceptionStrategy());
    main.getCamelTemplate().sendBodyAndHeader("direct:orders", ID, "CamelHttpPath", "/elsewhere");
    main.getCamelTemplate().sendBody("direct:orders", UNKNOWN);

    Map<String, String> receipts = new HashMap<>();
    read("serp.receipts", 2).forEach(record -> receipts.put(record.key(), record.value()));
    assertEquals(Set.of(ID, UNKNOWN), receipts.keySet());
    assertTrue(receipts.get(ID).contains("\"outcome\":\"delivered\""), receipts.get(ID));
    assertTrue(receipts.get(UNKNOWN).contains("\"reason\":\"not-found\""), receipts.get(UNKNOWN));
    assertEquals(UNKNOWN, read("serp.dead-letters", 1).get(0).key());

    ConsumerRecord<String, String> item = read("serp.organic", 1).get(0);
    assertEquals(ID, item.key());
    assertTrue(item.value().startsWith("{\"type\":\"organic\""), item.value());
    Map<String, String> headers = headers(item);
    assertEquals("organic", headers.get("serp.item-type"));
    assertEquals(ID, headers.get("serp.task-id"));
    assertTrue(
        headers.keySet().stream()
            .allMatch(name -> name.startsWith("serp.") || name.equals("content-type")),
        headers.toString());
    assertTimeout(Duration.ofSeconds(10), main::stop);
    assertEquals(2, committed());

    // what has ended is not asked again
    main = start();
    main.getCamelTemplate().sendBody("direct:orders", "00000000-0000-0000-0000-000000000001");
    assertEquals("00000000-0000-0000-0000-000000000001", read("serp.receipts", 1).get(0).key());
    assertTimeout(Duration.ofSeconds(10), main::stop);
    assertEquals(3, committed());
  }

  /** By {@code serp.to=endpoints} and by a route template, which is what a Kamelet makes, too. */
  @Test
  void itemsInTopicsOfTheHostHaveTheIdAsKeyAndTextAsHeaders() throws Exception {
    for (String each : List.of("list", "item")) {
      String id = each.equals("list") ? ID : "10171324-1535-0066-0000-000000000001";
      List<String> topics =
          each.equals("list")
              ? List.of("serp.organic", "serp.paid")
              : List.of("serp.other", "serp.parked");
      Main main = main();
      main.addOverrideProperty(
          "camel.main.routes-include-pattern",
          "classpath:serp-routes/core/*.camel.yaml,"
              + "classpath:serp-routes/outputs/items-to-endpoints.camel.yaml,"
              + "classpath:serp-routes/templates.camel.yaml");
      main.addOverrideProperty("serp.from", "command-line");
      main.addOverrideProperty("serp.to", "endpoints");
      main.addOverrideProperty("serp.endpoints.each", each);
      main.addOverrideProperty("serp.endpoints.organic", "kafka:" + topics.get(0));
      for (String other : List.of("paid", "other", "receipts", "dead-letters")) {
        main.addOverrideProperty("serp.endpoints." + other, "direct:ignored");
      }
      main.configure()
          .addRoutesBuilder(
              new RouteBuilder() {
                @Override
                public void configure() {
                  from("direct:ignored").stop();
                  templatedRoute("serp-items-by-type")
                      .parameter("from", "direct:ids")
                      .parameter("organic", "kafka:" + topics.get(1));
                }
              });
      main.start();
      main.getCamelTemplate().requestBody("direct:serp-take-task", id);
      main.getCamelTemplate().requestBody("direct:ids", id);
      for (String topic : topics) {
        for (ConsumerRecord<String, String> record : read(topic, 1)) {
          assertEquals(id, record.key());
          assertTrue(record.value().startsWith("{\"type\":\"organic\""), record.value());
          Map<String, String> headers = headers(record);
          assertEquals(id, headers.get("serp.task-id"));
          assertEquals("organic", headers.get("serp.item-type"));
          for (String number : List.of("item-index", "rank-absolute", "item-count")) {
            assertTrue(headers.get("serp." + number).matches("\\d+"), headers.toString());
          }
        }
      }
      main.stop();
    }
  }
}
