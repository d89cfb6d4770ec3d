package io.serproutes.kafka;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
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

/** How large a record the topics of results must accept. */
final class LargestRecord {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final Set<Key<String>> ITEMS =
      Set.of(Keys.TOPIC_ORGANIC, Keys.TOPIC_PAID, Keys.TOPIC_OTHER);
  private static final Set<Key<String>> REPORTS =
      Set.of(Keys.TOPIC_RECEIPTS, Keys.TOPIC_DEAD_LETTERS);

  private static final long HEADERS = 2 * 1024; // with the key
  private static final long REPORT = 820 * 1024; // a receipt with all its texts at their longest

  private final Settings settings;

  LargestRecord(Settings settings) {
    this.settings = settings;
  }

  /**
   * That topics may refuse what is sent to them, and what to do, a line for each; none for a topic
   * whose settings may not be asked for.
   *
   * @param keys keys that each name one
   * @param waitSeconds the longest wait for the answer
   */
  List<String> warnings(Admin admin, Set<Key<String>> keys, int waitSeconds)
      throws InterruptedException {
    List<Key<String>> asked = new ArrayList<>(Keys.TOPICS);
    asked.removeIf(key -> !keys.contains(key) || !ITEMS.contains(key) && !REPORTS.contains(key));
    Map<ConfigResource, KafkaFuture<Config>> answers =
        admin.describeConfigs(asked.stream().map(this::resource).toList()).values();
    List<String> warnings = new ArrayList<>();
    for (Key<String> key : asked) {
      try {
        ConfigEntry most =
            answers.get(resource(key)).get(waitSeconds, TimeUnit.SECONDS).get("max.message.bytes");
        String warning = most == null ? null : warning(key, most.value());
        if (warning != null) {
          warnings.add(warning);
        }
      } catch (ExecutionException | TimeoutException e) {
        LOG.debug("the largest record of {} is not known", settings.get(key), e);
      }
    }
    return warnings;
  }

  private ConfigResource resource(Key<String> key) {
    return new ConfigResource(ConfigResource.Type.TOPIC, settings.get(key));
  }

  /** As above, for one topic; null where it accepts all, or where the number is not known. */
  String warning(Key<String> key, String maxMessageBytes) {
    boolean isOfItems = ITEMS.contains(key);
    long needed = isOfItems ? settings.get(Keys.MAX_ITEM_BYTES) + HEADERS : REPORT;
    boolean isKnown = maxMessageBytes != null && maxMessageBytes.matches("\\d{1,18}");
    if (!isKnown || Long.parseLong(maxMessageBytes) >= needed) {
      return null;
    }
    String topic = settings.get(key);
    String less = ": max.message.bytes=" + maxMessageBytes + " is less than " + needed;
    String raise = "; set max.message.bytes=" + needed + " for this topic";
    return isOfItems
        ? topic
            + " may refuse large items, whose ids become dead letters"
            + less
            + ", which are "
            + Keys.MAX_ITEM_BYTES
            + " and 2 KiB"
            + raise
            + ", or a smaller "
            + Keys.MAX_ITEM_BYTES
        : topic + " may refuse large records, and calls are halted then" + less + raise;
  }
}
