package io.serproutes.kafka;

import io.serproutes.Settings;
import java.util.HashMap;
import java.util.Map;

/** The properties of Kafka clients given as {@code serp.kafka.properties.*}, verbatim. */
final class KafkaProperties {

  private static final String PREFIX = "serp.kafka.properties.";

  private final Map<String, Object> values = new HashMap<>();

  KafkaProperties(Settings settings) {
    for (String key : settings.keys(PREFIX)) {
      values.put(key.substring(PREFIX.length()), settings.verbatim(key));
    }
  }

  Map<String, Object> values() {
    return values;
  }
}
