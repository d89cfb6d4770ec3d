package io.serproutes.sandbox;

import java.util.function.LongSupplier;

/**
 * The most events in any 60 seconds, to 10 ms: of a window of 60 s it sees at least the last 59.99.
 * Takes the same few bytes however many events there are.
 */
final class SlidingCount {
  private static final int SLOTS = 6000;
  private static final long SLOT_NANOS = 10_000_000;

  private final int[] counts = new int[SLOTS];
  private final LongSupplier nanoClock;
  private final long start;
  private long newest;
  private int inWindow;
  private int most;

  /**
   * @param nanoClock as {@link System#nanoTime}
   */
  SlidingCount(LongSupplier nanoClock) {
    this.nanoClock = nanoClock;
    this.start = nanoClock.getAsLong();
  }

  synchronized void add() {
    long now = (nanoClock.getAsLong() - start) / SLOT_NANOS;
    for (long slot = Math.max(newest, now - SLOTS) + 1; slot <= now; slot++) {
      inWindow -= counts[(int) (slot % SLOTS)];
      counts[(int) (slot % SLOTS)] = 0;
    }
    newest = Math.max(newest, now);
    counts[(int) (newest % SLOTS)]++;
    most = Math.max(most, ++inWindow);
  }

  synchronized int most() {
    return most;
  }
}
