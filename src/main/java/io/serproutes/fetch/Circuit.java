package io.serproutes.fetch;

import io.serproutes.Count;
import java.util.HashSet;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Whether calls may start at all: it is open for what is wrong with everything, not with one id.
 *
 * <p>Open, it lets one call through every probe interval. What closes it depends on why it opened:
 * {@link Halt.Cause}. It logs when it opens, when a probe fails and when it closes. Not
 * thread-safe: the gate calls it under its lock. Times are {@link System#nanoTime}.
 */
final class Circuit {

  static final String LOGGER = "serp-circuit";

  private static final Logger LOG = LoggerFactory.getLogger(LOGGER);

  private final int failuresToOpen;
  private final long probeInterval;
  private final String address;
  private final IntSupplier inWork;
  private final Set<Object> failedInARow = new HashSet<>(); // ids and polls

  private Halt halt; // null while it is closed
  private long nextProbe;
  private boolean probing;

  /**
   * A closed circuit.
   *
   * @param failuresToOpen how many ids or polls in a row fail when it opens
   * @param address of the API
   * @param inWork how many ids are in work: while it is open, all of them are kept
   */
  Circuit(int failuresToOpen, long probeInterval, String address, IntSupplier inWork) {
    this.failuresToOpen = failuresToOpen;
    this.probeInterval = probeInterval;
    this.address = address;
    this.inWork = inWork;
  }

  boolean isOpen() {
    return halt != null;
  }

  /** Why it is open; null while it is closed. */
  Halt halt() {
    return halt;
  }

  /** Why it is open, what that keeps, what a person can do and when the next call is made. */
  String inWords(long now) {
    // those in a back-off and those that wait for an output are kept, too
    String kept = Count.of(inWork.getAsInt(), "id is kept", "ids are kept");
    long delay = delay(now);
    long seconds = TimeUnit.NANOSECONDS.toSeconds(delay + TimeUnit.SECONDS.toNanos(1) - 1);
    boolean isProbing = delay == Long.MAX_VALUE;
    String nextTry = isProbing ? "under way" : "in " + seconds + " s";
    return halt.inWords(kept, awaitsId(now) ? "with the next id" : nextTry);
  }

  /** Whether a probe is due and no id in work can be it: whoever has an id has to bring it. */
  boolean awaitsId(long now) {
    return isOpen() && delay(now) == 0 && inWork.getAsInt() == 0;
  }

  /** How long until a call may start; {@link Long#MAX_VALUE} while a probe is under way. */
  long delay(long now) {
    if (!isOpen()) {
      return 0;
    }
    return probing ? Long.MAX_VALUE : Math.max(0, nextProbe - now);
  }

  /**
   * Whether an answer that needs no call may go to the outputs now. Where one of them is
   * unavailable, one may in each probe interval, as a try.
   */
  boolean takeDelivery(long now) {
    if (!isOpen() || halt.cause() != Halt.Cause.CANNOT_DELIVER) {
      return true;
    }
    boolean isTry = delay(now) == 0;
    nextProbe = isTry ? now + probeInterval : nextProbe;
    return isTry;
  }

  /** Notes that a call starts; whether it is a probe. */
  boolean take(long now) {
    probing = isOpen();
    nextProbe = now + probeInterval;
    return probing;
  }

  /**
   * Opens it, or keeps it open, for a probe interval at least; says so where that is news.
   *
   * @param wasProbe whether it was a probe that brought the reason
   */
  void open(Halt newHalt, boolean wasProbe, long now) {
    boolean opens = !isOpen();
    boolean isNews = opens || wasProbe || halt.cause() != newHalt.cause();
    halt = newHalt;
    nextProbe = now + probeInterval;
    if (isNews) {
      LOG.warn("{}: {}", opens ? "Halted" : "Still halted", inWords(now));
    }
  }

  /** Notes what a probe of the open circuit brought, which may close it. */
  void probed(Verdict verdict, long now) {
    nextProbe = now + probeInterval;
    boolean transientFailure = verdict.kind() == Verdict.Kind.TRANSIENT;
    boolean closes =
        switch (halt.cause()) {
          case ACCOUNT -> !transientFailure || verdict.httpStatus() != null;
          case UNREACHABLE -> !transientFailure;
          case CANNOT_DELIVER -> false;
        };
    if (closes) {
      close();
      return;
    }
    if (halt.cause() == Halt.Cause.UNREACHABLE) {
      halt = Halt.unreachable(address, verdict);
    }
    if (transientFailure) { // else what it brought is about to be delivered
      LOG.warn("Still halted: {}", inWords(now));
    }
  }

  /** Notes that a probe has ended, whatever it brought and whether the circuit is still open. */
  void probeEnded() {
    probing = false;
  }

  /** Notes a transient failure of a call that was no probe, which may open the circuit. */
  void failed(Object idOrPoll, Verdict verdict, long now) {
    if (!isOpen() && failedInARow.add(idOrPoll) && failedInARow.size() >= failuresToOpen) {
      open(Halt.unreachable(address, verdict), false, now);
    }
  }

  /** Notes that an id passed. */
  void passed() {
    failedInARow.clear();
  }

  /** Notes that a poll passed, which says nothing of the calls for ids. */
  void pollPassed() {
    failedInARow.removeIf(Poll.class::isInstance);
  }

  /** Notes a delivery, which may close the circuit. */
  void delivered() {
    if (isOpen() && halt.cause() == Halt.Cause.CANNOT_DELIVER) {
      close();
    }
  }

  private void close() {
    LOG.info(
        "Resumed: {}. {}.",
        halt.cause().over,
        Count.of(inWork.getAsInt(), "id goes on", "ids go on"));
    halt = null;
    probing = false;
    failedInARow.clear();
  }
}
