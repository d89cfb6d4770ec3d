package io.serproutes.kafka;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.ids.PassedHeaders;
import java.util.List;
import java.util.Objects;
import java.util.Set;

/** How large a record the topics of results must accept. */
final class LargestRecord {

  private static final Set<Key<String>> ITEMS =
      Set.of(Keys.TOPIC_ORGANIC, Keys.TOPIC_PAID, Keys.TOPIC_OTHER);
  private static final Set<Key<String>> REPORTS =
      Set.of(Keys.TOPIC_RECEIPTS, Keys.TOPIC_DEAD_LETTERS);

  private static final long OWN_HEADERS = 2 * 1024; // with the key
  private static final long REPORT = 820 * 1024; // a receipt with all its texts at their longest

  private final Settings settings;
  private final long passedHeaders;

  LargestRecord(Settings settings) {
    this.settings = settings;
    passedHeaders = new PassedHeaders(settings).mostBytes();
  }

  /**
   * That topics may refuse what is sent to them, and what to do, a line for each; none for a topic
   * whose settings may not be asked for.
   *
   * @param keys keys that each name one
   */
  List<String> warnings(TopicConfigs configs, Set<Key<String>> keys) {
    return Keys.TOPICS.stream()
        .filter(key -> keys.contains(key) && (ITEMS.contains(key) || REPORTS.contains(key)))
        .map(key -> warning(key, configs.value(settings.get(key), "max.message.bytes")))
        .filter(Objects::nonNull)
        .toList();
  }

  /** As above, for one topic; null where it accepts all, or where the number is not known. */
  String warning(Key<String> key, String maxMessageBytes) {
    boolean isOfItems = ITEMS.contains(key);
    long itemHeaders = OWN_HEADERS + passedHeaders;
    long needed =
        isOfItems ? settings.get(Keys.MAX_ITEM_BYTES) + itemHeaders : REPORT + passedHeaders;
    boolean isKnown = maxMessageBytes.matches("\\d{1,18}");
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
            + " and "
            + itemHeaders / 1024
            + " KiB"
            + raise
            + ", or a smaller "
            + Keys.MAX_ITEM_BYTES
        : topic + " may refuse large records, and calls are halted then" + less + raise;
  }
}
