package io.serproutes.fetch;

/**
 * The calls of one id: how many, and how many of them count against it. The gate writes it, but for
 * {@link #failed}. Handed over between threads with its task.
 *
 * <p>Every call counts as made. Against {@code serp.retry.max-attempts} count only failures since
 * the id was taken from its source. A refusal or a throttle counts only if another id has passed
 * since the last one, so that a refused account or a limit, which concern all ids, end none.
 */
final class Tries {

  private int calls;
  private int failures;
  private int refusals;
  private int throttles;
  private long passesAtRefusal = -1;
  private long passesAtThrottle = -1;
  private boolean probe;
  private long startedNanos;

  /** Goes on from the calls made before the id was parked. */
  Tries(int callsBefore) {
    calls = callsBefore;
  }

  /** Notes that a call starts at {@code now}, by {@link System#nanoTime}. */
  void callStarts(boolean asProbe, long now) {
    calls++;
    probe = asProbe;
    startedNanos = now;
  }

  /** Calls made in this delivery, before it was parked included, whatever they brought. */
  int calls() {
    return calls;
  }

  /** Whether the last call is the probe of an open circuit. */
  boolean isProbe() {
    return probe;
  }

  /** When the last call started. */
  long startedNanos() {
    return startedNanos;
  }

  /** Notes a transient failure, of a call or of a later step. */
  void failed() {
    failures++;
  }

  int failures() {
    return failures;
  }

  /** Notes an account answer when {@code passes} ids had passed in all. */
  void refused(long passes) {
    refusals += passes > passesAtRefusal ? 1 : 0;
    passesAtRefusal = passes;
  }

  int refusals() {
    return refusals;
  }

  /** Notes a throttling answer when {@code passes} ids had passed in all. */
  void throttled(long passes) {
    throttles += passes > passesAtThrottle ? 1 : 0;
    passesAtThrottle = passes;
  }

  int throttles() {
    return throttles;
  }
}
