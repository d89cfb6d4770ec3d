package io.serproutes;

import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A task that an executor runs again and again, and that no exception ends: an executor drops a
 * periodic task for good after the first one, without a word.
 *
 * <p>An exception is a WARN, at most once a minute, and the task runs again at its next time. An
 * error is reported to the thread's uncaught-exception handler and thrown. Runs on one thread at a
 * time; the rest is safe for any thread.
 */
public final class RepeatingTask implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");
  private static final long WARN_EVERY = TimeUnit.MINUTES.toNanos(1);

  private final String what;
  private final Runnable task;
  private final LongSupplier nanoTime;
  private volatile long lastRun;
  private boolean failing;
  private long warnedAt;

  /**
   * A task.
   *
   * @param what what it does, as the subject of a sentence in the log
   */
  public RepeatingTask(String what, Runnable task) {
    this(what, task, System::nanoTime);
  }

  /** A task on a clock of its own, such as {@link System#nanoTime}. */
  public RepeatingTask(String what, Runnable task, LongSupplier nanoTime) {
    this.what = what;
    this.task = task;
    this.nanoTime = nanoTime;
    lastRun = nanoTime.getAsLong();
  }

  @Override
  public void run() {
    try {
      task.run();
      failing = false;
    } catch (RuntimeException e) {
      warn(e);
    } catch (Error e) {
      FatalErrors.threadDied(e);
      throw e;
    }
    lastRun = nanoTime.getAsLong();
  }

  private void warn(RuntimeException failure) {
    long now = nanoTime.getAsLong();
    if (!failing || now - warnedAt >= WARN_EVERY) {
      warnedAt = now;
      LOG.warn("{} failed and is tried again: {}", what, failure.toString());
      LOG.debug("{} failed", what, failure);
    }
    failing = true;
  }

  /** Nanoseconds since a run of it came to its end, by exception or not, or since it was made. */
  public long nanosSinceRun() {
    return nanoTime.getAsLong() - lastRun;
  }
}
