package io.serproutes.kafka;

import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import io.serproutes.Suggestion;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.consumer.ConsumerConfig;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The properties of Kafka clients given as {@code serp.kafka.properties.*}, verbatim.
 *
 * <p>Kafka's own names are looked up one by one, since a host's environment variables and some
 * other sources cannot be listed. Other names, such as those of an interceptor, come from the
 * sources that can be listed.
 */
final class KafkaProperties {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final String PREFIX = Settings.KAFKA_PROPERTIES;

  private final Map<String, Object> values = new TreeMap<>();
  private final List<String> unknown = new ArrayList<>();

  /**
   * Reads the properties.
   *
   * @throws IllegalSettingException where one would break a promise, or has a key of its own
   */
  KafkaProperties(Settings settings) {
    Set<String> known = names();
    Set<String> names = new TreeSet<>(known);
    settings.keys(PREFIX).forEach(key -> names.add(key.substring(PREFIX.length())));
    for (String name : names) {
      String value = settings.given(PREFIX + name);
      if (value != null) {
        values.put(name, value);
        FixedProperties.checkGiven(PREFIX + name, name, value, settings.isExactlyOnce());
        if (!known.contains(name)) {
          unknown.add(name);
        }
      }
    }
  }

  private static Set<String> names() {
    Set<String> names = new TreeSet<>(ConsumerConfig.configNames());
    names.addAll(ProducerConfig.configNames());
    names.addAll(AdminClientConfig.configNames());
    return names;
  }

  Map<String, Object> values() {
    return values;
  }

  /**
   * Adds them to the properties of a client. A time-out among these that was not given becomes at
   * least as long as the times it spans: Kafka refuses a shorter one, which nobody could find.
   *
   * @param spanned times in {@code all}, whose sum is the least
   */
  void addTo(Map<String, Object> all, String timeout, String... spanned) {
    all.putAll(values);
    long least = Arrays.stream(spanned).mapToLong(name -> millis(all.get(name))).sum();
    if (!values.containsKey(timeout) && millis(all.get(timeout)) < least) {
      all.put(timeout, (int) Math.min(least, Integer.MAX_VALUE));
    }
  }

  // what is no number Kafka refuses by its own name
  private static long millis(Object value) {
    String text = String.valueOf(value).strip();
    return text.matches("[0-9]{1,10}") ? Long.parseLong(text) : 0;
  }

  /** Logs the warnings. */
  void warnOfUnknown() {
    warnings().forEach(LOG::warn);
  }

  /**
   * A sentence for each name that no Kafka client knows: those of an interceptor and the like, or
   * misspelt.
   */
  List<String> warnings() {
    return unknown.stream()
        .map(
            name ->
                "no Kafka client knows "
                    + PREFIX
                    + name
                    + "; it is passed on, since an interceptor may know it"
                    + Suggestion.of(name, names()))
        .toList();
  }
}
