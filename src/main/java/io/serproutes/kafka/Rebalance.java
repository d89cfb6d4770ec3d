package io.serproutes.kafka;

import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.WakeupException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps the progress in step with the group, and calls Camel's own listener. When a partition is
 * revoked, calls in flight get a few seconds to end; what has ended is committed, and nothing
 * afterwards. Called on the polling thread.
 */
final class Rebalance implements ConsumerRebalanceListener {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final long REVOKE_NANOS = TimeUnit.SECONDS.toNanos(5);
  private static final long STOP_NANOS = TimeUnit.SECONDS.toNanos(1);
  private static final Duration COMMIT_TIMEOUT = Duration.ofSeconds(3);

  // the brokers look for transactions that have had their time every 10 s
  private static final Duration STABLE_TIMEOUT = Duration.ofSeconds(40);

  private final Consumer<?, ?> consumer;
  private final String topic;
  private final AssignedPartitions offsets;
  private final BooleanSupplier stopping;
  private final Transactions transactions;
  private final Function<Collection<TopicPartition>, Map<TopicPartition, Long>> ends;
  private final ConsumerRebalanceListener next;

  Rebalance(
      Consumer<?, ?> consumer,
      String topic,
      AssignedPartitions offsets,
      BooleanSupplier stopping,
      Transactions transactions,
      Function<Collection<TopicPartition>, Map<TopicPartition, Long>> ends,
      ConsumerRebalanceListener next) {
    this.consumer = consumer;
    this.topic = topic;
    this.offsets = offsets;
    this.stopping = stopping;
    this.transactions = transactions;
    this.ends = ends;
    this.next = next;
  }

  @Override
  public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
    noteMembership();
    Map<TopicPartition, OffsetAndMetadata> committed = committed(Set.copyOf(partitions));
    noteEnds();
    for (TopicPartition partition : partitions) {
      OffsetAndMetadata known = committed.get(partition);
      long from = known == null ? consumer.position(partition) : known.offset();
      String above = known == null ? null : known.metadata();
      offsets.assigned(partition, new PartitionProgress(from, above));
    }
    offsets.share(topic, consumer.partitionsFor(topic).size());
    offsets.logChange(topic, "assigned", partitions);
    next.onPartitionsAssigned(partitions);
  }

  // known only when no transaction is open: that of a process that was killed has its time
  private Map<TopicPartition, OffsetAndMetadata> committed(Set<TopicPartition> partitions) {
    return transactions.areOn()
        ? consumer.committed(partitions, STABLE_TIMEOUT)
        : consumer.committed(partitions);
  }

  // of all partitions, since those of others may move here; one that is added later was empty
  private void noteEnds() {
    List<TopicPartition> unknown =
        consumer.partitionsFor(topic).stream()
            .map(partition -> new TopicPartition(topic, partition.partition()))
            .filter(partition -> offsets.end(partition) == null)
            .toList();
    if (offsets.hasJoined(topic)) {
      unknown.forEach(partition -> offsets.end(partition, 0));
    } else {
      ends.apply(unknown).forEach(offsets::end);
    }
  }

  @Override
  public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
    offsets.rebalancing(topic);
    next.onPartitionsRevoked(partitions);
    noteMembership(); // of the generation that gives them up
    Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
    for (TopicPartition partition : partitions) {
      PartitionProgress progress = offsets.find(partition);
      if (progress != null) {
        progress.drop();
      }
    }
    offsets.dropUnwanted();
    awaitCalls(partitions);
    awaitTransaction();
    for (TopicPartition partition : partitions) {
      PartitionProgress progress = offsets.revoked(partition);
      OffsetAndMetadata commit = progress == null ? null : progress.commit();
      if (commit != null && !progress.isCommitted(commit)) {
        commits.put(partition, commit);
      }
    }
    if (transactions.areOn()) {
      awaitTransaction(); // one that was begun before they were closed may hold some of them
    } else if (!commits.isEmpty()) {
      commit(commits);
    }
    offsets.share();
    if (!stopping.getAsBoolean()) {
      offsets.logChange(topic, "revoked", partitions);
    }
  }

  private void commit(Map<TopicPartition, OffsetAndMetadata> commits) {
    try {
      try {
        consumer.commitSync(commits, COMMIT_TIMEOUT);
      } catch (WakeupException e) {
        consumer.commitSync(commits, COMMIT_TIMEOUT); // the wake-up was for the poll
      }
    } catch (KafkaException e) {
      LOG.warn(
          "{}: the last records that ended could not be committed; the next owner of partitions {}"
              + " reads them again",
          topic,
          AssignedPartitions.compact(commits.keySet()));
      LOG.debug("not committed: {}", commits, e);
    }
  }

  private void noteMembership() {
    if (transactions.areOn()) {
      offsets.member(topic, consumer.groupMetadata());
    }
  }

  private void awaitTransaction() {
    if (transactions.areOn()) {
      transactions.await(COMMIT_TIMEOUT.toNanos());
    }
  }

  private void awaitCalls(Collection<TopicPartition> partitions) {
    long start = System.nanoTime();
    long nanos = stopping.getAsBoolean() ? STOP_NANOS : REVOKE_NANOS;
    for (TopicPartition partition : partitions) {
      PartitionProgress progress = offsets.find(partition);
      if (progress != null) {
        progress.awaitCalls(nanos - (System.nanoTime() - start));
      }
    }
  }

  @Override
  public void onPartitionsLost(Collection<TopicPartition> partitions) {
    offsets.rebalancing(topic);
    partitions.stream()
        .map(offsets::revoked)
        .filter(Objects::nonNull)
        .forEach(PartitionProgress::drop);
    offsets.dropUnwanted();
    offsets.share();
    offsets.logChange(topic, "lost", partitions);
    next.onPartitionsLost(partitions);
  }
}
