package io.serproutes.kafka;

import io.serproutes.Count;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.ToLongFunction;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Tells of records that the broker removed before they were read. They count as ended only because
 * they are gone, so somebody has to know. To be used on the polling thread.
 */
final class RemovedRecords {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final long ASK_EVERY = TimeUnit.SECONDS.toNanos(1);
  private static final int MANY = 100; // what transactions leave is less

  private final ToLongFunction<TopicPartition> beginning;
  private final Map<TopicPartition, Long> asked = new HashMap<>();

  /**
   * Tells what is missing of partitions.
   *
   * @param beginning asks the broker where a partition begins; -1 where it does not say
   */
  RemovedRecords(ToLongFunction<TopicPartition> beginning) {
    this.beginning = beginning;
  }

  /**
   * Looks at a gap, if there is one, before it counts as read. Marks of transactions and compaction
   * leave gaps, too, but not before the beginning of a partition.
   *
   * @param position where reading goes on
   */
  void look(TopicPartition partition, PartitionProgress progress, long position, long now) {
    long unread = progress.unread(position);
    if (unread == 0) {
      return;
    }
    Long before = asked.get(partition);
    if (unread < MANY && before != null && now - before < ASK_EVERY) {
      return;
    }
    asked.put(partition, now);
    long begin = Math.min(beginning.applyAsLong(partition), position);
    long gone = progress.unread(begin);
    if (gone > 0) {
      LOG.warn(
          "the broker has removed {} of {} before they were read, up to offset {}: their ids are"
              + " not asked for; give them again, and give the topic a longer retention",
          Count.of(gone, "record"),
          partition,
          begin - 1);
    }
  }
}
