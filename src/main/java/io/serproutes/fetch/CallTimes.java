package io.serproutes.fetch;

import java.time.Duration;
import java.util.Arrays;
import java.util.concurrent.TimeUnit;

/**
 * How long the calls took that ended within the last 60 seconds, to the nearest 5 %. Takes the same
 * memory however many they are. Not thread-safe. Times are {@link System#nanoTime}.
 */
final class CallTimes {

  private static final long WINDOW = TimeUnit.SECONDS.toNanos(10);
  private static final int WINDOWS = 6;
  private static final double LOG_OF_STEP = Math.log(1.05);
  private static final double SHORTEST = 100_000; // ns; what is shorter counts as this
  private static final int STEPS = 350; // 1.05^350 of the shortest are 43 minutes

  private final int[][] counts = new int[WINDOWS][STEPS];
  private long newest;

  CallTimes(long now) {
    newest = Math.floorDiv(now, WINDOW);
  }

  void add(long nanos, long now) {
    moveTo(now);
    int step = (int) Math.round(Math.log(Math.max(nanos, SHORTEST) / SHORTEST) / LOG_OF_STEP);
    counts[Math.floorMod(newest, WINDOWS)][Math.min(step, STEPS - 1)]++;
  }

  /**
   * How long at most a part of these calls took; null where there was none.
   *
   * @param part more than 0, at most 1: 0.5 asks for the median
   */
  Duration quantile(double part, long now) {
    moveTo(now);
    long all = Arrays.stream(counts).flatMapToInt(Arrays::stream).asLongStream().sum();
    long below = 0;
    for (int step = 0; step < STEPS; step++) {
      for (int[] window : counts) {
        below += window[step];
      }
      if (below > 0 && below >= part * all) {
        return Duration.ofNanos((long) (SHORTEST * Math.exp(step * LOG_OF_STEP)));
      }
    }
    return null;
  }

  private void moveTo(long now) {
    long window = Math.floorDiv(now, WINDOW);
    for (long next = Math.max(newest + 1, window - WINDOWS + 1); next <= window; next++) {
      Arrays.fill(counts[Math.floorMod(next, WINDOWS)], 0);
    }
    newest = Math.max(newest, window);
  }
}
