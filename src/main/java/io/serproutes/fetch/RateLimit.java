package io.serproutes.fetch;

/**
 * When the next call may start: calls are evenly spaced, and slower for a while after a throttle.
 *
 * <p>Calls are spaced at 98 % of the limit. Slots missed within the last second are caught up;
 * older ones are lost, so that no 60 seconds see more calls than the limit. After a throttling
 * answer all calls pause. Then half the rate (or half the concurrency) is used, and a tenth of the
 * full value is added every ten seconds.
 *
 * <p>Not thread-safe: the gate calls it under its lock. Times are {@link System#nanoTime}.
 */
final class RateLimit {

  private static final long SECOND = 1_000_000_000L;
  private static final double USED_PART = 0.98;
  private static final double LEAST_PART = 0.01; // two such members use what USED_PART leaves
  private static final long FIRST_PAUSE = 5 * SECOND;
  private static final long LONGEST_PAUSE = 60 * SECOND;
  private static final long RECOVERY_STEP = 10 * SECOND;
  private static final int ALL_TENTHS = 10;
  private static final double ROUNDING_ERROR = 1e-9;

  private final int callsPerMinute;
  private final int maxConcurrent;
  private double share;

  private final LastMinute lastMinute;
  private long lastSlot; // the next call may start an interval later
  private long pausedUntil;
  private long pauseSetAt;
  private long nextPause = FIRST_PAUSE;
  private int rateTenths = ALL_TENTHS;
  private int concurrencyTenths = ALL_TENTHS;
  private long recoveredAt;

  RateLimit(int callsPerMinute, int maxConcurrent, double share, long now) {
    this.callsPerMinute = callsPerMinute;
    this.maxConcurrent = maxConcurrent;
    this.share = share;
    lastMinute = new LastMinute(now);
    lastSlot = now - interval();
    pausedUntil = now;
    pauseSetAt = now;
  }

  /**
   * Sets this process's part of both limits.
   *
   * @param newShare from 0 to 1; at 0 a process that stands by has 1 % of the rate, at most one
   *     call a second and one at a time, the first of them after such an interval
   */
  void share(double newShare, long now) {
    if (newShare != share) {
      share = newShare;
      // slots missed under another share are not caught up
      lastSlot = Math.max(lastSlot, share > 0 ? now - interval() : now);
    }
  }

  /** How long until the next call may start; 0 for now. */
  long delay(long now) {
    recover(now);
    return Math.max(0, Math.max(lastSlot + interval() - now, pausedUntil - now));
  }

  /** How much longer all calls pause because the API asked for fewer; 0 where they do not. */
  long pauseLeft(long now) {
    return Math.max(0, pausedUntil - now);
  }

  /** Notes that a call starts. */
  void take(long now) {
    lastSlot = Math.max(lastSlot + interval(), now - SECOND);
    lastMinute.add(now);
  }

  /** Calls that this process may still start within the running 60 seconds. */
  int left(long now) {
    return Math.max(0, (int) perMinute() - lastMinute.count(now));
  }

  /** This process's part of the calls a minute that the account allows. */
  double perMinute() {
    return share > 0 ? callsPerMinute * share : leastPerMinute();
  }

  /** Calls that started within the last 60 seconds. */
  int lastMinute(long now) {
    return lastMinute.count(now);
  }

  private double leastPerMinute() {
    return Math.min(60, callsPerMinute * LEAST_PART);
  }

  private long interval() {
    double perMinute = share > 0 ? callsPerMinute * USED_PART * share : leastPerMinute();
    return (long) (60 * SECOND / (perMinute * rateTenths / ALL_TENTHS));
  }

  /** Calls that may be under way at once now: the share, rounded down, at least one. */
  int concurrency(long now) {
    recover(now);
    int own = Math.max(1, (int) (maxConcurrent * share + ROUNDING_ERROR));
    return (own * concurrencyTenths + ALL_TENTHS - 1) / ALL_TENTHS;
  }

  /**
   * Pauses all calls.
   *
   * @param startedAt when the throttled call started: if that was before the last pause, it tells
   *     nothing new
   * @param retryAfter what the API asked for in nanoseconds, or -1
   * @param tooManyAtOnce whether it was concurrency and not the rate
   * @return nanoseconds to wait from now
   */
  long throttled(long startedAt, long retryAfter, boolean tooManyAtOnce, long now) {
    boolean news = startedAt >= pauseSetAt;
    long pause = retryAfter >= 0 ? retryAfter : nextPause;
    if (news) {
      nextPause = Math.min(nextPause * 2, LONGEST_PAUSE);
      pausedUntil = Math.max(pausedUntil, now + pause);
      pauseSetAt = now;
    } else if (retryAfter >= 0) {
      pausedUntil = Math.max(pausedUntil, now + pause);
    }
    if (tooManyAtOnce) {
      concurrencyTenths = ALL_TENTHS / 2;
    } else {
      rateTenths = ALL_TENTHS / 2;
    }
    recoveredAt = pausedUntil;
    lastSlot = Math.max(lastSlot, pausedUntil - interval()); // a pause is not caught up
    return Math.max(0, pausedUntil - now);
  }

  /** Notes an answer that was not throttled. */
  void passed() {
    nextPause = FIRST_PAUSE;
  }

  private void recover(long now) {
    boolean recovered = rateTenths == ALL_TENTHS && concurrencyTenths == ALL_TENTHS;
    if (recovered || now - recoveredAt < RECOVERY_STEP) {
      return;
    }
    long steps = (now - recoveredAt) / RECOVERY_STEP;
    recoveredAt += steps * RECOVERY_STEP;
    rateTenths = (int) Math.min(ALL_TENTHS, rateTenths + steps);
    concurrencyTenths = (int) Math.min(ALL_TENTHS, concurrencyTenths + steps);
  }
}
