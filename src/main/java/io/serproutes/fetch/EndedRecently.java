package io.serproutes.fetch;

import java.util.concurrent.TimeUnit;

/** How many tasks ended in the last second, by whole seconds. Not safe for use by many threads. */
final class EndedRecently {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private long second;
  private int now;
  private int before;

  void note(long nanos) {
    turn(nanos);
    now++;
  }

  /** The count of the last whole second, or of the running one where that is more. */
  int inASecond(long nanos) {
    turn(nanos);
    return Math.max(now, before);
  }

  private void turn(long nanos) {
    long current = Math.floorDiv(nanos, SECOND);
    if (current != second) {
      before = current == second + 1 ? now : 0;
      now = 0;
      second = current;
    }
  }
}
