package io.serproutes.kafka;

import io.serproutes.IllegalSettingException;
import java.util.List;
import java.util.Map;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;

/**
 * Properties of Kafka clients that must have one value, because another would lose or mix ids or
 * items, and those that another key sets.
 */
final class FixedProperties {

  private static final List<Fixed> CONSUMER =
      List.of(
          new Fixed(
              "enable.auto.commit",
              List.of("false"),
              "ids would be committed before they are delivered, and a kill would lose them"),
          new Fixed(
              "auto.offset.reset",
              List.of("earliest"),
              "ids sent before the first start would be passed over"),
          new Fixed(
              "group.instance.id",
              List.of(),
              "the consumers of a process would have one name in the group and fence each other"),
          new Fixed(
              "group.protocol",
              List.of("classic"),
              "progress is kept in step with the classic protocol"));

  private static final List<Fixed> PRODUCER =
      List.of(
          new Fixed(
              "acks",
              List.of("all", "-1"),
              "items could be lost with one broker after their receipt"),
          new Fixed(
              "enable.idempotence",
              List.of("true"),
              "a repeated send could change the order of a task's items or double them"),
          new Fixed(
              "partitioner.ignore.keys",
              List.of("false"),
              "the items of a task would not stay in order on one partition"),
          new Fixed(
              "transactional.id",
              List.of(),
              "each process chooses one for its transactions by itself"));

  /** With {@code serp.kafka.delivery=exactly-once}. */
  private static final List<Fixed> IN_TRANSACTIONS =
      List.of(
          new Fixed(
              "isolation.level",
              List.of("read_committed"),
              "with serp.kafka.delivery=exactly-once records of aborted transactions would be read"),
          new Fixed(
              "transaction.timeout.ms",
              List.of(),
              "with serp.kafka.delivery=exactly-once a transaction times out after 15 s, before"
                  + " other processes stop waiting for it"));

  /** What another key sets, or nothing. */
  private static final Map<String, String> ELSEWHERE =
      Map.of(
          "bootstrap.servers", "set serp.kafka.brokers",
          "group.id", "set serp.kafka.group-id",
          "key.serializer", "the format of records is fixed",
          "value.serializer", "the format of records is fixed",
          "key.deserializer", "the format of records is fixed",
          "value.deserializer", "the format of records is fixed");

  private FixedProperties() {}

  /**
   * Checks one that was given.
   *
   * @param exactlyOnce whether there are transactions
   * @throws IllegalSettingException where it cannot be passed on
   */
  static void checkGiven(String key, String name, String value, boolean exactlyOnce) {
    if (ELSEWHERE.containsKey(name)) {
      throw new IllegalSettingException(
          key + " is not passed on to Kafka's clients: " + ELSEWHERE.get(name));
    }
    List<Fixed> more = exactlyOnce ? IN_TRANSACTIONS : List.of();
    for (List<Fixed> all : List.of(CONSUMER, PRODUCER, more)) {
      for (Fixed fixed : all) {
        if (fixed.name().equals(name) && !fixed.allows(value)) {
          throw new IllegalSettingException(
              key + "=" + value + " is refused: " + fixed.why() + "; leave it out");
        }
      }
    }
  }

  /**
   * Checks what a consumer is about to be made with, wherever it comes from.
   *
   * @throws IllegalSettingException where it would break a promise
   */
  static void checkConsumer(Map<String, Object> properties) {
    check("consumer", CONSUMER, properties, ConsumerConfig.configDef().defaultValues());
  }

  /**
   * Checks what a producer is about to be made with, wherever it comes from.
   *
   * @throws IllegalSettingException where it would break a promise
   */
  static void checkProducer(Map<String, Object> properties) {
    check("producer", PRODUCER, properties, ProducerConfig.configDef().defaultValues());
  }

  /**
   * Checks what a route sets for reading a topic.
   *
   * @throws IllegalSettingException where records would never end
   */
  static void checkRoute(KafkaConfiguration route) {
    if (route.getConsumersCount() != 1) {
      String name = "consumersCount=" + route.getConsumersCount();
      refuse(name, "a process keeps the progress of one consumer of a topic");
    }
    if (route.isBatching() || !route.isAllowManualCommit()) {
      String name = route.isBatching() ? "batching=true" : "allowManualCommit=false";
      refuse(name, "the end of a record could not be noted");
    }
  }

  private static void refuse(String setting, String why) {
    throw new IllegalSettingException(
        "a route of serp-routes would read a topic with %s: %s; take this setting off the route"
            .formatted(setting, why));
  }

  private static void check(
      String client, List<Fixed> all, Map<String, Object> properties, Map<String, ?> defaults) {
    for (Fixed fixed : all) {
      Object value = properties.getOrDefault(fixed.name(), defaults.get(fixed.name()));
      if (value != null && !fixed.allows(value.toString())) {
        throw new IllegalSettingException(
            "a Kafka %s of serp-routes would run with %s=%s: %s; take this setting off serp-kafka"
                .formatted(client, fixed.name(), value, fixed.why()));
      }
    }
  }

  /** A property whose values are these, or that must not be there where they are none. */
  private record Fixed(String name, List<String> values, String why) {

    boolean allows(String value) {
      return values.contains(value.strip());
    }
  }
}
