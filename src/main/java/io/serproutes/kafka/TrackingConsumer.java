package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.regex.Pattern;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer that goes on reading while records are in work, and commits up to the lowest that has
 * not ended; what has ended above it stands in the commit's metadata.
 *
 * <p>Everything is done on the polling thread. When enough records are in work the partitions are
 * paused, so that polling, and with it the membership in the group, goes on however long it takes.
 * When a partition is taken away, calls that are under way get a few seconds to end; what has ended
 * is committed, and nothing afterwards.
 */
final class TrackingConsumer extends KafkaConsumer<Object, Object> {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final long COMMIT_EVERY = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(1);
  private static final Duration SHORT_POLL = Duration.ofMillis(20);
  private static final Duration BEGINNING_PATIENCE = Duration.ofSeconds(3);
  private static final Duration CLOSE_PATIENCE = Duration.ofSeconds(3);
  private static final int MOST_OPEN = 1000;
  private static final long MOST_OPEN_BYTES =
      Math.min(Runtime.getRuntime().maxMemory() / 16, 32 << 20);

  private final AssignedPartitions offsets;
  private final Set<String> onlyUpToStart;
  private final Set<String> unbounded;
  private final BooleanSupplier stopping;
  private Collection<String> topics = List.of();
  private final RemovedRecords removed = new RemovedRecords(this::beginning);
  private boolean isPaused;
  private long committedAt = System.nanoTime();
  private long lookedAt = committedAt;

  /**
   * A consumer that keeps its progress in {@code offsets}.
   *
   * @param onlyUpToStart topics of which only what stood there when the program started is read
   * @param unbounded topics whose records cost next to nothing while they wait
   * @param stopping whether calls have had their time to end before the partitions are given back
   */
  TrackingConsumer(
      Map<String, Object> properties,
      AssignedPartitions offsets,
      Set<String> onlyUpToStart,
      Set<String> unbounded,
      BooleanSupplier stopping) {
    super(properties);
    this.offsets = offsets;
    this.onlyUpToStart = onlyUpToStart;
    this.unbounded = unbounded;
    this.stopping = stopping;
  }

  @Override
  public void subscribe(Collection<String> newTopics, ConsumerRebalanceListener listener) {
    topics = List.copyOf(newTopics);
    topics.forEach(offsets::joining);
    super.subscribe(newTopics, new Rebalance(this, topics, offsets, stopping, listener));
  }

  @Override
  public void subscribe(Pattern pattern, ConsumerRebalanceListener listener) {
    throw new UnsupportedOperationException("topics are named, not matched");
  }

  @Override
  public ConsumerRecords<Object, Object> poll(Duration timeout) {
    try {
      return read(timeout);
    } catch (RuntimeException | Error e) {
      FatalErrors.report(e); // it may be what ended the heartbeat's thread, and Camel would go on
      throw e;
    }
  }

  private ConsumerRecords<Object, Object> read(Duration timeout) {
    commitNow();
    lookAtShare();
    rereadKept();
    boolean wait = pauseOrResume();
    ConsumerRecords<Object, Object> records = super.poll(wait ? SHORT_POLL : timeout);
    Map<TopicPartition, List<ConsumerRecord<Object, Object>>> open = new HashMap<>();
    for (TopicPartition partition : records.partitions()) {
      List<ConsumerRecord<Object, Object>> fresh = fresh(partition, records.records(partition));
      if (!fresh.isEmpty()) {
        open.put(partition, fresh);
      }
    }
    assignment().forEach(this::passOver);
    return new ConsumerRecords<>(open);
  }

  // partitions may be added, which another member may know before
  private void lookAtShare() {
    long now = System.nanoTime();
    if (now - lookedAt < LOOK_EVERY) {
      return;
    }
    lookedAt = now;
    for (String topic : topics) {
      try {
        offsets.counted(topic, partitionsFor(topic, Duration.ZERO).size());
      } catch (TimeoutException e) {
        // not known now
      }
    }
    offsets.sayWhetherItStandsBy();
  }

  // offsets at the end of a partition may belong to no record, as after a transaction
  private void passOver(TopicPartition partition) {
    PartitionProgress progress = offsets.find(partition);
    try {
      long position = position(partition, Duration.ZERO);
      if (progress != null && isWithinBounds(partition, position - 1)) {
        removed.look(partition, progress, position, System.nanoTime());
        progress.readTo(position);
      }
    } catch (TimeoutException e) {
      // not known yet
    }
  }

