package io.serproutes.kafka;

import io.serproutes.deliver.ParkedIds;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parked records by the time they are due; their values lie in a temporary file. Safe for use by
 * many threads.
 *
 * <p>A record takes 54 bytes of heap at most: 48 for its entry (12 of header, 4 + 4 + 4 + 4 + 8 + 8
 * of fields, in steps of 8) and 4 to 6 for the place in the queue, which grows by half. It takes 8
 * more for the moment in which the file is written anew, and 60 with references of 8 bytes.
 */
final class WaitingRecords {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-kafka");
  private static final int VALUES_TO_SPARE = 10_000;
  private static final int POSTPONE_SECONDS = 5;

  /** A record that is due; its value is null where it cannot be read here any more. */
  record Due(PartitionProgress progress, long offset, byte[] value) {}

  /** The value of a record that waits; null where it cannot be read. */
  record Value(long dueSecond, byte[] value) {}

  // seconds are unsigned: an int would end in 2038
  private static final class Waiting {

    private int second;
    private final int firstAsked;
    private final int hash;
    private final PartitionProgress progress;
    private final long offset;
    private long place;

    Waiting(
        long second,
        long firstAsked,
        int hash,
        PartitionProgress progress,
        long offset,
        long place) {
      this.second = (int) Math.max(second, 0);
      this.firstAsked = (int) Math.max(firstAsked, 0);
      this.hash = hash;
      this.progress = progress;
      this.offset = offset;
      this.place = place;
    }

    long dueSecond() {
      return Integer.toUnsignedLong(second);
    }

    long firstSecond() {
      return Integer.toUnsignedLong(firstAsked);
    }
  }

  private final Supplier<ValueFile> files;
  private final Map<PartitionProgress, Integer> counts = new HashMap<>();
  private final PriorityQueue<Waiting> queue =
      new PriorityQueue<>(Comparator.comparingLong(Waiting::dueSecond));
  private ValueFile values;
  private long mostValues;

  WaitingRecords() {
    this(ValueFile::new);
  }

  /** Records whose values lie in such files. */
  WaitingRecords(Supplier<ValueFile> files) {
    this.files = files;
    values = files.get();
  }

  /** How many wait that are not in another process. */
  synchronized int size() {
    int size = 0;
    for (Map.Entry<PartitionProgress, Integer> count : counts.entrySet()) {
      size += count.getKey().isElsewhere() ? 0 : count.getValue();
    }
    return size;
  }

  /**
   * Adds the record of an id.
   *
   * @param dueSecond when it is due, in seconds since 1970
   * @param firstSecond when the id was asked for first, likewise
   * @throws IOException where its value cannot be kept; then nothing was added
   */
  synchronized void add(
      long dueSecond,
      long firstSecond,
      TaskId id,
      PartitionProgress progress,
      long offset,
      byte[] value)
      throws IOException {
    if (!counts.containsKey(progress)) {
      forgetRevoked();
    }
    if (values.values() > Math.max(2L * queue.size() + VALUES_TO_SPARE, mostValues)) {
      forgetOldValues();
    }
    long place = values.append(value);
    queue.add(new Waiting(dueSecond, firstSecond, id.hashCode(), progress, offset, place));
    counts.merge(progress, 1, Integer::sum);
  }

  /**
   * Removes and returns the record that is due first; null where none is due by then. A record
   * whose end would not fit into a commit waits for lower ones of its partition.
   */
  synchronized Due poll(long nowSecond) {
    Due due = null;
    for (Waiting first; due == null && (first = firstDue(nowSecond)) != null; ) {
      PartitionProgress of = first.progress;
      boolean isOurs = !of.isElsewhere();
      if (isOurs && !of.fitsIntoCommit(first.offset)) {
        queue.remove();
        first.second = (int) nowSecond + POSTPONE_SECONDS;
        queue.add(first);
        continue;
      }
      due = isOurs ? new Due(of, first.offset, read(first.place)) : null;
      queue.remove();
      counts.merge(of, -1, Integer::sum);
    }
    values.forgetIfEmpty(queue.size());
    return due;
  }

  /**
   * Makes the records of these ids due at once, and returns the ids. Looks at all records, and
   * reads the values of those that may be meant.
   *
   * @param idOf the id in a value; null where there is none
   */
  synchronized Set<TaskId> wake(Set<TaskId> ids, Function<byte[], TaskId> idOf) {
    Set<Integer> hashes = ids.stream().map(TaskId::hashCode).collect(Collectors.toSet());
    Set<TaskId> woken = new HashSet<>();
    Set<Waiting> those = new HashSet<>();
    for (Waiting one : queue) {
      if (hashes.contains(one.hash) && !one.progress.isElsewhere()) {
        TaskId id = idOf.apply(read(one.place));
        if (id != null && ids.contains(id)) {
          woken.add(id);
          those.add(one);
        }
      }
    }
    queue.removeIf(those::contains);
    those.forEach(one -> one.second = 0);
    queue.addAll(those);
    return woken;
  }

  /** When the first of them is due, in seconds since 1970; null where none waits. */
  synchronized Long nextSecond() {
    Waiting first = queue.peek();
    return first == null ? null : first.dueSecond();
  }

  /**
   * When the first of their ids was asked for, in seconds since 1970; null where none waits. Looks
   * at all records.
   */
  synchronized Long oldestSecond() {
    return queue.stream()
        .filter(one -> !one.progress.isElsewhere())
        .map(Waiting::firstSecond)
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** The values of those that are due first, in this order, at most so many. Looks at all. */
  synchronized List<Value> first(int most) {
    Stream<Waiting> ours = queue.stream().filter(one -> !one.progress.isElsewhere());
    return ParkedIds.least(ours, most, queue.comparator()).stream()
        .map(one -> new Value(one.dueSecond(), read(one.place)))
        .toList();
  }

  private Waiting firstDue(long nowSecond) {
    Waiting first = queue.peek();
    return first == null || first.dueSecond() > nowSecond ? null : first;
  }

  private byte[] read(long place) {
    try {
      return values.read(place);
    } catch (IOException e) {
      LOG.debug("a value cannot be read", e);
      return null;
    }
  }

  // records of partitions that were revoked wait in another process
  private void forgetRevoked() {
    if (counts.keySet().removeIf(PartitionProgress::isElsewhere)) {
      queue.removeIf(waiting -> !counts.containsKey(waiting.progress));
    }
  }

  // some ids are always parked, so that the file never becomes empty by itself
  private void forgetOldValues() throws IOException {
    ValueFile fresh = files.get();
    long[] places = new long[queue.size()];
    try {
      int next = 0;
      for (Waiting one : queue) {
        places[next++] = fresh.append(values.read(one.place));
      }
    } catch (IOException e) {
      LOG.debug("the values stay where they are", e);
      fresh.close();
      mostValues = values.values() + VALUES_TO_SPARE;
      return;
    }
    values.close();
    values = fresh;
    int next = 0;
    for (Waiting one : queue) { // in the same order
      one.place = places[next++];
    }
    mostValues = 0;
  }
}
