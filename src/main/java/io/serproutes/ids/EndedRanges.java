package io.serproutes.ids;

import java.util.Map;
import java.util.TreeMap;

/**
 * Which of many numbered ids have ended, as ranges: memory grows with the gaps, not with the
 * numbers. Not thread-safe.
 */
final class EndedRanges {

  private final TreeMap<Long, Long> ends = new TreeMap<>();

  /** Adds the numbers from {@code first} to {@code last}, both included. */
  void add(long first, long last) {
    long from = first;
    long to = last;
    Map.Entry<Long, Long> before = ends.floorEntry(from);
    if (before != null && before.getValue() >= from - 1) {
      from = before.getKey();
      to = Math.max(to, before.getValue());
    }
    Map.Entry<Long, Long> after = ends.ceilingEntry(from);
    while (after != null && after.getKey() <= to + 1) {
      to = Math.max(to, after.getValue());
      ends.remove(after.getKey());
      after = ends.ceilingEntry(from);
    }
    ends.put(from, to);
  }

  boolean contains(long number) {
    Map.Entry<Long, Long> range = ends.floorEntry(number);
    return range != null && range.getValue() >= number;
  }

  /** The ranges as lines {@code first-last;}, or {@code number;}. */
  String lines() {
    StringBuilder lines = new StringBuilder();
    ends.forEach((first, last) -> lines.append(line(first, last)));
    return lines.toString();
  }

  static String line(long first, long last) {
    return first == last ? first + ";\n" : first + "-" + last + ";\n";
  }
}
