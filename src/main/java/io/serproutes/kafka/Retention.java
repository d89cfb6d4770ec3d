package io.serproutes.kafka;

import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/**
 * How long a topic keeps its records. One of parked ids must keep them for as long as an id may be
 * parked: while the program is stopped they are in no other place.
 */
final class Retention {

  /** For a topic that is made here; not compacted, since one id may be parked twice. */
  static final Map<String, String> FOR_EVER =
      Map.of("cleanup.policy", "delete", "retention.ms", "-1", "retention.bytes", "-1");

  private static final Duration MARGIN = Duration.ofDays(1);

  private final Duration least;

  /** Retention for ids that are asked for until a deadline has passed, and a day longer. */
  Retention(Duration deadline) {
    least = deadline.plus(MARGIN);
  }

  /**
   * That a topic may lose what waits there, and what to do; null where it keeps it, or where that
   * may not be asked.
   */
  String warning(TopicConfigs configs, String topic) {
    String risk =
        risk(
            configs.value(topic, "cleanup.policy"),
            configs.value(topic, "retention.ms"),
            configs.value(topic, "retention.bytes"));
    return risk == null
        ? null
        : "ids that wait in "
            + topic
            + " may be lost while the program is stopped: "
            + risk
            + "; set cleanup.policy=delete, retention.ms=-1 and retention.bytes=-1 for this topic";
  }

  /**
   * Since when a topic keeps all records, those that somebody deletes left aside; {@link
   * Instant#MIN}: for ever; {@link Instant#MAX}: as its size allows, or that may not be asked.
   */
  static Instant keptSince(TopicConfigs configs, String topic) {
    return keptSince(
        configs.value(topic, "cleanup.policy"),
        configs.value(topic, "retention.ms"),
        configs.value(topic, "retention.bytes"),
        Instant.now());
  }

  static Instant keptSince(String cleanup, String millis, String bytes, Instant now) {
    if (cleanup.equals("compact") || millis.equals("-1") && bytes.equals("-1")) {
      return Instant.MIN;
    }
    boolean isByTime = millis.matches("\\d{1,18}") && bytes.equals("-1");
    return isByTime ? now.minusMillis(Long.parseLong(millis)) : Instant.MAX;
  }

  /** What may become of a record, in words; null where it is kept for long enough. */
  String risk(String cleanup, String millis, String bytes) {
    if (cleanup.contains("compact")) {
      return "cleanup.policy=" + cleanup + " keeps one of two records of an id";
    }
    if (millis.matches("\\d{1,18}") && Long.parseLong(millis) < least.toMillis()) {
      return "retention.ms="
          + millis
          + " is less than "
          + least.toHours()
          + " hours, which are"
          + " serp.not-ready.deadline and a day";
    }
    return bytes.matches("\\d+")
        ? "retention.bytes=" + bytes + " removes records of any age once there are more"
        : null;
  }
}
