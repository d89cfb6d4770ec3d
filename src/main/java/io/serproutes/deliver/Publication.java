package io.serproutes.deliver;

import io.serproutes.Failures;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.function.Consumer;
import org.apache.camel.util.function.ThrowingRunnable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What one task has for a {@link GroupCommit}, kept with the task until the work on it ends. One
 * thread at a time.
 */
public abstract class Publication implements Runnable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-receipt");

  private final Task task;
  private final Path dir;
  private Consumer<Exception> whenDone;
  private Exception failure;
  private boolean isPublished;

  /** The publication of a task under {@code serp.files.dir}, which has not begun. */
  protected Publication(Task task, Path dir) {
    this.task = task;
    this.dir = dir;
  }

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

  /** Notes the first failure of this try; one of I/O is told as that of the output. */
  public final void failed(Exception e) {
    if (failure == null) {
      failure = e instanceof IOException io ? unavailable(io) : e;
    }
  }

  private Exception unavailable(IOException e) {
    try {
      return OutputUnavailableException.of(dir, e);
    } catch (StoppingException stopping) {
      return stopping;
    }
  }

  final boolean hasFailed() {
    return failure != null;
  }

  /** Tells the failure of this try, or its success. */
  public final void end() {
    isPublished = failure == null;
    whenDone.accept(failure);
  }

  /**
   * Ends with the work on the task. What its delivery overtakes goes only now: it may be the source
   * of the id, and must be there until every output has the receipt.
   */
  @Override
  public final void run() {
    discard();
    if (isPublished && task.isEnded() && task.getVerdict().isDeliver()) {
      try {
        ResultFolder.removeOvertaken(dir, task);
      } catch (IOException e) {
        LOG.warn(
            "{} is delivered, but the record of an earlier try cannot be removed: {}; remove it, or"
                + " the id is asked for again",
            task,
            Failures.inWords(e));
      }
    }
  }

  /** Forgets what was staged and never published. */
  protected abstract void discard();
}
