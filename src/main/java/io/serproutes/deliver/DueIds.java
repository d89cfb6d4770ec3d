package io.serproutes.deliver;

import io.serproutes.ids.TaskId;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.function.Predicate;

/**
 * Parked ids by the time they are due.
 *
 * <p>An id costs at most 46 bytes of heap: 40 for its entry (12 of header, 4 + 4 + 8 + 8 of fields,
 * in steps of 8) and 4 to 6 for its place in the queue, which grows by half. Where references have
 * 8 bytes, in a heap of 32 GiB or more, it costs 52.
 *
 * <p>Times when ids are due are whole seconds, from 0 to 2^31 - 1. Safe for use by many threads.
 */
final class DueIds {

  // when it was asked for first: unsigned, an int would end in 2038
  private record Due(int second, int first, long high, long low) {

    boolean isOf(TaskId id) {
      return low == id.low() && high == id.high();
    }

    TaskId id() {
      return TaskId.of(high, low);
    }
  }

  private final PriorityQueue<Due> queue =
      new PriorityQueue<>(Comparator.comparingInt(Due::second));

  synchronized int size() {
    return queue.size();
  }

  /**
   * Adds an id, which may be here already. A time out of bounds counts as the nearest within.
   *
   * @param firstSecond when it was asked for first, in seconds since 1970
   */
  synchronized void add(TaskId id, long dueSecond, long firstSecond) {
    int second = (int) Math.min(Math.max(dueSecond, 0), Integer.MAX_VALUE);
    queue.add(new Due(second, (int) Math.max(firstSecond, 0), id.high(), id.low()));
  }

  /** Removes and returns the id that is due first, or null if none is due by then. */
  synchronized TaskId poll(long nowSecond) {
    Due first = queue.peek();
    if (first == null || first.second > nowSecond) {
      return null;
    }
    queue.remove();
    return first.id();
  }

  /** Makes those of these ids that are here due at once, and returns them. Looks at all of them. */
  synchronized Set<TaskId> wake(Set<TaskId> ids) {
    Map<TaskId, Due> woken = new HashMap<>();
    long[] hashes = ids.stream().mapToLong(id -> hash(id.high(), id.low())).sorted().toArray();
    queue.removeIf(
        due -> {
          boolean isWoken =
              Arrays.binarySearch(hashes, hash(due.high, due.low)) >= 0 && ids.contains(due.id());
          if (isWoken) {
            woken.putIfAbsent(due.id(), due); // parked several times, it has several entries
          }
          return isWoken;
        });
    woken.values().forEach(due -> queue.add(new Due(0, due.first, due.high, due.low)));
    return new HashSet<>(woken.keySet());
  }

  /** When the first of them is due, in seconds; null where there is none. */
  synchronized Integer nextSecond() {
    Due first = queue.peek();
    return first == null ? null : first.second;
  }

  /** The ids that are due first, at most so many, and when, in seconds. Looks at all of them. */
  synchronized Map<TaskId, Integer> first(int most) {
    Map<TaskId, Integer> first = new LinkedHashMap<>();
    ParkedIds.least(queue.stream(), most, queue.comparator())
        .forEach(due -> first.putIfAbsent(due.id(), due.second));
    return first;
  }

  /** When the first of them was asked for, in seconds since 1970; null where there is none. */
  synchronized Long oldestSecond() {
    return queue.stream()
        .map(due -> Integer.toUnsignedLong(due.first))
        .min(Comparator.naturalOrder())
        .orElse(null);
  }

  /** Whether an id is here. Looks at all of them. */
  synchronized boolean contains(TaskId id) {
    return queue.stream().anyMatch(due -> due.isOf(id));
  }

  /** Returns a test for the ids that are here now, which holds 8 bytes an id. */
  Predicate<TaskId> noted() {
    long[] hashes = hashes();
    Arrays.sort(hashes);
    return id -> Arrays.binarySearch(hashes, hash(id.high(), id.low())) >= 0;
  }

  private synchronized long[] hashes() {
    return queue.stream().mapToLong(due -> hash(due.high, due.low)).toArray();
  }

  private static long hash(long high, long low) {
    return high * 0x9E3779B97F4A7C15L ^ low;
  }
}
