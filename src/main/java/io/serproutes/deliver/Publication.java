package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.io.IOException;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;
import java.util.function.Consumer;

/** The files of one task on their way to be seen. Belongs to one thread at a time. */
final class Publication {

  private final Task task;
  private final Consumer<Exception> whenDone;
  private Set<Path> changed = new HashSet<>();
  private Exception failure;

  /** The files of a task; {@code whenDone} gets what went wrong, or null. */
  Publication(Task task, Consumer<Exception> whenDone) {
    this.task = task;
    this.whenDone = whenDone;
  }

  /** Something done with files. */
  interface Step {
    void run() throws IOException;
  }

  Task task() {
    return task;
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
              ? new OutletRefusedException(DurableFiles.inWords(io), io)
              : e;
    }
  }

  /** Notes a folder that has to be synced. */
  void changed(Path folder) {
    changed.add(folder);
  }

  /** The folders that have to be synced, which are forgotten. */
  Set<Path> takeChanged() {
    Set<Path> taken = failure == null ? changed : Set.of();
    changed = new HashSet<>();
    return taken;
  }

  /** Tells how it ended. */
  void end() {
    whenDone.accept(failure);
  }
}
