package io.serproutes.deliver;

import static io.serproutes.deliver.ResultFolder.DEAD_LETTERS;
import static io.serproutes.deliver.ResultFolder.RECEIPTS;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import io.serproutes.ids.ClaimsFile;
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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.apache.camel.util.function.ThrowingRunnable;

/**
 * The files of a task under {@code serp.files.dir}: items by type, receipt, dead letter.
 *
 * <p>What is written is durable when a method returns, and a task's receipt is written last.
 * Repeating any of it does no harm. Every method throws {@link OutputUnavailableException} where
 * the disk fails, {@link StoppingException} where the thread is interrupted.
 */
public final class ResultFiles implements GroupCommit<StagedFiles> {

  private final Path dir;
  private final String layout;
  private final DurableFiles files = new DurableFiles();
  private final AtomicLong lastStamp = new AtomicLong();

  /** Files in {@code serp.files.dir}, laid out by {@code serp.files.layout}. */
  public ResultFiles(Settings settings) {
    dir = ResultFolder.of(settings);
    layout = settings.get(Keys.FILES_LAYOUT);
  }

  /** Stages a task's items of one type under a hidden name; {@link #publish} shows them. */
  public void items(@Variable(Task.VARIABLE) Task task, @Body ItemBatch batch)
      throws OutputUnavailableException, StoppingException {
    Path file = path(batch.getType().toString(), task.getId());
    onDisk(() -> StagedFiles.of(task, dir, files).stage(file, batch::writeTo));
  }

  /** Stages a task's receipt under a hidden name; {@link #publish} shows it after the items. */
  @Override
  public StagedFiles stage(Task task, byte[] receipt)
      throws OutputUnavailableException, StoppingException {
    StagedFiles publication = StagedFiles.of(task, dir, files);
    onDisk(() -> publication.stage(path(RECEIPTS, task.getId()), out -> out.write(receipt)));
    return publication;
  }

  /**
   * Publishes tasks whose receipts are staged. A delivered task's items replace those of an earlier
   * delivery as a set: types that were not staged are removed. Then its receipt appears.
   *
   * <p>Folders are synced once for all tasks, so many at a time cost little more than one. A
   * failure concerns only the tasks that have a file in the folder that failed.
   */
  @Override
  public void publish(List<StagedFiles> all) {
    all.forEach(one -> one.attempt(() -> publishItems(one)));
    syncFolders(all);
    all.forEach(one -> one.attempt(() -> one.publishOrRemove(path(RECEIPTS, one.task().getId()))));
    syncFolders(all);
  }

  private void publishItems(StagedFiles one) throws IOException {
    Task task = one.task();
    if (!task.getVerdict().isDeliver()) {
      return;
    }
    for (ItemType type : ItemType.values()) {
      one.publishOrRemove(path(type.toString(), task.getId()));
    }
  }

  private void syncFolders(List<StagedFiles> all) {
    Map<Path, List<StagedFiles>> byFolder = new HashMap<>();
    for (StagedFiles one : all) {
      for (Path folder : one.unsynced()) {
        byFolder.computeIfAbsent(folder, key -> new ArrayList<>()).add(one);
      }
    }
    byFolder.forEach(
        (folder, changers) -> {
          try {
            DurableFiles.syncFolder(folder);
            changers.forEach(one -> one.synced(folder));
          } catch (IOException | RuntimeException e) {
            changers.forEach(one -> one.failed(e));
          }
        });
  }

  /** Writes a dead letter. Without an id, its name is made of time and source. */
  public void deadLetter(@Variable(Task.VARIABLE) Task task, @Body byte[] letter)
      throws OutputUnavailableException, StoppingException {
    Path file = task.isValid() ? path(DEAD_LETTERS, task.getId()) : withoutId(task);
    onDisk(() -> files.write(file, letter));
  }

  /** Writes an item that is too large for a record. */
  public void oversized(Task task, ItemRecord item) {
    Path file =
        dir.resolve(ResultFolder.OVERSIZED).resolve(task.getId() + "-" + item.position() + ".json");
    try {
      files.write(file, item::writeTo);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // the inputs of one line, such as a JSON array, may come in one millisecond, and another process
  // may use the same one: an earlier letter is not replaced
  private Path withoutId(Task task) {
    while (true) {
      long now = System.currentTimeMillis();
      long stamp = lastStamp.updateAndGet(last -> Math.max(now, last + 1));
      String name = Times.stamp(Instant.ofEpochMilli(stamp));
      Path file =
          dir.resolve(DEAD_LETTERS).resolve(name + "-" + task.getSource().fileStem() + ".json");
      if (!Files.exists(file)) {
        return file;
      }
    }
  }

  private Path path(String kind, TaskId id) {
    Path folder = dir.resolve(kind);
    return layout.equals("by-day") ? ResultFolder.byDay(folder, id) : ResultFolder.flat(folder, id);
  }

  /** Makes the folders and writes a file to each, to see whether that works; opens the locks. */
  public void prepare() throws IOException {
    for (String kind : ResultFolder.KINDS) {
      if (!kind.equals(ResultFolder.OVERSIZED)) { // which is made with its first item
        prepare(dir.resolve(kind));
      }
    }
    if (layout.equals("lines")) {
      Path ledgers = dir.resolve(ResultFolder.LEDGERS);
      prepare(ledgers);
      ClaimsFile.open(ledgers.resolve(ResultFolder.LOCKS), this).close(this);
    }
  }

  private static void prepare(Path folder) throws IOException {
    DurableFiles.createFolders(folder);
    Files.delete(Files.createTempFile(folder, ".", ".tmp"));
  }

  private void onDisk(ThrowingRunnable<IOException> step)
      throws OutputUnavailableException, StoppingException {
    try {
      step.run();
    } catch (IOException e) {
      throw OutputUnavailableException.of(dir, e);
    }
  }
}
