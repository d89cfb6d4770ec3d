package io.serproutes.program;

import io.serproutes.FatalErrors;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.IntConsumer;
import org.apache.camel.main.Main;
import org.slf4j.LoggerFactory;

/**
 * Ends the program at the first error that it cannot survive, with one line on standard error and
 * exit code 5: a thread that is missing would leave a process that looks alive and does nothing.
 *
 * <p>Nothing is lost by that: an id leaves its source only when its outcome is durable; the line
 * says where it has none. Works without a byte of free heap: no logging, no shutdown hooks, and the
 * line is there from the start.
 */
final class FatalErrorHandler implements Thread.UncaughtExceptionHandler {

  static final int EXIT_CODE = 5;

  private static final String NOTHING_LOST =
      " Nothing is lost: ids in work stay in their source. Start it again";
  private static final String NOT_KEPT =
      " No source keeps the ids that it was given: give those without a receipt again";
  private static final String RESTART = "; systemd and Kubernetes can do so at exit code 5.\n";

  private final OutputStream err;
  private final IntConsumer halt;
  private final AtomicBoolean ended = new AtomicBoolean();
  private volatile boolean stopping;
  private volatile boolean keepsIds = true;
  private volatile byte[] outOfMemory = outOfMemory();

  /** A handler that ends this process. */
  FatalErrorHandler() {
    this(new FileOutputStream(FileDescriptor.err), Runtime.getRuntime()::halt);
  }

  FatalErrorHandler(OutputStream err, IntConsumer halt) {
    this.err = err;
    this.halt = halt;
  }

  /** Handles, from now on, what ends any thread of this process. */
  void install() {
    FatalErrors.report(null); // loads the class while there is memory
    Thread.setDefaultUncaughtExceptionHandler(this);
  }

  /** Has Camel report what it would keep: in the futures of its threads, in failed exchanges. */
  void watch(Main main) {
    main.bind("serpThreadPools", new WatchedThreadPools());
    main.bind("serpFailedExchanges", new FailedExchanges());
  }

  /** From now on the line says that nobody keeps the ids but whoever gave them. */
  void idsAreNotKept() {
    keepsIds = false;
    outOfMemory = outOfMemory();
  }

  /** From now on an exception ends its thread alone: the program ends anyway, and cleanly. */
  void stopping() {
    stopping = true;
  }

  @Override
  public void uncaughtException(Thread thread, Throwable error) {
    if (stopping && error instanceof Exception) {
      LoggerFactory.getLogger("serp-routes")
          .warn("{} ended while the program stops: {}", thread.getName(), error.toString());
      return;
    }
    if (!ended.compareAndSet(false, true)) {
      return; // the first one is ending it
    }
    try {
      err.write(line(thread, error));
    } catch (IOException | RuntimeException e) {
      // nobody reads it
    } finally {
      halt.accept(EXIT_CODE);
    }
  }

  private byte[] line(Thread thread, Throwable error) {
    try {
      String where = error + " (thread " + thread.getName() + ").";
      return error instanceof OutOfMemoryError
          ? line(oneLine(where), cure(error))
          : line("an inner thread died: " + oneLine(where), "");
    } catch (Throwable noMemory) {
      return outOfMemory;
    }
  }

  private byte[] outOfMemory() {
    return line("out of memory.", " with more heap (-Xmx)");
  }

  private byte[] line(String what, String cure) {
    String next = keepsIds ? NOTHING_LOST + cure + RESTART : NOT_KEPT + cure + ".\n";
    return ("serp-routes ended: " + what + next).getBytes(StandardCharsets.UTF_8);
  }

  private static String cure(Throwable error) {
    boolean heap = !String.valueOf(error.getMessage()).contains("native thread");
    return heap ? " with more heap (-Xmx)" : " with a higher limit of threads (ulimit -u, pids)";
  }

  private static String oneLine(String text) {
    return text.replaceAll("[\\p{Cc}\\p{Cf}\u2028\u2029]+", " ");
  }
}
