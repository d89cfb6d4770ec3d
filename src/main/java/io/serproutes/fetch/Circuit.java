package io.serproutes.fetch;

import java.util.HashSet;
import java.util.Set;

/**
 * Whether calls may start at all: it is open for what is wrong with everything, not with one id.
 *
 * <p>Open, it lets one call through every probe interval. What closes it depends on why it opened:
 * {@link Halt.Cause}. Not thread-safe: the gate calls it under its lock. Times are {@link
 * System#nanoTime}.
 */
final class Circuit {

  private final int failuresToOpen;
  private final long probeInterval;
  private final Set<String> failedInARow = new HashSet<>();

  private Halt halt; // null while it is closed
  private long nextProbe;
  private boolean probing;

  Circuit(int failuresToOpen, long probeInterval) {
    this.failuresToOpen = failuresToOpen;
    this.probeInterval = probeInterval;
  }

  boolean isOpen() {
    return halt != null;
  }

  /** Why it is open; null while it is closed. */
  Halt halt() {
    return halt;
  }

  /** How long until a call may start; {@link Long#MAX_VALUE} while a probe is under way. */
  long delay(long now) {
    if (!isOpen()) {
      return 0;
    }
    return probing ? Long.MAX_VALUE : Math.max(0, nextProbe - now);
  }

  /** Notes that a call starts; whether it is a probe. */
  boolean take(long now) {
    probing = isOpen();
    nextProbe = now + probeInterval;
    return probing;
  }

  /** Opens it, or keeps it open, for a probe interval at least; whether it was closed before. */
  boolean open(Halt newHalt, long now) {
    boolean opens = !isOpen();
    halt = newHalt;
    nextProbe = now + probeInterval;
    failedInARow.clear();
    return opens;
  }

  /** Notes what a probe brought; whether that closed the circuit. */
  boolean probed(Verdict verdict, long now) {
    nextProbe = now + probeInterval;
    boolean transientFailure = verdict.kind() == Verdict.Kind.TRANSIENT;
    boolean closes =
        isOpen()
            && switch (halt.cause()) {
              case ACCOUNT -> !transientFailure || verdict.httpStatus() != null;
              case UNREACHABLE -> !transientFailure;
              case CANNOT_DELIVER -> false;
            };
    if (closes) {
      close();
    }
    return closes;
  }

  /** Notes that a probe has ended, whatever it brought and whether the circuit is still open. */
  void probeEnded() {
    probing = false;
  }

  /** Notes a transient failure of a call that was no probe; whether that opened the circuit. */
  boolean failed(String id, Halt reason, long now) {
    if (isOpen()) {
      return false;
    }
    failedInARow.add(id);
    return failedInARow.size() >= failuresToOpen && open(reason, now);
  }

  /** Notes that an id passed. */
  void passed() {
    failedInARow.clear();
  }

  /** Notes a delivery; whether that closed the circuit. */
  boolean delivered() {
    boolean closes = isOpen() && halt.cause() == Halt.Cause.CANNOT_DELIVER;
    if (closes) {
      close();
    }
    return closes;
  }

  private void close() {
    halt = null;
    probing = false;
    failedInARow.clear();
  }
}
