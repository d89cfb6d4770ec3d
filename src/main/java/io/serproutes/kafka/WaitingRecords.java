package io.serproutes.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Parked records by the time they are due; their values lie in a temporary file. Safe for use by
 * many threads.
 *
 * <p>A record takes 46 bytes of heap at most: 40 for its entry (12 of header, 4 + 4 + 8 + 8 of
 * fields, in steps of 8) and 4 for the place in the queue, which grows by half. It takes twice that
 * for the moment in which the file is written anew, and 60 with references of 8 bytes.
 */
final class WaitingRecords {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-kafka");
  private static final int VALUES_TO_SPARE = 10_000;
  private static final int POSTPONE_SECONDS = 5;

  /** A record that is due; its value is null where it cannot be read here any more. */
  record Due(PartitionProgress progress, long offset, byte[] value) {}

  // the second is unsigned: an int would end in 2038
  private record Waiting(int second, PartitionProgress progress, long offset, long place) {

    long dueSecond() {
      return Integer.toUnsignedLong(second);
    }
  }

  private final Supplier<ValueFile> files;
  private final Map<PartitionProgress, Integer> counts = new HashMap<>();
  private PriorityQueue<Waiting> queue = newQueue();
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

  private static PriorityQueue<Waiting> newQueue() {
    return new PriorityQueue<>(Comparator.comparingLong(Waiting::dueSecond));
  }

  /** How many wait whose partition is ours. */
  synchronized int size() {
    int size = 0;
    for (Map.Entry<PartitionProgress, Integer> count : counts.entrySet()) {
      size += count.getKey().isClosed() ? 0 : count.getValue();
    }
    return size;
  }

  /**
   * Adds a record.
   *
   * @throws IOException where its value cannot be kept; then nothing was added
   */
  synchronized void add(long dueSecond, PartitionProgress progress, long offset, byte[] value)
      throws IOException {
    if (!counts.containsKey(progress)) {
      forgetRevoked();
    }
    if (values.values() > Math.max(2L * queue.size() + VALUES_TO_SPARE, mostValues)) {
      forgetOldValues();
    }
    queue.add(new Waiting((int) dueSecond, progress, offset, values.append(value)));
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
      boolean isOurs = !of.isClosed();
      if (isOurs && !of.fitsIntoCommit(first.offset)) {
        queue.remove();
        int later = (int) nowSecond + POSTPONE_SECONDS;
        queue.add(new Waiting(later, of, first.offset, first.place));
        continue;
      }
      due = isOurs ? new Due(of, first.offset, read(first.place)) : null;
      queue.remove();
      counts.merge(of, -1, Integer::sum);
    }
    values.forgetIfEmpty(queue.size());
    return due;
  }

  /** When the first of them is due, in seconds since 1970; null where none waits. */
  synchronized Long nextSecond() {
    Waiting first = queue.peek();
    return first == null ? null : first.dueSecond();
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
    if (counts.keySet().removeIf(PartitionProgress::isClosed)) {
      queue.removeIf(waiting -> !counts.containsKey(waiting.progress));
    }
  }

  // some ids are always parked, so that the file never becomes empty by itself
  private void forgetOldValues() throws IOException {
    ValueFile fresh = files.get();
    List<Waiting> moved = new ArrayList<>(queue.size());
    try {
      for (Waiting one : queue) {
        long place = fresh.append(values.read(one.place));
        moved.add(new Waiting(one.second, one.progress, one.offset, place));
      }
    } catch (IOException e) {
      LOG.debug("the values stay where they are", e);
      fresh.close();
      mostValues = values.values() + VALUES_TO_SPARE;
      return;
    }
    values.close();
    values = fresh;
    queue = newQueue();
    queue.addAll(moved);
    mostValues = 0;
  }
}
