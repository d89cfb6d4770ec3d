package io.serproutes;

import java.util.concurrent.CancellationException;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.RunnableScheduledFuture;

/**
 * Reports errors that concern the whole process and not the id that is in work when they occur.
 *
 * <p>Such an error usually ends up where nobody reads it: in a {@code Future}, in the exception of
 * an exchange that is tried again, in a client's own log. Reported, it reaches the thread's
 * uncaught-exception handler as if nothing had caught it: the program ends there, a host decides by
 * its own handler, and where it has none the JVM prints a stack trace.
 */
public final class FatalErrors {

  private static final int MOST_CAUSES = 100; // a chain of causes may be a circle

  private FatalErrors() {}

  /**
   * Reports a failure if it is, or was caused by, an error of the virtual machine such as a lack of
   * memory. A stack overflow is no such error: its input is to blame. Does nothing for null.
   */
  public static void report(Throwable failure) {
    Throwable error = in(failure);
    if (error != null) {
      threadDied(error);
    }
  }

  /** The error that {@link #report} would report; null where a failure is none. */
  public static Throwable in(Throwable failure) {
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
        return cause;
      }
      cause = cause.getCause();
    }
    return null;
  }

  /** Reports whatever ended the work that this thread was there for. */
  public static void threadDied(Throwable cause) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, cause);
  }

  /**
   * Reports an error that ends some work of which nobody else hears, such as the rest of a route
   * that a callback continues, or that is the cause of what ends it, as in {@link #report}.
   */
  public static void watch(CompletionStage<?> work) {
    work.exceptionally(
        failure -> {
          boolean isWrapped = failure instanceof CompletionException && failure.getCause() != null;
          Throwable cause = isWrapped ? failure.getCause() : failure;
          if (cause instanceof Error && !(cause instanceof StackOverflowError)) {
            threadDied(cause);
          } else {
            report(cause);
          }
          return null;
        });
  }

  /**
   * Reports what ended a task of a pool for good: an error of any task, and whatever ended a
   * periodic one. For {@link java.util.concurrent.ThreadPoolExecutor#afterExecute}: what a task
   * without a future throws ends its thread, and the JVM reports it.
   */
  public static void afterExecute(Runnable task) {
    if (task instanceof Future<?> future && future.isDone() && !future.isCancelled()) {
      try {
        future.get();
      } catch (ExecutionException e) {
        boolean periodic = task instanceof RunnableScheduledFuture<?> s && s.isPeriodic();
        if (periodic || e.getCause() instanceof Error) {
          threadDied(e.getCause());
        }
      } catch (CancellationException e) {
        // meanwhile: nobody wants it any more
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt(); // done, so it does not wait
      }
    }
  }
}
