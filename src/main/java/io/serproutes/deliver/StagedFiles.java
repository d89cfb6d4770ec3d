package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;

/**
 * The files of one task between staging and publication. One thread at a time.
 *
 * <p>Only what was staged is published, so a route that leaves a type of items out publishes none.
 * A publication that failed is tried again from the step that failed.
 */
final class StagedFiles extends Publication {

  private final DurableFiles files;
  private final Map<Path, DurableFiles.Content> staged = new HashMap<>();
  private final Set<Path> published = new HashSet<>();
  private final Set<Path> unsynced = new HashSet<>();

  private StagedFiles(Task task, Path dir, DurableFiles files) {
    super(task, dir);
    this.files = files;
  }

  /** Returns the task's publication, which lasts as long as the task is in work. */
  static StagedFiles of(Task task, Path dir, DurableFiles files) {
    return task.keep(StagedFiles.class, () -> new StagedFiles(task, dir, files));
  }

  /**
   * Writes a file under a hidden name.
   *
   * @param content can be written again as long as the task is in work
   */
  void stage(Path file, DurableFiles.Content content) throws IOException {
    staged.put(file, content);
    files.stage(file, content);
  }

  /** Publishes a file that was staged, or removes the one of an earlier delivery. */
  void publishOrRemove(Path file) throws IOException {
    if (staged.containsKey(file)) {
      publish(file);
      staged.remove(file);
      published.add(file);
      unsynced.add(file.getParent());
    } else if (!published.contains(file)) {
      remove(file);
    }
  }

  private void publish(Path file) throws IOException {
    try {
      files.publish(file);
    } catch (NoSuchFileException e) { // somebody has taken the folder away, or what it held
      files.stage(file, staged.get(file));
      files.publish(file);
    }
  }

  private void remove(Path file) throws IOException {
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

  @Override
  protected void discard() {
    staged.keySet().forEach(files::discard);
  }
}
