package io.serproutes;

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
    Throwable cause = failure;
    for (int i = 0; cause != null && i < MOST_CAUSES; i++) {
      if (cause instanceof VirtualMachineError && !(cause instanceof StackOverflowError)) {
        threadDied(cause);
        return;
      }
      cause = cause.getCause();
    }
  }

  /** Reports whatever ended the work that this thread was there for. */
  public static void threadDied(Throwable cause) {
    Thread thread = Thread.currentThread();
    thread.getUncaughtExceptionHandler().uncaughtException(thread, cause);
  }
}
