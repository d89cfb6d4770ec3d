package io.serproutes.deliver;

import io.serproutes.ids.TaskId;
import java.util.Arrays;
import java.util.function.Predicate;

/**
 * Parked ids by the time they are due, 20 bytes each: a binary heap in three arrays.
 *
 * <p>Times are whole seconds, from 0 to 2^32 - 1. Safe for use by many threads.
 */
final class DueIds {

  private static final int LEAST = 64;
  private static final long LATEST = 0xFFFF_FFFFL;

  private long[] high = new long[LEAST];
  private long[] low = new long[LEAST];
  private int[] due = new int[LEAST];
  private int size;

  synchronized int size() {
    return size;
  }

  /** Adds an id, which may be here already; a time out of bounds counts as the nearest within. */
  synchronized void add(TaskId id, long dueSecond) {
    int second = (int) Math.min(Math.max(dueSecond, 0), LATEST);
    if (size == due.length) {
      resize(size + size / 2);
    }
    int at = size++;
    while (at > 0 && Integer.compareUnsigned(second, due[(at - 1) / 2]) < 0) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    set(at, id.high(), id.low(), second);
  }

  /** Takes the id that is due first, if it is due by then; else null. */
  synchronized TaskId poll(long nowSecond) {
    if (size == 0 || Integer.toUnsignedLong(due[0]) > nowSecond) {
      return null;
    }
    TaskId first = TaskId.of(high[0], low[0]);
    size--;
    sink(high[size], low[size], due[size]);
    if (size < due.length / 4 && size > LEAST) {
      resize(due.length / 2);
    }
    return first;
  }

  /** Whether an id is here; looks at all of them. */
  synchronized boolean contains(TaskId id) {
    long h = id.high();
    long l = id.low();
    for (int i = 0; i < size; i++) {
      if (high[i] == h && low[i] == l) {
        return true;
      }
    }
    return false;
  }

  /** Which ids are here now; for asking about many of them. Takes 8 bytes an id. */
  Predicate<TaskId> noted() {
    long[] hashes = hashes();
    Arrays.sort(hashes);
    return id -> Arrays.binarySearch(hashes, hash(id.high(), id.low())) >= 0;
  }

  private synchronized long[] hashes() {
    long[] hashes = new long[size];
    for (int i = 0; i < size; i++) {
      hashes[i] = hash(high[i], low[i]);
    }
    return hashes;
  }

  private static long hash(long h, long l) {
    return h * 0x9E3779B97F4A7C15L ^ l;
  }

  private void sink(long h, long l, int d) {
    int at = 0;
    for (int child; (child = 2 * at + 1) < size; at = child) {
      if (child + 1 < size && Integer.compareUnsigned(due[child + 1], due[child]) < 0) {
        child++;
      }
      if (Integer.compareUnsigned(d, due[child]) <= 0) {
        break;
      }
      move(child, at);
    }
    set(at, h, l, d);
  }

  private void move(int from, int to) {
    set(to, high[from], low[from], due[from]);
  }

  private void set(int at, long h, long l, int d) {
    high[at] = h;
    low[at] = l;
    due[at] = d;
  }

  private void resize(int length) {
    high = Arrays.copyOf(high, length);
    low = Arrays.copyOf(low, length);
    due = Arrays.copyOf(due, length);
  }
}
