package io.serproutes.deliver;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemRecord;
import io.serproutes.items.ItemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Body;
import org.apache.camel.Variable;

/**
 * The files of a task under {@code serp.files.dir}: items by type, receipt, dead letter.
 *
 * <p>What is written is durable when a method returns. A task's receipt comes after everything else
 * of it. Doing any of it again does no harm. Every method throws {@link OutputUnavailableException}
 * where the disk does not take it.
 */
public final class ResultFiles {

  private static final String RECEIPTS = "receipts";

  private final Path dir;
  private final boolean byDay;
  private final DurableFiles files = new DurableFiles();
  private final AtomicLong lastStamp = new AtomicLong();

  /** Files in {@code serp.files.dir}, laid out by {@code serp.files.layout}. */
  public ResultFiles(Settings settings) {
    dir = Path.of(settings.get(Keys.FILES_DIR)).toAbsolutePath().normalize();
    byDay = settings.get(Keys.FILES_LAYOUT).equals("by-day");
  }

  /** The folder that holds everything. */
  public Path dir() {
    return dir;
  }

  /** Writes a task's items of one type, not yet visible: {@link #publish} publishes them. */
  public void items(@Variable(Task.VARIABLE) Task task, @Body ItemBatch batch)
      throws OutputUnavailableException {
    Path file = path(batch.getType().toString(), task.getId());
    refusing(() -> Publication.of(task, files).stage(file, batch::writeTo));
  }

  /** Writes a task's receipt, not yet visible: {@link #publish} publishes it after the items. */
  Publication stageReceipt(Task task, byte[] receipt) throws OutputUnavailableException {
    Publication publication = Publication.of(task, files);
    refusing(() -> publication.stage(path(RECEIPTS, task.getId()), out -> out.write(receipt)));
    return publication;
  }

  /**
   * Ends tasks whose receipts are staged. Of each delivered one the items that were staged appear
   * as a set, and what an earlier delivery left and this one did not stage goes; then its receipt
   * appears.
   *
   * <p>Folders are synced once for all of them, so many at a time cost little more than one. A
   * failure concerns those tasks alone whose files or folders it is about.
   */
  void publish(Collection<Publication> all) {
    all.forEach(one -> one.attempt(() -> publishItems(one)));
    syncFolders(all);
    all.forEach(one -> one.attempt(() -> one.publishOrRemove(path(RECEIPTS, one.task().getId()))));
    syncFolders(all);
    all.forEach(one -> one.attempt(() -> forgetParked(one.task())));
  }

  private void publishItems(Publication one) throws IOException {
    Task task = one.task();
    if (!task.getVerdict().isDeliver()) {
      return;
    }
    for (ItemType type : ItemType.values()) {
      one.publishOrRemove(path(type.toString(), task.getId()));
    }
    if (task.getOversized() == 0) {
      one.remove(path("dead-letters", task.getId()));
    }
  }

  private void syncFolders(Collection<Publication> all) {
    Map<Path, List<Publication>> byFolder = new HashMap<>();
    for (Publication one : all) {
      for (Path folder : one.unsynced()) {
        byFolder.computeIfAbsent(folder, key -> new ArrayList<>()).add(one);
      }
    }
    byFolder.forEach(
        (folder, changers) -> {
          try {
            files.syncFolder(folder);
            changers.forEach(one -> one.synced(folder));
          } catch (IOException | RuntimeException e) {
            changers.forEach(one -> one.failed(e));
          }
        });
  }

  private void forgetParked(Task task) throws IOException {
    if (task.getVerdict().isDeliver()) {
      Files.deleteIfExists(dir.resolve("parked").resolve(task.getId() + ".json"));
    }
  }

  /** Writes a dead letter; without an id, under a name made of time and source. */
  public void deadLetter(@Variable(Task.VARIABLE) Task task, @Body byte[] letter)
      throws OutputUnavailableException {
    Path file = task.isValid() ? path("dead-letters", task.getId()) : withoutId(task);
    refusing(() -> files.write(file, letter));
  }

  /** Writes an item that is too large for a record. */
  public void oversized(Task task, ItemRecord item) {
    Path file = dir.resolve("oversized").resolve(task.getId() + "-" + item.position() + ".json");
    try {
      files.write(file, item::writeTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // inputs of one line, such as a JSON array, may come in one millisecond, and another process may
  // have had the same: an earlier letter stays
  private Path withoutId(Task task) {
    while (true) {
      long now = System.currentTimeMillis();
      long stamp = lastStamp.updateAndGet(last -> Math.max(now, last + 1));
      String name = Times.stamp(Instant.ofEpochMilli(stamp));
      Path file =
          dir.resolve("dead-letters").resolve(name + "-" + task.getSource().fileStem() + ".json");
      if (!Files.exists(file)) {
        return file;
      }
    }
  }

  private Path path(String kind, TaskId id) {
    Path folder = dir.resolve(kind);
    Path parent = byDay ? folder.resolve(id.value().substring(0, 4)) : folder;
    return parent.resolve(id + ".json");
  }

  /**
   * Makes the folders and tries whether they can be written.
   *
   * @throws OutputUnavailableException where they cannot
   */
  public void prepare() throws OutputUnavailableException {
    refusing(
        () -> {
          for (String kind :
              Arrays.asList("organic", "paid", "other", "receipts", "dead-letters", "parked")) {
            Path folder = Files.createDirectories(dir.resolve(kind));
            Files.delete(Files.createTempFile(folder, ".", ".tmp"));
          }
        });
  }

  private interface Action {
    void run() throws IOException;
  }

  private static void refusing(Action action) throws OutputUnavailableException {
    try {
      action.run();
    } catch (IOException e) {
      throw new OutputUnavailableException(DurableFiles.inWords(e), e);
    }
  }
}
