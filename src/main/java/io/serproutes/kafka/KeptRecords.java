package io.serproutes.kafka;

import java.util.concurrent.TimeUnit;

/**
 * The offset from which a partition has to be read again because a record was kept. Where records
 * are kept again soon, the pause before the next reading doubles, from a second up to a minute.
 * Used under the lock of its partition.
 */
final class KeptRecords {

  private static final long FIRST_PAUSE = TimeUnit.SECONDS.toNanos(1);
  private static final long LONGEST_PAUSE = TimeUnit.SECONDS.toNanos(60);

  private long from = Long.MAX_VALUE; // the lowest that has not been read again
  private boolean isNews;
  private long tookAt;
  private long pause; // after tookAt; 0 before the first time

  /** Notes a record that has to be read again. */
  void add(long offset) {
    from = Math.min(from, offset);
    isNews = true;
  }

  /** Notes how far has been read; {@code next} is where reading for the first time goes on. */
  void readTo(long position, long next) {
    if (!isNews && position > from) {
      from = position >= next ? Long.MAX_VALUE : position;
    }
  }

  /** Whether nothing is left to be read again. */
  boolean isEmpty() {
    return from == Long.MAX_VALUE;
  }

  /** The offset to read again from, once and not too soon after the last time; else -1. */
  long take(long now) {
    if (!isNews || pause > 0 && now - tookAt < pause) {
      return -1;
    }
    boolean isSoon = pause > 0 && now - tookAt < 2 * pause;
    pause = isSoon ? Math.min(2 * pause, LONGEST_PAUSE) : FIRST_PAUSE;
    tookAt = now;
    isNews = false;
    return from;
  }
}
