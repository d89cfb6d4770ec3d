package io.serproutes.kafka;

import org.apache.camel.component.kafka.KafkaConstants;

/**
 * The names of Camel's Kafka headers as the Camel at hand has them: {@code kafka.TOPIC} up to
 * 4.18.2, {@code CamelKafkaTopic} from 4.18.3 (CVE-2026-49098). Read at run time, since a compiler
 * would copy the constants.
 */
final class KafkaNames {

  static final String TOPIC = name("TOPIC");
  static final String PARTITION = name("PARTITION");
  static final String OFFSET = name("OFFSET");

  private KafkaNames() {}

  private static String name(String constant) {
    try {
      return (String) KafkaConstants.class.getField(constant).get(null);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException("this camel-kafka has no header " + constant, e);
    }
  }
}
