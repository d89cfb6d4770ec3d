package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.ConsumerRecords;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.WakeupException;
import org.apache.kafka.common.header.Header;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A consumer of one topic that continues to read while records are in work, and commits up to the
 * lowest that has not ended; the commit's metadata says what has ended above it.
 *
 * <p>Everything is done on the polling thread. When enough records are in work, the partitions are
 * paused: polling, and so the membership in the group, continues however long the work takes. When
 * a partition is revoked, calls in flight get a few seconds to end; what has ended is committed,
 * and nothing afterwards.
 */
final class TrackingConsumer extends KafkaConsumer<Object, Object> {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final long COMMIT_EVERY = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long LOOK_EVERY = TimeUnit.SECONDS.toNanos(1);
  private static final long ENDS_EVERY = TimeUnit.SECONDS.toNanos(5);
  private static final Duration ENDS_TIMEOUT = Duration.ofSeconds(1);
  private static final Duration SHORT_POLL = Duration.ofMillis(20);
  private static final Duration BEGINNING_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(3);
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int MOST_OPEN = 1000;
  private static final long MOST_OPEN_BYTES =
      Math.min(Runtime.getRuntime().maxMemory() / 16, 32 << 20);

  private final String topic;
  private final AssignedPartitions offsets;
  private final boolean onlyUpToStart;
  private final boolean unbounded;
  private final BooleanSupplier busy;
  private final BooleanSupplier stopping;
  private final Transactions transactions;
  private final Function<Collection<TopicPartition>, Map<TopicPartition, Long>> ends;
  private final FailedPolls failures;
  private final RemovedRecords removed = new RemovedRecords(this::beginning);
  private final Map<TopicPartition, Long> farAhead = new HashMap<>(); // where they go on
  private boolean isPaused;
  private boolean isSuspended; // by Camel, with its route or for its end
  private String commitFailure; // as it was told; null: none
  private long committedAt = System.nanoTime();
  private long lookedAt = committedAt;
  private long askedForEndsAt = committedAt - ENDS_EVERY;

  /**
   * A consumer that keeps its progress in {@code offsets}.
   *
   * @param onlyUpToStart whether only what was in the topic when the program started is read
   * @param unbounded whether records cost next to nothing while they wait
   * @param busy whether whoever takes the records has enough of them
   * @param stopping whether calls have had their time to end before the partitions are revoked
   * @param transactions commit in its place, where they are on
   * @param ends where partitions end, open transactions included; null where it sees these itself
   * @param failures those of the topic's consumers, as each of them ends with one
   */
  TrackingConsumer(
      Map<String, Object> properties,
      String topic,
      AssignedPartitions offsets,
      boolean onlyUpToStart,
      boolean unbounded,
      BooleanSupplier busy,
      BooleanSupplier stopping,
      Transactions transactions,
      Function<Collection<TopicPartition>, Map<TopicPartition, Long>> ends,
      FailedPolls failures) {
    super(properties);
    this.topic = topic;
    this.offsets = offsets;
    this.onlyUpToStart = onlyUpToStart;
    this.unbounded = unbounded;
    this.busy = busy;
    this.stopping = stopping;
    this.transactions = transactions;
    this.ends = ends == null ? this::endOffsets : ends;
    this.failures = failures;
  }

  @Override
  public void subscribe(Collection<String> topics, ConsumerRebalanceListener listener) {
    if (!topics.equals(List.of(topic))) {
      throw new IllegalArgumentException(topics + " are not the one topic " + topic);
    }
    offsets.forget(topic);
    offsets.joining(topic);
    super.subscribe(
        topics, new Rebalance(this, topic, offsets, stopping, transactions, ends, listener));
  }

  // as Camel does for a route that is resumed: to what is committed
  @Override
  public void seek(TopicPartition partition, long offset) {
    super.seek(partition, offset);
    PartitionProgress progress = offsets.find(partition);
    if (progress != null) {
      progress.rereadFrom(offset);
    }
  }

  @Override
  public void pause(Collection<TopicPartition> partitions) {
    isSuspended = true;
    super.pause(partitions);
  }

  @Override
  public void resume(Collection<TopicPartition> partitions) {
    isSuspended = false;
    super.resume(partitions);
  }

  @Override
  public ConsumerRecords<Object, Object> poll(Duration timeout) {
    try {
      return read(timeout);
    } catch (WakeupException | InterruptException e) {
      throw e; // Camel stops
    } catch (RuntimeException e) {
      FatalErrors.report(e); // it may be what ended the heartbeat's thread; Camel would poll again
      throw failures.tell(e);
    } catch (Error e) {
      FatalErrors.report(e);
      throw e;
    }
  }

