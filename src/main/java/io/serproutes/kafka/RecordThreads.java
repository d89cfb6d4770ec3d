package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * Threads that hand on the ids of records, and wait for room where there is none.
 *
 * <p>Takes whatever it is given, as many records as may be in work, and never has its caller do it:
 * that is the polling thread, and a member that does not poll is put out of its group. Camel's own
 * pool would do so once a thousand wait.
 */
public final class RecordThreads extends ThreadPoolExecutor {

  // so many records of several ids are asked for side by side
  private static final int COUNT = 10;
  private static final int IDLE_SECONDS = 60;
  private static final int ENOUGH = 40;

  /** Threads that start when they are needed and end when they are not. */
  public RecordThreads() {
    super(COUNT, COUNT, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    AtomicInteger number = new AtomicInteger();
    setThreadFactory(
        runnable -> {
          Thread thread = new Thread(runnable, "serp-take-record-" + number.incrementAndGet());
          thread.setDaemon(true);
          return thread;
        });
    allowCoreThreadTimeOut(true);
  }

  @Override
  protected void afterExecute(Runnable task, Throwable thrown) {
    super.afterExecute(task, thrown);
    FatalErrors.afterExecute(task); // the rest of the record's ids would never end
  }

  /** Whether so many records wait for room for their ids that more would only take memory. */
  boolean areBusy() {
    return getQueue().size() >= ENOUGH;
  }
}
