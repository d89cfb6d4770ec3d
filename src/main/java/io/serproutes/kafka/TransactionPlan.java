package io.serproutes.kafka;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * What one transaction holds: parts, and the offsets that hold once these have ended.
 *
 * <p>A partition belongs to a process as long as its progress is open, and to the next one in a
 * later generation of the group. So the membership is looked up first, and then what is open: by a
 * membership of that moment the broker refuses what has gone to another process since.
 */
final class TransactionPlan {

  private final List<TransactionPart> parts = new ArrayList<>();
  private final List<TransactionPart> withoutGroup = new ArrayList<>();
  private final Map<String, Map<TopicPartition, OffsetAndMetadata>> commits = new TreeMap<>();
  private final Map<TopicPartition, PartitionProgress> progress = new HashMap<>();
  private final Map<String, ConsumerGroupMetadata> members;

  /** A plan for these parts and for what else has ended; parts of lost partitions are left. */
  TransactionPlan(List<TransactionPart> given, AssignedPartitions offsets) {
    members = offsets.members();
    Map<PartitionProgress, TopicPartition> open = offsets.open();
    Map<PartitionProgress, List<TransactionPart>> ending = new HashMap<>();
    for (TransactionPart part : given) {
      RecordInWork origin = part.origin();
      if (hasNoOffset(part)) {
        parts.add(part);
      } else if (!open.containsKey(origin.progress())) {
        part.leave();
      } else if (!members.containsKey(open.get(origin.progress()).topic())) {
        withoutGroup.add(part);
      } else {
        ending.computeIfAbsent(origin.progress(), key -> new ArrayList<>()).add(part);
      }
    }
    open.forEach((one, partition) -> add(partition, one, ending.getOrDefault(one, List.of())));
  }

  private void add(TopicPartition partition, PartitionProgress one, List<TransactionPart> ending) {
    if (!members.containsKey(partition.topic())) {
      return;
    }
    OffsetAndMetadata commit =
        one.commitWith(ending.stream().map(part -> part.origin().offset()).toList());
    if (commit != null) {
      commits.computeIfAbsent(partition.topic(), key -> new HashMap<>()).put(partition, commit);
      progress.put(partition, one);
      parts.addAll(ending);
    } else { // closed at this moment, where there is any
      ending.forEach(TransactionPart::leave);
    }
  }

  /** Whether there is nothing to be committed. */
  boolean isEmpty() {
    return parts.isEmpty() && commits.isEmpty();
  }

  List<TransactionPart> parts() {
    return parts;
  }

  /** Parts of a topic whose group this process is joining. */
  List<TransactionPart> withoutGroup() {
    return withoutGroup;
  }

  Set<String> topicsOfIds() {
    return commits.keySet();
  }

  /** The membership by which the offsets of a topic are committed. */
  ConsumerGroupMetadata member(String topic) {
    return members.get(topic);
  }

  /** The offsets of the partitions of a topic. */
  Map<TopicPartition, OffsetAndMetadata> commits(String topic) {
    return commits.getOrDefault(topic, Map.of());
  }

  /** Ends all parts and their records: the transaction is committed. */
  void committed() {
    parts.forEach(TransactionPart::committed);
    noteCommits(true);
  }

  /** Notes that nothing of it is committed. */
  void failed() {
    noteCommits(false);
  }

  private void noteCommits(boolean isDone) {
    progress.forEach(
        (partition, one) -> one.noteCommit(commits.get(partition.topic()).get(partition), isDone));
  }

  /**
   * Ends the parts that were committed, and leaves those that another process has now.
   *
   * @param known what the group knows, once no transaction is open any more
   * @return parts that were not committed and are still ours
   */
  List<TransactionPart> resolve(Map<TopicPartition, OffsetAndMetadata> known) {
    Map<PartitionProgress, OffsetAndMetadata> committed = new HashMap<>();
    progress.forEach((partition, one) -> committed.put(one, known.get(partition)));
    failed(); // committed again, whatever is known
    boolean isCommitted =
        parts.stream().anyMatch(part -> isOurs(part) && hasEnded(part, committed));
    List<TransactionPart> again = new ArrayList<>();
    for (TransactionPart part : parts) {
      if (hasNoOffset(part) ? isCommitted : hasEnded(part, committed)) {
        part.committed();
      } else if (hasNoOffset(part) || isOurs(part)) {
        again.add(part);
      } else {
        part.leave();
      }
    }
    return again;
  }

  // nobody else has such an id
  private static boolean hasNoOffset(TransactionPart part) {
    return part.origin() == null || part.origin().progress().isDeleted();
  }

  // else the next owner may have ended its record
  private static boolean isOurs(TransactionPart part) {
    return part.origin() != null && !part.origin().progress().isClosed();
  }

  private static boolean hasEnded(
      TransactionPart part, Map<PartitionProgress, OffsetAndMetadata> committed) {
    return part.origin().hasEnded(committed.get(part.origin().progress()));
  }
}
