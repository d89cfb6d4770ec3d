package io.serproutes.ids;

import io.serproutes.ids.Delivery.History;
import io.serproutes.ids.Delivery.Settlement;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * Bounds how many ids the inlets have in work at once, so that memory does not grow with a backlog.
 *
 * <p>Far more than may be asked for at once: ids that wait for a back-off hold up no others. Fresh
 * and parked ids have bounds of their own. Fair: several files share it id by id.
 */
public final class Intake {

  private static final int FRESH = 1000;
  private static final int PARKED = 200;
  private static final long CHECK_MILLIS = 100;

  private final Semaphore fresh = new Semaphore(FRESH, true);
  private final Semaphore parked = new Semaphore(PARKED, true);
  private volatile boolean stopping;

  /**
   * A delivery of a fresh id, once there is room.
   *
   * @param settlement told how it ended
   * @throws InterruptedException where the program stops meanwhile; nothing was taken
   */
  public Delivery take(String text, Source source, Settlement settlement)
      throws InterruptedException {
    return take(text, source, null, settlement);
  }

  /** A delivery of an id with a history, once there is room. */
  public Delivery take(String text, Source source, History history, Settlement settlement)
      throws InterruptedException {
    boolean wasParked = history != null && history.asks() > 0;
    Semaphore room = wasParked ? parked : fresh;
    while (!room.tryAcquire(CHECK_MILLIS, TimeUnit.MILLISECONDS)) {
      checkStopping();
    }
    if (stopping) {
      room.release();
      checkStopping();
    }
    return new Delivery(text, source, history, releasing(room, settlement));
  }

  private void checkStopping() throws InterruptedException {
    if (stopping) {
      throw new InterruptedException("serp-routes is stopping");
    }
  }

  /** Lets nobody in any more: the program stops. */
  public void stop() {
    stopping = true;
  }

  boolean isStopping() {
    return stopping;
  }

  /** Lets inlets in again after {@link #stop}. */
  public void start() {
    stopping = false;
  }

  private static Settlement releasing(Semaphore semaphore, Settlement settlement) {
    return new Settlement() {
      @Override
      public void settled(boolean ended) {
        semaphore.release();
        settlement.settled(ended);
      }

      @Override
      public boolean isWanted() {
        return settlement.isWanted();
      }
    };
  }

  /** Ids that inlets have in work. */
  public int inWork() {
    return FRESH - fresh.availablePermits() + PARKED - parked.availablePermits();
  }
}
