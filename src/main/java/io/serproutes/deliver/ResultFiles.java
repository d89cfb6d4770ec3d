package io.serproutes.deliver;

import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemLot;
import io.serproutes.items.ItemType;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;

/**
 * The files of a task under {@code serp.files.dir}: items by type, receipt, dead letter.
 *
 * <p>What is written is durable when a method returns. A task's receipt comes after everything else
 * of it. Doing any of it again does no harm. Every method throws {@link OutletRefusedException}
 * where the disk does not take it.
 */
public final class ResultFiles {

  private final Path dir;
  private final boolean byDay;
  private final DurableFiles files = new DurableFiles();
  private final AtomicLong lastStamp = new AtomicLong();

  /** Files in {@code serp.files.dir}, laid out by {@code serp.files.layout}. */
  public ResultFiles(Settings settings) {
    dir = Path.of(settings.required("serp.files.dir")).toAbsolutePath().normalize();
    List<String> layout = settings.oneOf("serp.files.layout", java.util.Set.of("flat", "by-day"));
    if (layout.size() != 1) {
      throw new IllegalArgumentException("serp.files.layout is one of flat, by-day");
    }
    byDay = layout.contains("by-day");
  }

  /** The folder that holds everything. */
  public Path dir() {
    return dir;
  }

  /** Writes a task's items of one type, not yet visible: {@link #receipt} publishes them. */
  public void items(Task task, ItemLot lot) throws OutletRefusedException {
    refusing(() -> files.stage(path(lot.getType().toString(), task.getId()), lot::writeTo));
  }

  /**
   * Ends a delivered task: its items appear as a set, what an earlier delivery left and this one
   * did not write goes, then the receipt appears.
   */
  public void receipt(Task task, byte[] receipt) throws OutletRefusedException {
    refusing(
        () -> {
          Path file = path("receipts", task.getId());
          files.stage(file, out -> out.write(receipt));
          if (task.getVerdict().isDeliver()) {
            publishItems(task);
          }
          files.publish(file);
          files.sync(file);
          if (task.getVerdict().isDeliver()) {
            Files.deleteIfExists(dir.resolve("parked").resolve(task.getId() + ".json"));
          }
        });
  }

  private void publishItems(Task task) throws IOException {
    List<Path> changed = new ArrayList<>(4);
    for (ItemType type : ItemType.values()) {
      Path file = path(type.toString(), task.getId());
      if (io.serproutes.items.Slicer.count(task.getFound(), type) > 0) {
        files.publish(file);
        changed.add(file);
      } else if (Files.deleteIfExists(file)) {
        changed.add(file);
      }
    }
    Path deadLetter = path("dead-letters", task.getId());
    if (task.getOversized() == 0 && Files.deleteIfExists(deadLetter)) {
      changed.add(deadLetter);
    }
    for (Path file : changed) {
      files.sync(file);
    }
  }

  /** Writes a dead letter; without an id, under a name made of time and source. */
  public void deadLetter(Task task, byte[] letter) throws OutletRefusedException {
    Path file =
        task.isValid()
            ? path("dead-letters", task.getId())
            : dir.resolve("dead-letters").resolve(nameWithoutId(task));
    refusing(() -> files.write(file, letter));
  }

  /** Writes an item that is too large for a record. */
  public void oversized(Task task, int position, byte[] item) {
    Path file = dir.resolve("oversized").resolve(task.getId() + "-" + position + ".json");
    try {
      files.write(file, item);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  // inputs of one line, such as a JSON array, may come in one millisecond
  private String nameWithoutId(Task task) {
    long now = System.currentTimeMillis();
    long stamp = lastStamp.updateAndGet(last -> Math.max(now, last + 1));
    String name = Times.stamp(Instant.ofEpochMilli(stamp));
    return name + "-" + task.getSource().fileStem() + ".json";
  }

  private Path path(String kind, TaskId id) {
    Path folder = dir.resolve(kind);
    Path parent = byDay ? folder.resolve(id.value().substring(0, 4)) : folder;
    return parent.resolve(id + ".json");
  }

  /**
   * Makes the folders and tries whether they can be written.
   *
   * @throws OutletRefusedException where they cannot
   */
  public void prepare() throws OutletRefusedException {
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

  private static void refusing(Action action) throws OutletRefusedException {
    try {
      action.run();
    } catch (IOException e) {
      throw new OutletRefusedException(DurableFiles.inWords(e), e);
    }
  }
}
