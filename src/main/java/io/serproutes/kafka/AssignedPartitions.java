package io.serproutes.kafka;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.TopicProgress;
import io.serproutes.fetch.Gate;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.BiPredicate;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The partitions that are assigned to this process: what has ended in each, and the share of the
 * account's limits that comes with them.
 *
 * <p>With {@code serp.api.share=auto} the share is this process's part of the partitions of all
 * topics that it reads. Safe for use by many threads.
 */
public final class AssignedPartitions implements TopicProgress {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");

  // a new member has none until the others have given some back
  private static final long JOIN_NANOS = TimeUnit.SECONDS.toNanos(10);

  private final Map<TopicPartition, PartitionProgress> ours = new ConcurrentHashMap<>();
  private final Map<String, Integer> partitions = new ConcurrentHashMap<>();
  private final Map<String, ConsumerGroupMetadata> members = new ConcurrentHashMap<>();
  private final Set<String> joined = ConcurrentHashMap.newKeySet();
  private final Set<String> rebalancing = ConcurrentHashMap.newKeySet();
  private final Map<TopicPartition, Long> ends = new ConcurrentHashMap<>();
  private final Map<TopicPartition, Long> replacedBelow = new ConcurrentHashMap<>();
  private final List<Consumer<String>> listeners = new ArrayList<>();
  private final Gate gate;
  private final boolean shared;
  private final LongSupplier time;
  private long withoutSince;
  private boolean standsBy;

  /** Progress that sets the share of this gate. */
  public AssignedPartitions(Settings settings, Gate gate) {
    this(settings, gate, System::nanoTime);
  }

  AssignedPartitions(Settings settings, Gate gate, LongSupplier nanoTime) {
    this.gate = gate;
    this.time = nanoTime;
    this.withoutSince = nanoTime.getAsLong();
    this.shared = settings.text(Keys.SHARE).equals("auto");
  }

  /** Notes that a topic is about to be read: until it has partitions there is no share. */
  void joining(String topic) {
    synchronized (listeners) {
      if (partitions.putIfAbsent(topic, 1) == null) {
        listeners.forEach(listener -> listener.accept(topic));
      }
    }
    share();
  }

  /**
   * Ends the assignments of a consumer that failed without giving its partitions back: the next one
   * begins with none, and by its membership nothing of them may be committed.
   */
  void forget(String topic) {
    rebalancing(topic);
    members.remove(topic);
    for (TopicPartition partition : of(topic).map(Map.Entry::getKey).toList()) {
      PartitionProgress left = revoked(partition);
      if (left != null) {
        left.drop();
      }
    }
    dropUnwanted();
  }

  /**
   * Notes that the partitions of a topic are being assigned anew: until {@link #share(String, int)}
   * those that are left are not all that this process may get.
   */
  void rebalancing(String topic) {
    rebalancing.add(topic);
  }

  void assigned(TopicPartition partition, PartitionProgress progress) {
    ours.put(partition, progress);
  }

  PartitionProgress revoked(TopicPartition partition) {
    PartitionProgress progress = ours.remove(partition);
    if (progress != null) {
      progress.close();
    }
    return progress;
  }

  /** Notes this process's membership in the group that reads a topic. */
  void member(String topic, ConsumerGroupMetadata member) {
    if (member.generationId() >= 0) {
      members.put(topic, member);
    } else {
      members.remove(topic); // by none the brokers would take any commit
    }
  }

  /** The memberships by topic, of the groups that have let this process in. */
  Map<String, ConsumerGroupMetadata> members() {
    return Map.copyOf(members);
  }

  /** What is assigned now. */
  Map<PartitionProgress, TopicPartition> open() {
    Map<PartitionProgress, TopicPartition> open = new HashMap<>();
    ours.forEach((partition, progress) -> open.put(progress, partition));
    return open;
  }

  PartitionProgress find(TopicPartition partition) {
    return ours.get(partition);
  }