  private ConsumerRecords<Object, Object> read(Duration timeout) {
    if (!transactions.areOn()) {
      commitNow();
    }
    lookAtShare();
    lookAtEnds();
    rereadKept();
    boolean wait = pauseOrResume();
    ConsumerRecords<Object, Object> records = super.poll(wait ? SHORT_POLL : timeout);
    if (transactions.areOn()) {
      offsets.member(topic, groupMetadata());
    }
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

  // partitions may be added, and another member may learn of them first
  private void lookAtShare() {
    long now = System.nanoTime();
    if (now - lookedAt < LOOK_EVERY) {
      return;
    }
    lookedAt = now;
    try {
      offsets.counted(topic, partitionsFor(topic, Duration.ZERO).size());
    } catch (TimeoutException e) {
      // not known now
    }
    offsets.logStandBy();
  }

  // asked for, since no record tells of it while the partitions are paused
  private void lookAtEnds() {
    long now = System.nanoTime();
    if (now - askedForEndsAt < ENDS_EVERY) {
      return;
    }
    askedForEndsAt = now;
    try {
      for (var end : endOffsets(assignment(), ENDS_TIMEOUT).entrySet()) {
        PartitionProgress progress = offsets.find(end.getKey());
        if (progress != null) {
          progress.noteEnd(end.getValue());
        }
      }
    } catch (TimeoutException e) {
      // not known now
    }
  }

  // offsets at the end of a partition may belong to no record, as after a transaction
  private void passOver(TopicPartition partition) {
    PartitionProgress progress = offsets.find(partition);
    long position = knownPosition(partition);
    if (progress == null || position < 0) {
      return;
    }
    if (progress.isBefore(position)) { // its first record may come after a stop
      progress = startAnew(partition, position);
    }
    long read = onlyUpToStart ? offsets.upToEnd(partition, position) : position;
    removed.look(partition, progress, read, System.nanoTime());
    progress.readTo(read);
  }

  private long knownPosition(TopicPartition partition) {
    try {
      return position(partition, Duration.ZERO);
    } catch (TimeoutException e) {
      return -1;
    }
  }

  private long beginning(TopicPartition partition) {
    try {
      return beginningOffsets(Set.of(partition), BEGINNING_TIMEOUT).get(partition);
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
      if (isOurs && mustWait(progress, record.offset())) {
        seek(partition, record.offset());
        super.pause(Set.of(partition));
        farAhead.put(partition, record.offset());
        break;
      }
      if (isOurs && progress.read(record.offset())) {
        progress.weigh(record.offset(), unbounded ? 0 : bytes(record));
        fresh.add(record);
      }
    }
    return fresh;
  }

  // a transaction has to tell that it has ended; those that are parked are asked for later
  private boolean mustWait(PartitionProgress progress, long offset) {
    return transactions.areOn() && !unbounded && !progress.fitsIntoCommit(offset);
  }

  private void resumeThoseThatFit() {
    farAhead.keySet().retainAll(assignment());
    farAhead
        .entrySet()
        .removeIf(
            one -> {
              PartitionProgress progress = offsets.find(one.getKey());
              return progress == null || !mustWait(progress, one.getValue());
            });
  }

  private static int bytes(ConsumerRecord<?, ?> record) {
    int bytes = Math.max(0, record.serializedKeySize()) + Math.max(0, record.serializedValueSize());
    for (Header header : record.headers()) {
      bytes += header.value() == null ? 0 : header.value().length;
    }
    return bytes;
  }

  private boolean isFullOfBytes() {
    return offsets.openBytes(topic) >= MOST_OPEN_BYTES;
  }

  // what ended below was in the topic that was deleted
  private PartitionProgress startAnew(TopicPartition partition, long offset) {
    LOG.warn(
        "{} was deleted and created again: reading starts at offset {}; ids that were read from the"
            + " old topic are delivered as usual",
        partition,
        offset);
    offsets.find(partition).noteDeleted();
    offsets.revoked(partition);
    PartitionProgress progress = new PartitionProgress(offset, null);
    offsets.assigned(partition, progress);
    offsets.end(partition, 0); // it was empty at the start
    // else a later start would take the offset of the old topic for one of this
    commitSync(Map.of(partition, new OffsetAndMetadata(offset)), COMMIT_TIMEOUT);
    return progress;
  }

  private boolean isWithinBounds(TopicPartition partition, long offset) {
    Long end = offsets.end(partition);
    return !onlyUpToStart || end != null && offset < end;
  }

  // a record that was kept is read again; those in work or ended are skipped
  private void rereadKept() {
    for (TopicPartition partition : assignment()) {
      PartitionProgress progress = offsets.find(partition);
      long kept = progress == null ? -1 : progress.takeKept(System.nanoTime());
      if (kept >= 0) {
        seek(partition, kept);
        if (farAhead.remove(partition) != null) {
          super.resume(Set.of(partition)); // what it waits for may be what was kept
        }
      }
    }
  }

  /** Pauses while enough is in work; whether the next poll is to be short. */
  private boolean pauseOrResume() {
    boolean waits = !farAhead.isEmpty();
    resumeThoseThatFit();
    Set<TopicPartition> all = assignment();
    boolean full =
        !unbounded && (offsets.open(topic) >= MOST_OPEN || isFullOfBytes() || busy.getAsBoolean());
    if (full || isSuspended) {
      super.pause(all);
      isPaused = true;
    } else if (isPaused || waits) {
      Set<TopicPartition> some = new HashSet<>(paused());
      some.removeAll(farAhead.keySet());
      super.resume(some);
      isPaused = false;
    }
    // while something is in work polls are short, so that its end is committed soon
    return full || offsets.open(topic) > 0;
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
            sayCommit(failure);
            done.forEach((partition, commit) -> noteCommit(partition, commit, failure == null));
          });
    }
  }

  private void sayCommit(Exception failure) {
    if (failure == null) {
      commitFailure = null;
      return;
    }
    LOG.debug("a commit failed; the next one includes it", failure);
    String words = KafkaFailures.inWords(failure);
    if (KafkaFailures.isLasting(failure) && !words.equals(commitFailure)) {
      commitFailure = words;
      LOG.warn(
          "the group's progress in {} cannot be committed ({}): work goes on and this is tried again,"
              + " but after a restart what has ended meanwhile is asked for again",
          topic,
          words);
    }
  }

  // for the group to be left; all commits have been made before
  @Override
  public void close() {
    try {
      close(CLOSE_TIMEOUT);
    } catch (KafkaException e) {
      LOG.debug("the consumer of {} is closed without its broker", topic, e);
    }
  }

  private void noteCommit(TopicPartition partition, OffsetAndMetadata commit, boolean isDone) {
    PartitionProgress progress = offsets.find(partition);
    if (progress != null) {
      progress.noteCommit(commit, isDone);
    }
  }
}