  private long beginning(TopicPartition partition) {
    try {
      return beginningOffsets(Set.of(partition), BEGINNING_PATIENCE).get(partition);
    } catch (TimeoutException e) {
      return -1;
    }
  }

  private List<ConsumerRecord<Object, Object>> fresh(
      TopicPartition partition, List<ConsumerRecord<Object, Object>> records) {
    PartitionProgress progress = offsets.find(partition);
    if (progress == null) { // dropped here, its records would be lost until it is assigned anew
      throw new KafkaException("nothing is known of what has ended in " + partition);
    }
    long first = records.get(0).offset();
    if (progress.isBefore(first)) {
      progress = startAnew(partition, first);
    }
    if (isWithinBounds(partition, first)) {
      removed.look(partition, progress, first, System.nanoTime());
    }
    List<ConsumerRecord<Object, Object>> fresh = new ArrayList<>(records.size());
    for (ConsumerRecord<Object, Object> record : records) {
      boolean isOurs = isWithinBounds(partition, record.offset());
      if (isOurs && isFullOfBytes()) {
        seek(partition, record.offset()); // it is read again when there is room
        break;
      }
      if (isOurs && progress.read(record.offset())) {
        progress.weigh(record.offset(), unbounded.contains(record.topic()) ? 0 : bytes(record));
        fresh.add(record);
      }
    }
    return fresh;
  }

  private static int bytes(ConsumerRecord<?, ?> record) {
    int bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    for (Header header : record.headers()) {
      bytes += header.value() == null ? 0 : header.value().length;
    }
    return bytes;
  }

  private boolean isFullOfBytes() {
    return topics.stream().mapToLong(offsets::openBytes).sum() >= MOST_OPEN_BYTES;
  }

  // what ended below belongs to the topic that was deleted
  private PartitionProgress startAnew(TopicPartition partition, long offset) {
    LOG.warn(
        "{} has been made anew: its records are taken from offset {} on, what was read of the old"
            + " topic ends as it stands",
        partition,
        offset);
    offsets.revoked(partition);
    PartitionProgress progress = new PartitionProgress(offset, null);
    offsets.assigned(partition, progress);
    offsets.end(partition, 0); // nothing of it stood there at the start
    return progress;
  }

  private boolean isWithinBounds(TopicPartition partition, long offset) {
    Long end = offsets.end(partition);
    return !onlyUpToStart.contains(partition.topic()) || end != null && offset < end;
  }

  // an id that had to stay is read again; what is in work or has ended is passed over
  private void rereadKept() {
    for (TopicPartition partition : assignment()) {
      PartitionProgress progress = offsets.find(partition);
      long kept = progress == null ? -1 : progress.takeKept(System.nanoTime());
      if (kept >= 0) {
        seek(partition, kept);
      }
    }
  }

  /** Pauses what has enough in work; whether all is paused and somebody may end soon. */
  private boolean pauseOrResume() {
    Set<TopicPartition> all = assignment();
    boolean full =
        topics.stream().anyMatch(topic -> !unbounded.contains(topic))
            && (topics.stream().mapToInt(offsets::open).sum() >= MOST_OPEN || isFullOfBytes());
    if (full) {
      pause(all);
      isPaused = true;
    } else if (isPaused && !stopping.getAsBoolean()) { // Camel pauses what is about to stop
      resume(paused());
      isPaused = false;
    }
    return full || isInWork();
  }

  // while something is in work polls are short, so that its end is committed soon
  private boolean isInWork() {
    return topics.stream().anyMatch(topic -> offsets.open(topic) > 0);
  }

  private void commitNow() {
    long now = System.nanoTime();
    if (now - committedAt < COMMIT_EVERY) {
      return;
    }
    committedAt = now;
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    for (TopicPartition partition : assignment()) {
      PartitionProgress progress = offsets.find(partition);
      if (progress != null && progress.takeDirty()) {
        commits.put(partition, progress.commit());
      }
    }
    if (!commits.isEmpty()) {
      commitAsync(
          commits,
          (done, failure) -> {
            if (failure != null) {
              LOG.debug("commit failed, the next one covers it", failure);
              done.keySet().stream().map(offsets::find).forEach(TrackingConsumer::commitAgain);
            }
          });
    }
  }

  // what is left of commits that are under way is covered by the last one
  @Override
  public void close() {
    close(CLOSE_PATIENCE);
  }

  private static void commitAgain(PartitionProgress progress) {
    if (progress != null) {
      progress.markDirty();
    }
  }
}
