package io.serproutes.kafka;

import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.Config;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.config.ConfigResource;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The properties of topics, as the brokers tell them. */
final class TopicConfigs {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");

  private final Map<String, Config> known = new HashMap<>();

  /**
   * Asks for those of some topics.
   *
   * @param waitSeconds the longest wait for an answer
   */
  TopicConfigs(Admin admin, Collection<String> topics, int waitSeconds)
      throws InterruptedException {
    Map<ConfigResource, KafkaFuture<Config>> answers =
        admin
            .describeConfigs(
                topics.stream()
                    .map(topic -> new ConfigResource(ConfigResource.Type.TOPIC, topic))
                    .toList())
            .values();
    for (Map.Entry<ConfigResource, KafkaFuture<Config>> answer : answers.entrySet()) {
      String topic = answer.getKey().name();
      try {
        known.put(topic, answer.getValue().get(waitSeconds, TimeUnit.SECONDS));
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("the properties of {} are not known", topic, e);
      }
    }
  }

  /** A property of a topic; empty where it has none, or where it may not be asked for. */
  String value(String topic, String name) {
    Config config = known.get(topic);
    ConfigEntry entry = config == null ? null : config.get(name);
    return entry == null || entry.value() == null ? "" : entry.value();
  }
}
