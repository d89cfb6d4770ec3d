package io.serproutes.ids;

import io.serproutes.ids.Delivery.History;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Limits how many ids are in work at once, so that memory does not grow with a backlog. Safe for
 * use by many threads. While it is paused, none is admitted.
 *
 * <p>The limits are far above the number of concurrent calls: ids that wait for a back-off hold up
 * no others. New ids, parked ids and ids that came with their answers have limits of their own, and
 * few new ones wait for their first call: while it waits, each survives many collections. Fair:
 * several files progress together.
 */
public final class Intake {

  private static final int FRESH = 1000;
  private static final int LINE = 120;
  private static final int AT_ONCE = 16;
  private static final int PARKED = 200;
  private static final int ANSWERED = 200;
  private static final long CHECK_MILLIS = 100;

  private final Semaphore fresh = new Semaphore(FRESH, true);
  private final Semaphore line = new Semaphore(LINE, true); // of the fresh ones, not asked for yet
  private final Semaphore parked = new Semaphore(PARKED, true);
  private final AtomicInteger leftLine = new AtomicInteger();
  private final Semaphore answered = new Semaphore(ANSWERED, true);
  private volatile boolean stopping;
  private volatile boolean paused;

  /**
   * A delivery of a new id, once there is room for it.
   *
   * @param settlement told how the work on it ended
   * @throws InterruptedException where the program stops meanwhile; the id was not taken
   */
  public Delivery take(String text, Source source, Settlement settlement)
      throws InterruptedException {
    return take(text, source, null, settlement);
  }

  /** A delivery of an id with a history, once there is room for it. */
  public Delivery take(String text, Source source, History history, Settlement settlement)
      throws InterruptedException {
    boolean wasParked = history != null && history.asks() > 0;
    Settlement place = wasParked ? place(parked, settlement) : placeInLine(settlement);
    return new Delivery(text, source, history, place);
  }

  /**
   * A delivery of an id that came with its answer, once there is room for it. Ids that wait for a
   * call hold up none of these.
   */
  public Delivery takeAnswered(String text, Source source, Path answer, Settlement settlement)
      throws InterruptedException {
    return new Delivery(text, source, null, Map.of(), place(answered, settlement), answer);
  }

  private Settlement place(Semaphore room, Settlement settlement) throws InterruptedException {
    awaitRoom(room);
    return new Place(room, false, settlement);
  }

  private Settlement placeInLine(Settlement settlement) throws InterruptedException {
    awaitRoom(line);
    try {
      awaitRoom(fresh);
    } catch (InterruptedException e) {
      line.release();
      throw e;
    }
    return new Place(fresh, true, settlement);
  }

  private void awaitRoom(Semaphore room) throws InterruptedException {
    acquire(room);
    while (paused) { // here, or it would have been taken before the pause
      room.release();
      awaitResume();
      acquire(room);
    }
  }

  private void acquire(Semaphore room) throws InterruptedException {
    while (!room.tryAcquire(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
      checkStopping();
    }
    if (stopping) {
      room.release();
      checkStopping();
    }
  }

  private synchronized void awaitResume() throws InterruptedException {
    while (paused) {
      checkStopping();
      wait(CHECK_MILLIS);
    }
  }

  /**
   * Ends whoever reads ids, where the program stops.
   *
   * @throws InterruptedException in that case
   */
  void checkStopping() throws InterruptedException {
    if (stopping) {
      throw new InterruptedException("serp-routes is stopping");
    }
  }

  /** Admits no more ids: the program stops. */
  public void stop() {
    stopping = true;
  }

  /** Whether it admits no ids now: the program stops or is paused. */
  boolean isClosed() {
    return stopping || paused;
  }

  /** Admits no ids until {@link #resume}; those that were taken are not concerned. */
  public synchronized void pause() {
    paused = true;
  }

  /** Admits ids again after {@link #pause}. */
  public synchronized void resume() {
    paused = false;
    notifyAll();
  }

  /** Admits ids again after {@link #stop}. */
  public void start() {
    stopping = false;
  }

  /** An id's place among those in work, and first in the line for a call. */
  private final class Place implements Settlement {

    private final Semaphore room;
    private final AtomicBoolean isInLine;
    private final Settlement source;

    Place(Semaphore room, boolean isInLine, Settlement source) {
      this.room = room;
      this.isInLine = new AtomicBoolean(isInLine);
      this.source = source;
    }

    @Override
    public void outOfLine() {
      leaveLine();
      source.outOfLine();
    }

    @Override
    public void settled(Outcome outcome) {
      leaveLine(); // where no call was made
      room.release();
      source.settled(outcome);
    }

    // several at once, or the thread that reads ids would be woken for each
    private void leaveLine() {
      if (isInLine.getAndSet(false) && leftLine.incrementAndGet() % AT_ONCE == 0) {
        line.release(AT_ONCE);
      }
    }

    @Override
    public boolean logsDeadLetter(String reason) {
      return source.logsDeadLetter(reason);
    }

    @Override
    public Object origin() {
      return source.origin();
    }

    @Override
    public boolean isWanted() {
      return source.isWanted();
    }
  }

  public int inWork() {
    int all = FRESH + PARKED + ANSWERED;
    return all - fresh.availablePermits() - parked.availablePermits() - answered.availablePermits();
  }
}
