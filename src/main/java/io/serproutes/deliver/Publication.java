package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/**
 * The files of one task from when they are staged until they are visible.
 *
 * <p>What it notes decides what appears, so that a route which leaves a type of items out publishes
 * none. It lives as long as the task is in work, and a publication that failed is tried again where
 * it failed. Belongs to one thread at a time.
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

  /** That of a task, whose files are {@code files}. */
  static Publication of(Task task, DurableFiles files) {
    return task.keep(Publication.class, () -> new Publication(task, files));
  }

  /** Something done with files. */
  interface Step {
    void run() throws IOException;
  }

  Task task() {
    return task;
  }

  /** Stages a file. */
  void stage(Path file, DurableFiles.Content content) throws IOException {
    staged.add(file);
    files.stage(file, content);
  }

  /** Starts, or starts again; {@code newWhenDone} gets what went wrong, or null. */
  void begin(Consumer<Exception> newWhenDone) {
    whenDone = newWhenDone;
    failure = null;
  }

  /** Goes one step on, unless one before has failed. */
  void attempt(Step step) {
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
      failure =
          e instanceof IOException io
              ? new OutputUnavailableException(DurableFiles.inWords(io), io)
              : e;
    }
  }

  /** Lets a file appear if it was staged; else removes it if it is of an earlier delivery. */
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

  /** The folders that have to be synced; none once it has failed. */
  Set<Path> unsynced() {
    return failure == null ? Set.copyOf(unsynced) : Set.of();
  }

  /** Notes that a folder has been synced. */
  void synced(Path folder) {
    unsynced.remove(folder);
  }

  /** Tells how it ended. */
  void end() {
    whenDone.accept(failure);
  }

  /** Removes what was staged and never published: it must not stay hidden for ever. */
  @Override
  public void run() {
    staged.forEach(files::discard);
  }
}
