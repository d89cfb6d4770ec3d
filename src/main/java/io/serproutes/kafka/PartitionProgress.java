package io.serproutes.kafka;

import io.serproutes.kafka.EndedOffsets.Ended;
import java.util.BitSet;
import java.util.Collection;
import java.util.HashMap;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

/**
 * Which records of one partition have ended, one bit a record above the lowest that has not, and
 * which ids of those that hold several.
 *
 * <p>Valid for one assignment: after {@link #close} nothing is noted any more, so that nothing is
 * committed for a partition that belongs to another process. Safe for use by many threads.
 */
final class PartitionProgress {

  private static final int DROP_AT = 1 << 16;
  private static final int SMALL = 1024;

  private final BitSet handedOut = new BitSet();
  private final BitSet ended = new BitSet();
  private long base;
  private long next;
  private long end;
  // the lowest offset of the next record; below next while reading again
  private long resumesAt;
  private final KeptRecords kept = new KeptRecords();
  private final SortedMap<Long, BitSet> endedIds = new TreeMap<>();
  private final Map<Long, Integer> sizes = new HashMap<>(); // of large records in work
  private long openBytes;
  private int open;
  private int parked;
  private long handedOutInAll;
  private long parkedInAll;
  private OffsetAndMetadata committed;
  private boolean dirty;
  private boolean closed;
  private boolean deleted;
  private volatile boolean dropped;

  /**
   * The progress from a committed offset on.
   *
   * @param from the committed offset: the lowest offset that has not ended
   * @param endedAbove the commit's metadata, which says what ended above it; null where nothing was
   *     committed
   */
  PartitionProgress(long from, String endedAbove) {
    base = from;
    next = from;
    resumesAt = from;
    committed = new OffsetAndMetadata(from, endedAbove == null ? "" : endedAbove);
    Ended told = EndedOffsets.decode(endedAbove);
    ended.or(told.records());
    told.ids().forEach((record, ids) -> endedIds.put(from + record, ids));
  }

  /**
   * Notes that a record has been read.
   *
   * @return whether it is new: neither in work already nor ended before
   */
  synchronized boolean read(long offset) {
    readTo(offset);
    next = Math.max(next, offset + 1);
    resumesAt = offset + 1;
    kept.readTo(offset + 1, next);
    if (offset < base || ended.get(at(offset)) || handedOut.get(at(offset))) {
      return false;
    }
    handedOut.set(at(offset));
    open++;
    handedOutInAll++;
    return true;
  }

  /**
   * Notes that everything below has been read. Offsets without a record count as ended: removed by
   * compaction or by age, or marks of transactions.
   */
  synchronized void readTo(long position) {
    kept.readTo(position, next);
    BitSet gone = gone(position);
    if (!gone.isEmpty()) {
      ended.or(gone);
      endedIds.tailMap(base).keySet().removeIf(offset -> gone.get(at(offset)));
      dirty = true;
      moveBase();
    }
    long from = Math.max(next, base);
    if (position <= from) {
      return;
    }
    dirty = true;
    next = position;
    if (committable() >= from) {
      shift(position - base); // nothing is left below, so that the gap may be of any length
    } else {
      ended.set(at(from), at(position));
      moveBase();
    }
  }

  // kept, and no longer there when it was their turn to be read again
  private BitSet gone(long position) {
    BitSet gone = new BitSet();
    long from = Math.max(resumesAt, base);
    long to = Math.min(position, next);
    if (from < to) {
      gone.set(at(from), at(to));
      gone.andNot(ended);
      gone.andNot(handedOut);
    }
    return gone;
  }

  /**
   * How many offsets below one have neither been read nor had ended before, or were kept and are
   * passed over now.
   */
  synchronized long unread(long below) {
    long kept = gone(below).cardinality();
    long from = Math.max(next, base);
    if (below <= from) {
      return kept;
    }
    int first = (int) Math.min(from - base, ended.length());
    int end = (int) Math.min(below - base, ended.length());
    return kept + below - from - ended.get(first, end).cardinality();
  }

  /** Notes that all ids of a record have ended, or that one of them has to be kept. */
  synchronized void settle(long offset, boolean isEnded) {
    if (closed || offset < base || !handedOut.get(at(offset))) {
      return;
    }
    handedOut.clear(at(offset));
    open--;
    Integer size = sizes.remove(offset);
    openBytes -= size == null ? 0 : size;
    notifyAll();
    if (isEnded) {
      ended.set(at(offset));
      endedIds.remove(offset);
      dirty = true;
      moveBase();
    } else {
      kept.add(offset);
    }
  }

  /**
   * Notes how much memory a record takes while it is in work. Small ones are not counted: the
   * number of records is bounded.
   */
  synchronized void weigh(long offset, int bytes) {
    if (offset >= base && handedOut.get(at(offset))) {
      boolean isLarge = bytes > SMALL;
      Integer before = isLarge ? sizes.put(offset, bytes) : sizes.remove(offset);
      openBytes += (isLarge ? bytes : 0) - (before == null ? 0 : before);
    }
  }

  /** Bytes that large records in work take. */
  synchronized long openBytes() {
    return openBytes;
  }

  /** Notes that one of several ids of a record has ended. */
  synchronized void settleId(long offset, int id) {
    if (!closed && offset >= base && handedOut.get(at(offset))) {
      endedIds.computeIfAbsent(offset, key -> new BitSet()).set(id);
      dirty = true;
    }
  }

  /** The ids of a record that are known to have ended, by their place in it. */
  synchronized BitSet endedIds(long offset) {
    BitSet ids = endedIds.get(offset);
    return ids == null ? new BitSet() : (BitSet) ids.clone();
  }

