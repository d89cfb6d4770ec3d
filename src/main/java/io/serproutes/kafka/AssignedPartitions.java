package io.serproutes.kafka;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.Gate;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that are ours: what has ended in each, and the part of the account's limits that
 * comes with them.
 *
 * <p>With {@code serp.api.share=auto} this process uses as much of the limits as it has of the
 * partitions of all topics it takes ids from.
 */
public final class AssignedPartitions {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");

  // whoever joins has none until the others have given some back
  private static final long JOIN_PATIENCE = TimeUnit.SECONDS.toNanos(10);

  private final Map<TopicPartition, PartitionProgress> ours = new ConcurrentHashMap<>();
  private final Map<String, Integer> partitions = new ConcurrentHashMap<>();
  private final Set<String> joined = ConcurrentHashMap.newKeySet();
  private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
  private final Gate gate;
  private final boolean shared;
  private final LongSupplier time;
  private long withoutSince;
  private boolean standsBy;

  /** Progress that tells this gate its share. */
  public AssignedPartitions(Settings settings, Gate gate) {
    this(settings, gate, System::nanoTime);
  }

  AssignedPartitions(Settings settings, Gate gate, LongSupplier nanoTime) {
    this.gate = gate;
    this.time = nanoTime;
    this.withoutSince = nanoTime.getAsLong();
    this.shared = settings.text(Keys.SHARE).equals("auto");
  }

  /** Notes that partitions of a topic are asked for: without one there is no share. */
  void joining(String topic) {
    partitions.putIfAbsent(topic, 1);
    share();
  }

  void assigned(TopicPartition partition, PartitionProgress progress) {
    PartitionProgress before = ours.put(partition, progress);
    if (before != null && before != progress) { // of a consumer that ended without giving it back
      before.drop();
      before.close();
    }
  }

  PartitionProgress revoked(TopicPartition partition) {
    PartitionProgress progress = ours.remove(partition);
    if (progress != null) {
      progress.close();
    }
    return progress;
  }

  PartitionProgress find(TopicPartition partition) {
    return ours.get(partition);
  }

  /** Notes how many partitions a topic has whose members have been told theirs. */
  void share(String topic, int count) {
    joined.add(topic);
    partitions.put(topic, count);
    share();
  }

  /** Notes how many partitions a topic has now. */
  void counted(String topic, int count) {
    if (partitions.replace(topic, count) != count) {
      share();
    }
  }

  void share() {
    if (shared) {
      gate.share((double) ours.size() / Math.max(all(), ours.size()));
    }
  }

  private int all() {
    return Math.max(1, partitions.values().stream().mapToInt(Integer::intValue).sum());
  }

  /** Says once that this process has had no partition for a while, and once that it has some. */
  synchronized void sayWhetherItStandsBy() {
    long now = time.getAsLong();
    if (!ours.isEmpty() || !joined.containsAll(partitions.keySet())) {
      withoutSince = now;
      if (standsBy && !ours.isEmpty()) {
        standsBy = false;
        LOG.info("has {} of {} partitions and takes its ids", ours.size(), all());
      }
    } else if (!standsBy && now - withoutSince >= JOIN_PATIENCE) {
      standsBy = true;
      LOG.info(
          "has no partition of {}: it stands by; it asks only for parked ids and dead letters of"
              + " its own, seldom, and takes over when another process ends",
          String.join(", ", new TreeSet<>(partitions.keySet())));
    }
  }

  /** Whether the group has told this process which partitions of a topic it has. */
  boolean hasJoined(String topic) {
    return joined.contains(topic);
  }

  /** Notes up to where a partition stood when the program started. */
  void end(TopicPartition partition, long offset) {
    ends.put(partition, offset);
  }

  /** Up to where a partition stood when the program started; null before that is known. */
  Long end(TopicPartition partition) {
    return ends.get(partition);
  }

  /**
   * Whether everything of a topic that stood there at the start has ended, as far as it is ours.
   */
  public boolean isWorkedOff(String topic) {
    Map<TopicPartition, PartitionProgress> mine =
        ours.entrySet().stream()
            .filter(entry -> entry.getKey().topic().equals(topic))
            .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    return joined.contains(topic)
        && mine.entrySet().stream()
            .allMatch(
                entry -> {
                  Long end = ends.get(entry.getKey());
                  return end != null && entry.getValue().committable() >= end;
                });
  }

  /**
   * Whether everything of a topic that stood there at the start has been read and has come to rest,
   * where it is ours.
   */
  boolean isParkedUpToStart(String topic) {
    return joined.contains(topic)
        && ours.entrySet().stream()
            .filter(entry -> entry.getKey().topic().equals(topic))
            .allMatch(
                entry -> {
                  Long end = ends.get(entry.getKey());
                  PartitionProgress progress = entry.getValue();
                  return end != null && progress.isReadUpTo(end) && progress.areAllParked();
                });
  }

  /** Records of a topic that have been read and have not ended. */
  int open(String topic) {
    return ours.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .mapToInt(entry -> entry.getValue().open())
        .sum();
  }

  /** Bytes that large records of a topic take that have been read and have not ended. */
  long openBytes(String topic) {
    return ours.entrySet().stream()
        .filter(entry -> entry.getKey().topic().equals(topic))
        .mapToLong(entry -> entry.getValue().openBytes())
        .sum();
  }

  /** IdLocks away ids that wait for a call and whose partition is being taken away. */
  void dropUnwanted() {
    gate.dropUnwanted();
  }
}
