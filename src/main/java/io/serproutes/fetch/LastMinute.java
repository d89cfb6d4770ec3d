package io.serproutes.fetch;

import java.util.Arrays;

/** How many calls started within the last 60 seconds, to the second. Not thread-safe. */
final class LastMinute {

  private static final long SECOND = 1_000_000_000L;
  private static final int SECONDS = 60;

  private final int[] calls = new int[SECONDS];
  private long newest;

  LastMinute(long now) {
    newest = now / SECOND;
  }

  void add(long now) {
    moveTo(now / SECOND);
    calls[Math.floorMod(newest, SECONDS)]++;
  }

  int count(long now) {
    moveTo(now / SECOND);
    return Arrays.stream(calls).sum();
  }

  private void moveTo(long second) {
    for (long next = Math.max(newest + 1, second - SECONDS + 1); next <= second; next++) {
      calls[Math.floorMod(next, SECONDS)] = 0;
    }
    newest = Math.max(newest, second);
  }
}