  /** Notes that a record cannot be parked now and has to be read again. */
  synchronized void cannotPark(long offset) {
    handedOutInAll--;
    settle(offset, false);
  }

  /** Whether a commit has room to say that this record has ended, whatever is open below it. */
  synchronized boolean fitsIntoCommit(long offset) {
    return deleted || offset - committable() < EndedOffsets.ALWAYS_TOLD;
  }

  /** Notes that one of the records in work waits until it is due. */
  synchronized void park() {
    parked++;
    parkedInAll++;
    notifyAll();
  }

  /** Whether every record that was read has been parked once. */
  synchronized boolean areAllParked() {
    return handedOutInAll == parkedInAll && kept.isEmpty();
  }

  /** Notes that one of the parked records is in work again. */
  synchronized void unpark() {
    parked--;
  }

  private int at(long offset) {
    return Math.toIntExact(offset - base);
  }

  // bits below the base are dropped in large steps: a shift copies what is left
  private void moveBase() {
    int first = ended.nextClearBit(0);
    if (first > 0 && (first >= DROP_AT || first == ended.length())) {
      shift(first);
    }
  }

  private void shift(long offsets) {
    shift(ended, offsets);
    shift(handedOut, offsets);
    base += offsets;
    endedIds.headMap(base).clear();
  }

  private static void shift(BitSet bits, long count) {
    int from = (int) Math.min(count, bits.length());
    BitSet kept = bits.get(from, bits.length());
    bits.clear();
    bits.or(kept);
  }

  /** Whether a record at this offset can only be of a topic that was deleted and created again. */
  synchronized boolean isBefore(long offset) {
    return offset < resumesAt;
  }

  /** Whether everything below an offset has been read or had ended before. */
  synchronized boolean isReadUpTo(long offset) {
    return next >= offset || base + ended.nextClearBit(0) >= offset;
  }

  /** Notes where the partition ends now. */
  synchronized void noteEnd(long offset) {
    end = offset;
  }

  /** How many offsets from the lowest that has not ended to the end of the partition. */
  synchronized long lag() {
    return Math.max(0, end - committable());
  }

  /** The lowest offset that has not ended. */
  synchronized long committable() {
    return base + ended.nextClearBit(0);
  }

  // what has ended above the committable one
  private String endedAbove() {
    int first = ended.nextClearBit(0);
    SortedMap<Integer, BitSet> ids = new TreeMap<>();
    endedIds.tailMap(base + first).forEach((offset, of) -> ids.put(at(offset) - first, of));
    BitSet above = ended.get(first, Math.max(first, ended.length()));
    return EndedOffsets.encode(new Ended(above, ids));
  }

  /**
   * What is to be committed: offset and metadata of one moment. Metadata counts from its offset, so
   * that of a later moment would name records that have not ended.
   */
  synchronized OffsetAndMetadata commit() {
    return new OffsetAndMetadata(committable(), endedAbove());
  }

  /**
   * What a transaction is to commit, as if these records had ended, which they do with it.
   *
   * @return null where the group knows as much already, or the assignment is over
   */
  synchronized OffsetAndMetadata commitWith(Collection<Long> ending) {
    if (closed || !dirty && ending.isEmpty()) {
      return null;
    }
    BitSet before = (BitSet) ended.clone();
    ending.stream().filter(offset -> offset >= base).forEach(offset -> ended.set(at(offset)));
    OffsetAndMetadata commit = commit();
    ended.clear();
    ended.or(before);
    dirty = false;
    return ending.isEmpty() && commit.equals(committed) ? null : commit;
  }

  /** Whether something has ended since the last call. */
  synchronized boolean takeDirty() {
    boolean was = dirty;
    dirty = false;
    return was;
  }

  /**
   * The offset to read again from, where a record was kept, once; else -1.
   *
   * @param now {@link System#nanoTime}
   */
  synchronized long takeKept(long now) {
    return kept.take(now);
  }

  /** Notes that records from an offset on are going to be read again. */
  synchronized void rereadFrom(long offset) {
    resumesAt = Math.min(resumesAt, offset);
  }

  /** Notes that a commit succeeded, or failed and is to be made again. */
  synchronized void noteCommit(OffsetAndMetadata commit, boolean isDone) {
    if (isDone) {
      committed = commit;
    } else {
      dirty = true;
    }
  }

  /** Whether the group knows as much as this commit says. */
  synchronized boolean isCommitted(OffsetAndMetadata commit) {
    return commit.equals(committed);
  }

  /** Notes that the partition is being revoked: ids that wait for a call are given up. */
  void drop() {
    dropped = true;
  }

  boolean isWanted() {
    return !dropped;
  }

  /** Waits until nothing is in work, at most so long. */
  synchronized void awaitCalls(long nanos) {
    long end = System.nanoTime() + nanos;
    try {
      for (long left; open() > 0 && (left = end - System.nanoTime()) > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Records that are in work and not parked. */
  synchronized int open() {
    return open - parked;
  }

  /** Notes that its topic was deleted: what was read from it exists nowhere else. */
  synchronized void noteDeleted() {
    deleted = true;
  }

  synchronized boolean isDeleted() {
    return deleted;
  }

  /** Whether another process has its records now: those of a deleted topic nobody else has. */
  synchronized boolean isElsewhere() {
    return closed && !deleted;
  }

  /** Ends the assignment; nothing is noted any more. */
  synchronized void close() {
    closed = true;
  }

  synchronized boolean isClosed() {
    return closed;
  }
}
