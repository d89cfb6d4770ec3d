package io.serproutes.deliver;

import io.serproutes.ids.TaskId;
import java.util.Arrays;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Parked ids by the time they are due, 20 bytes each: a binary heap in three arrays.
 *
 * <p>Times are whole seconds since 1970, good until 2106. Safe for use by many threads.
 */
final class DueIds {

  private static final int LEAST = 64;

  private long[] high = new long[LEAST];
  private long[] low = new long[LEAST];
  private int[] due = new int[LEAST];
  private int size;

  synchronized int size() {
    return size;
  }

  synchronized void add(TaskId id, long dueSecond) {
    if (size == due.length) {
      resize(size + size / 2);
    }
    rise(size++, id.high(), id.low(), (int) dueSecond);
  }

  /** Adds those ids that do not lie here for the same second. */
  synchronized void addMissing(Map<TaskId, Long> dueSeconds) {
    Set<TaskId> there = new HashSet<>();
    Set<Long> lows = dueSeconds.keySet().stream().map(TaskId::low).collect(Collectors.toSet());
    for (int i = 0; i < size; i++) {
      if (lows.contains(low[i])) {
        TaskId id = TaskId.of(high[i], low[i]);
        Long second = dueSeconds.get(id);
        if (second != null && second.intValue() == due[i]) {
          there.add(id);
        }
      }
    }
    dueSeconds.forEach(
        (id, second) -> {
          if (!there.contains(id)) {
            add(id, second);
          }
        });
  }

  /** Takes the id that is due first, if it is due by then; else null. */
  synchronized TaskId poll(long nowSecond) {
    if (size == 0 || Integer.toUnsignedLong(due[0]) > nowSecond) {
      return null;
    }
    TaskId first = TaskId.of(high[0], low[0]);
    removeAt(0);
    return first;
  }

  /** Takes an id out, however often it lies here. */
  synchronized void remove(TaskId id) {
    for (int at; (at = indexOf(id.high(), id.low())) >= 0; ) {
      removeAt(at);
    }
  }

  private int indexOf(long h, long l) {
    for (int i = 0; i < size; i++) {
      if (low[i] == l && high[i] == h) {
        return i;
      }
    }
    return -1;
  }

  // the last one takes the place, and finds its own from there
  private void removeAt(int at) {
    size--;
    if (at > 0 && isBefore(due[size], due[(at - 1) / 2])) {
      rise(at, high[size], low[size], due[size]);
    } else {
      sink(at, high[size], low[size], due[size]);
    }
    if (size < due.length / 4 && size > LEAST) {
      resize(due.length / 2);
    }
  }

  private void rise(int from, long h, long l, int d) {
    int at = from;
    while (at > 0 && isBefore(d, due[(at - 1) / 2])) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    set(at, h, l, d);
  }

  private void sink(int from, long h, long l, int d) {
    int at = from;
    for (int child; (child = 2 * at + 1) < size; at = child) {
      if (child + 1 < size && isBefore(due[child + 1], due[child])) {
        child++;
      }
      if (!isBefore(due[child], d)) {
        break;
      }
      move(child, at);
    }
    set(at, h, l, d);
  }

  private static boolean isBefore(int second, int other) {
    return Integer.compareUnsigned(second, other) < 0;
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
