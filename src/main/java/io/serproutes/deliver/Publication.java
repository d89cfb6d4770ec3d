package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.io.IOException;
import java.util.function.Consumer;
import org.apache.camel.util.function.ThrowingRunnable;

/**
 * What one task has for a {@link GroupCommit}, kept with the task until the work on it ends. One
 * thread at a time.
 */
public abstract class Publication implements Runnable {

  private final Task task;
  private Consumer<Exception> whenDone;
  private Exception failure;

  /** The publication of a task, which has not begun. */
  protected Publication(Task task) {
    this.task = task;
  }

  /** Its task. */
  public final Task task() {
    return task;
  }

  /**
   * Starts a new try.
   *
   * @param newWhenDone is told the failure, or null for success
   */
  public final void begin(Consumer<Exception> newWhenDone) {
    whenDone = newWhenDone;
    failure = null;
  }

  /** Runs a step, unless an earlier one of this try failed. */
  public final void attempt(ThrowingRunnable<IOException> step) {
    if (failure == null) {
      try {
        step.run();
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }
  }

  /** Notes the first failure of this try; one of I/O means that the output is unavailable. */
  public final void failed(Exception e) {
    if (failure == null) {
      failure = e instanceof IOException io ? OutputUnavailableException.of(io) : e;
    }
  }

  final boolean hasFailed() {
    return failure != null;
  }

  /** Tells the failure of this try, or its success. */
  public final void end() {
    whenDone.accept(failure);
  }
}
