package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;
import org.apache.camel.util.function.ThrowingRunnable;

/**
 * The files of one task between staging and publication. One thread at a time.
 *
 * <p>Only what was staged is published, so a route that leaves a type of items out publishes none.
 * A publication that failed is tried again from the step that failed.
 */
final class Publication implements Runnable {

  private final Task task;
  private final DurableFiles files;
  private final Set<Path> staged = new HashSet<>();
  private final Set<Path> published = new HashSet<>();
  private final Set<Path> unsynced = new HashSet<>();
  private Consumer<Exception> whenDone;
  private Exception failure;

  private Publication(Task task, DurableFiles files) {
    this.task = task;
    this.files = files;
  }

  /** Returns the task's publication, which lasts as long as the task is in work. */
  static Publication of(Task task, DurableFiles files) {
    return task.keep(Publication.class, () -> new Publication(task, files));
  }

  Task task() {
    return task;
  }

  /** Writes a file under a hidden name. */
  void stage(Path file, DurableFiles.Content content) throws IOException {
    staged.add(file);
    files.stage(file, content);
  }

  /**
   * Starts a new try.
   *
   * @param newWhenDone is told the failure, or null for success
   */
  void begin(Consumer<Exception> newWhenDone) {
    whenDone = newWhenDone;
    failure = null;
  }

  /** Runs a step, unless an earlier one of this try failed. */
  void attempt(ThrowingRunnable<IOException> step) {
    if (failure == null) {
      try {
        step.run();
      } catch (IOException | RuntimeException e) {
        failed(e);
      }
    }
  }

  void failed(Exception e) {
    if (failure == null) {
      failure = e instanceof IOException io ? OutputUnavailableException.of(io) : e;
    }
  }

  /** Publishes a file that was staged, or removes the one of an earlier delivery. */
  void publishOrRemove(Path file) throws IOException {
    if (staged.contains(file)) {
      files.publish(file);
      staged.remove(file);
      published.add(file);
      unsynced.add(file.getParent());
    } else if (!published.contains(file)) {
      remove(file);
    }
  }

  /** Removes a file of an earlier delivery. */
  void remove(Path file) throws IOException {
    if (Files.deleteIfExists(file)) {
      unsynced.add(file.getParent());
    }
  }

  /** The folders to sync; none after a failure. */
  Set<Path> unsynced() {
    return failure == null ? Set.copyOf(unsynced) : Set.of();
  }

  void synced(Path folder) {
    unsynced.remove(folder);
  }

  /** Tells the failure of this try, or its success. */
  void end() {
    whenDone.accept(failure);
  }

  /** Discards what was staged and never published. */
  @Override
  public void run() {
    staged.forEach(files::discard);
  }
}
