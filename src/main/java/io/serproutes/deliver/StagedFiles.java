package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.Set;

/**
 * The files of one task between staging and publication. One thread at a time.
 *
 * <p>Only what was staged is published, so a route that leaves a type of items out publishes none.
 * A publication that failed is tried again from the step that failed.
 */
final class StagedFiles extends Publication {

  private final DurableFiles files;
  private final Set<Path> staged = new HashSet<>();
  private final Set<Path> published = new HashSet<>();
  private final Set<Path> unsynced = new HashSet<>();

  private StagedFiles(Task task, DurableFiles files) {
    super(task);
    this.files = files;
  }

  /** Returns the task's publication, which lasts as long as the task is in work. */
  static StagedFiles of(Task task, DurableFiles files) {
    return task.keep(StagedFiles.class, () -> new StagedFiles(task, files));
  }

  /** Writes a file under a hidden name. */
  void stage(Path file, DurableFiles.Content content) throws IOException {
    staged.add(file);
    files.stage(file, content);
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
    return hasFailed() ? Set.of() : Set.copyOf(unsynced);
  }

  void synced(Path folder) {
    unsynced.remove(folder);
  }

  /** Discards what was staged and never published. */
  @Override
  public void run() {
    staged.forEach(files::discard);
  }
}