  /** Notes that the group has assigned the partitions of a topic, and how many it has. */
  void share(String topic, int count) {
    joined.add(topic);
    rebalancing.remove(topic);
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
      synchronized (partitions) { // else another thread's older share could come last, and stay
        gate.share(part());
      }
    }
  }

  private double part() {
    return (double) ours.size() / Math.max(all(), ours.size());
  }

  private int all() {
    return Math.max(1, partitions.values().stream().mapToInt(Integer::intValue).sum());
  }

  /** Logs once that this process has had no partition for a while. */
  synchronized void logStandBy() {
    long now = time.getAsLong();
    if (!ours.isEmpty() || !joined.containsAll(partitions.keySet())) {
      withoutSince = now;
      standsBy &= ours.isEmpty();
    } else if (!standsBy && now - withoutSince >= JOIN_NANOS) {
      standsBy = true;
      LOG.info(
          "no partition of {} is assigned to this process: it stands by, and takes over when another"
              + " process ends",
          String.join(", ", new TreeSet<>(partitions.keySet())));
    }
  }

  /** Logs which partitions of a topic came or went, unless none did. */
  synchronized void logChange(String topic, String change, Collection<TopicPartition> changed) {
    if (!changed.isEmpty()) {
      String share = shared ? ", share of the limits " + Math.round(100.0 * part()) + " %" : "";
      LOG.info(
          "{}: partitions {} {}, now {} of {}{}",
          topic,
          compact(changed),
          change,
          partitions(topic),
          partitions.get(topic),
          share);
    }
  }

  /** Numbers of partitions in order, runs of them as {@code 0-3}. */
  static String compact(Collection<TopicPartition> partitions) {
    BitSet numbers = new BitSet();
    partitions.forEach(partition -> numbers.set(partition.partition()));
    List<String> runs = new ArrayList<>();
    for (int first, end = 0; (first = numbers.nextSetBit(end)) >= 0; ) {
      end = numbers.nextClearBit(first);
      runs.add(end - first == 1 ? "" + first : first + "-" + (end - 1));
    }
    return String.join(", ", runs);
  }

  /** Whether the group has told this process which partitions of a topic it has. */
  boolean hasJoined(String topic) {
    return joined.contains(topic);
  }

  /** Notes where a partition ended when the program started. */
  void end(TopicPartition partition, long offset) {
    ends.put(partition, offset);
  }

  /** Where a partition ended when the program started; null before that is known. */
  Long end(TopicPartition partition) {
    return ends.get(partition);
  }

  /** How far a reader at a position has read what was there when the program started. */
  long upToEnd(TopicPartition partition, long position) {
    return Math.min(position, ends.getOrDefault(partition, 0L));
  }

  /**
   * Notes that a record is in place of one that was there when the program started: it belongs to
   * what the topic held then.
   */
  void replaced(TopicPartition partition, long offset) {
    replacedBelow.merge(partition, offset + 1, Math::max);
  }

  @Override
  public void onTopic(Consumer<String> listener) {
    synchronized (listeners) {
      listeners.add(listener);
      partitions.keySet().forEach(listener);
    }
  }

  @Override
  public int partitions(String topic) {
    return (int) of(topic).count();
  }

  @Override
  public long lag(String topic) {
    return of(topic).mapToLong(one -> one.getValue().lag()).sum();
  }

  @Override
  public boolean isFinished(String topic) {
    return isUpToStart(topic, (progress, end) -> progress.committable() >= end);
  }

  /** Whether everything that was in a topic at the start is parked, in the partitions of ours. */
  boolean isParkedUpToStart(String topic) {
    return isUpToStart(
        topic, (progress, end) -> progress.isReadUpTo(end) && progress.areAllParked());
  }

  private boolean isUpToStart(String topic, BiPredicate<PartitionProgress, Long> isThere) {
    return joined.contains(topic)
        && !rebalancing.contains(topic)
        && of(topic)
            .allMatch(
                one -> {
                  Long end = ends.get(one.getKey());
                  long replaced = replacedBelow.getOrDefault(one.getKey(), 0L);
                  return end != null && isThere.test(one.getValue(), Math.max(end, replaced));
                });
  }

  /** Records of a topic that have been read and have not ended. */
  int open(String topic) {
    return of(topic).mapToInt(one -> one.getValue().open()).sum();
  }

  /** Bytes of the large records of a topic that have been read and have not ended. */
  long openBytes(String topic) {
    return of(topic).mapToLong(one -> one.getValue().openBytes()).sum();
  }

  private Stream<Map.Entry<TopicPartition, PartitionProgress>> of(String topic) {
    return ours.entrySet().stream().filter(one -> one.getKey().topic().equals(topic));
  }

  /** Sends back ids that wait for a call and whose partition is being revoked. */
  void dropUnwanted() {
    gate.dropUnwanted();
  }
}
