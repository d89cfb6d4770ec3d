package io.serproutes.deliver.lines;

import io.serproutes.deliver.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The set of files that this process writes. Not thread-safe. */
final class OpenSet {

  private static final Logger LOG = LoggerFactory.getLogger("serp-receipt-in-lines");

  /** What is told before each step that reaches the disk; tests stop there. */
  @FunctionalInterface
  interface Steps {
    void before(String step) throws IOException;
  }

  private final Path dir;
  private final String name;
  private final Steps steps;
  private final Ledger ledger;
  private final Map<LineKind, LineFile> files = new EnumMap<>(LineKind.class);
  private boolean isDirty;

  /**
   * A new set of a name that is locked.
   *
   * @param buffer for what is appended; of no other set that is open
   */
  OpenSet(Path dir, String name, ByteBuffer buffer, Steps steps) throws IOException {
    this.dir = dir;
    this.name = name;
    this.steps = steps;
    steps.before("create");
    ledger = Ledger.create(StoredSet.ledger(dir, name));
    for (LineKind kind : LineKind.values()) {
      Path hidden = StoredSet.hidden(dir, kind, name);
      files.put(kind, new LineFile(hidden, name.endsWith(StoredSet.PACKED), buffer));
    }
  }

  String name() {
    return name;
  }

  /**
   * Whether nobody has removed or replaced a file of it.
   *
   * @throws IOException where that cannot be told
   */
  boolean isThere() throws IOException {
    for (LineFile file : files.values()) {
      if (file.isGone()) {
        return false;
      }
    }
    return Files.exists(ledger.file(), LinkOption.NOFOLLOW_LINKS);
  }

  /** The bytes of its longest file, before compression. */
  long plainBytes() {
    return files.values().stream().mapToLong(LineFile::plainBytes).max().orElse(0);
  }

  /** Commits the lines of tasks, all or none of them. */
  void commit(List<TaskLines> tasks) throws IOException {
    cutBack();
    isDirty = true;
    long[] lengths = ledger.last().lengths().clone();
    for (LineKind kind : LineKind.values()) {
      List<TaskLines> some = tasks.stream().filter(task -> task.has(kind)).toList();
      if (!some.isEmpty()) {
        steps.before("append " + kind);
        lengths[kind.ordinal()] =
            files
                .get(kind)
                .append(
                    out -> {
                      for (TaskLines task : some) {
                        task.write(kind, out);
                      }
                    });
      }
    }
    for (LineKind kind : LineKind.values()) {
      if (lengths[kind.ordinal()] > ledger.last().length(kind)) {
        steps.before("sync " + kind);
        files.get(kind).force();
      }
    }
    steps.before("commit");
    ledger.write(lengths);
    isDirty = false;
    steps.before("acknowledge");
  }

  /** Undoes a commit that failed: in the ledger, which may have it or not, then in the files. */
  void cutBack() throws IOException {
    if (isDirty) {
      steps.before("cut back");
      ledger.write(ledger.last().lengths());
      for (LineKind kind : LineKind.values()) {
        files.get(kind).cutBack(ledger.last().length(kind));
      }
      isDirty = false;
    }
  }

  /** Closes it; to be done again by anyone where this fails. */
  void close() throws IOException {
    cutBack();
    abandon();
    close(dir, name, steps);
  }

  /** Leaves it as it is, to be closed by whoever finds it. */
  void abandon() throws IOException {
    for (LineFile file : files.values()) {
      file.close();
    }
  }

  /**
   * Closes a set that nobody writes: its files are cut to what is committed and get their names.
   *
   * @return whether it was still open
   */
  static boolean close(Path dir, String name, Steps steps) throws IOException {
    Path ledger = StoredSet.ledger(dir, name);
    Ledger.Commit commit;
    try {
      commit = Ledger.read(ledger);
    } catch (NoSuchFileException e) {
      return false;
    }
    for (LineKind kind : LineKind.values()) {
      steps.before("show " + kind);
      show(StoredSet.hidden(dir, kind, name), dir, kind, name, commit.length(kind));
    }
    steps.before("remove ledger");
    Files.deleteIfExists(ledger);
    return true;
  }

  private static void show(Path hidden, Path dir, LineKind kind, String name, long length)
      throws IOException {
    if (length == 0) {
      Files.deleteIfExists(hidden);
      return;
    }
    try (FileChannel file =
        FileChannel.open(hidden, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS)) {
      if (file.size() < length) {
        LOG.error("{} is shorter than what was written to it: the disk has lost a part", hidden);
      }
      file.truncate(length);
      file.force(true);
    } catch (NoSuchFileException e) {
      if (!Files.exists(StoredSet.shown(dir, kind, name), LinkOption.NOFOLLOW_LINKS)) {
        LOG.warn("{} was removed; {}", hidden, cure(dir, kind, name));
      }
      return;
    }
    Files.move(hidden, StoredSet.shown(dir, kind, name), StandardCopyOption.ATOMIC_MOVE);
    DurableFiles.syncFolder(hidden.getParent());
  }

  // where their receipts stay, reconcile takes the ids for delivered
  private static String cure(Path dir, LineKind kind, String name) {
    return kind == LineKind.RECEIPTS
        ? "to fetch its ids again, run reconcile --feed"
        : "its results are lost; to fetch them again, copy "
            + StoredSet.shown(dir, LineKind.RECEIPTS, name)
            + " into the inbox";
  }
}
