package io.serproutes.kafka;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.TimeUnit;

/**
 * Parts that wait for a transaction, and when the next one begins: 100 ms after the last, or at
 * once where enough of them wait, by count or by bytes: half of what {@link
 * io.serproutes.fetch.Gate} lets wait, so that calls go on during a transaction. Closed until it is
 * opened. Safe for use by many threads; one of them makes the transactions.
 */
final class TransactionQueue {

  private static final long BEGIN_EVERY = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
  private static final int MOST_PARTS = 500;
  private static final long MOST_BYTES = 8 << 20;

  private final int enough;
  private final long enoughBytes;
  private final Queue<TransactionPart> waiting = new ArrayDeque<>();
  private long waitingBytes;
  private boolean closed = true;
  private boolean isUrgent;
  private boolean isFailing; // then even enough of them wait for the next time
  private boolean isRunning;
  private int most = MOST_PARTS;
  private long rounds;
  private long begunAt = System.nanoTime() - BEGIN_EVERY;

  /** A queue for a gate that lets so many answers wait, of so many bytes. */
  TransactionQueue(int mostOpen, long mostOpenBytes) {
    enough = mostOpen / 2;
    enoughBytes = mostOpenBytes / 2;
  }

  synchronized void open() {
    closed = false;
  }

  /** Accepts no more parts; {@link #next} returns null from now on. */
  synchronized void close() {
    closed = true;
    notifyAll();
  }

  /** Adds a part; false where it is closed. */
  synchronized boolean add(TransactionPart part) {
    if (!closed) {
      put(part);
      if (waiting.size() == 1 || areEnough()) {
        notifyAll();
      }
    }
    return !closed;
  }

  private void put(TransactionPart part) {
    waiting.add(part);
    waitingBytes += part.bytes();
  }

  private boolean areEnough() {
    return waiting.size() >= enough || waitingBytes >= enoughBytes;
  }

  /** Adds parts whose transaction failed. */
  synchronized void again(List<TransactionPart> parts) {
    isFailing |= !parts.isEmpty();
    parts.forEach(this::put);
  }

  /** Notes that a transaction of so many parts failed: they may be too many for its time. */
  synchronized void takeFewer(int than) {
    most = Math.max(1, than / 2);
  }

  /**
   * Waits until a transaction is to begin.
   *
   * @return its parts, maybe none; null once it is closed
   */
  synchronized List<TransactionPart> next() throws InterruptedException {
    for (long delay; !closed && (delay = delay(System.nanoTime())) > 0; ) {
      TimeUnit.NANOSECONDS.timedWait(this, delay);
    }
    begunAt = System.nanoTime();
    isUrgent = false;
    isFailing = false;
    isRunning = true;
    return closed ? null : take();
  }

  /** How long until a transaction begins; 0 or less for at once. */
  synchronized long delay(long now) {
    if (isUrgent || areEnough() && !isFailing) {
      return 0;
    }
    return begunAt + (waiting.isEmpty() ? LOOK_EVERY : BEGIN_EVERY) - now;
  }

  private List<TransactionPart> take() {
    List<TransactionPart> parts = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && parts.size() < most && bytes < MOST_BYTES) {
      TransactionPart part = waiting.remove();
      bytes += part.bytes();
      parts.add(part);
    }
    waitingBytes -= bytes;
    return parts;
  }

  /** Notes that what {@link #next} returned has been dealt with. */
  synchronized void ended() {
    rounds++;
    most = isFailing ? most : Math.min(MOST_PARTS, 2 * most);
    isRunning = false;
    notifyAll();
  }

  /** Waits until all that was added before has been dealt with once, at most so long. */
  synchronized void await(long nanos) {
    long end = System.nanoTime() + nanos;
    long wanted = rounds + (isRunning ? 2 : 1);
    try {
      for (long left; !closed && rounds < wanted && (left = end - System.nanoTime()) > 0; ) {
        if (!isUrgent) {
          isUrgent = true;
          notifyAll(); // once, or two that wait here would wake each other up all the time
        }
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Waits a little, unless it is closed; returns whether it is still open. */
  synchronized boolean pause() {
    try {
      if (!closed) {
        TimeUnit.NANOSECONDS.timedWait(this, BEGIN_EVERY);
      }
      return !closed;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  /** Removes and returns the parts that have waited for half a minute. */
  synchronized List<TransactionPart> overdue() {
    long now = System.nanoTime();
    List<TransactionPart> overdue = new ArrayList<>();
    waiting.removeIf(part -> now - part.since() > PATIENCE && overdue.add(part));
    waitingBytes -= overdue.stream().mapToLong(TransactionPart::bytes).sum();
    return overdue;
  }

  /** Removes and returns all that wait. */
  synchronized List<TransactionPart> rest() {
    List<TransactionPart> rest = List.copyOf(waiting);
    waiting.clear();
    waitingBytes = 0;
    return rest;
  }
}
