package io.serproutes.sandbox;

import java.util.LinkedHashMap;
import java.util.Map;

/** How often each id was read, of so many ids; the one not read for longest is forgotten first. */
final class ReadCounts {
  private final Map<String, Integer> counts;

  ReadCounts(int limit) {
    this.counts =
        new LinkedHashMap<>(16, 0.75f, true) {
          @Override
          protected boolean removeEldestEntry(Map.Entry<String, Integer> eldest) {
            return size() > limit;
          }
        };
  }

  /** Counts a read and tells its number, from 1. */
  synchronized int next(String id) {
    return counts.merge(id, 1, Integer::sum);
  }
}
