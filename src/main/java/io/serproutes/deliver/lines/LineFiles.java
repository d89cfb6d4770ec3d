package io.serproutes.deliver.lines;

import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.GroupCommit;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Claims;
import io.serproutes.ids.ClaimsFile;
import io.serproutes.items.ItemBatch;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.function.LongSupplier;
import org.apache.camel.Body;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The results of tasks as JSON Lines under {@code serp.files.dir}; the package's page says how.
 *
 * <p>Items and dead letters are kept with their task until its receipt, then all of it is committed
 * at once: it is durable, or nothing of it is there. Thread-safe.
 */
public final class LineFiles implements GroupCommit<TaskLines>, Closeable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-receipt-in-lines");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final int BUFFER = 256 * 1024;

  private final Path dir;
  private final String ending;
  private final long maxSize;
  private final long maxAge;
  private final OpenSet.Steps steps;
  private final LongSupplier nanoTime;

  // small writes zero the rest of a page each; from here the system reads without another copy
  private final ByteBuffer buffer = ByteBuffer.allocateDirect(BUFFER); // one: it is freed late

  private OpenSet open;
  private long openedAt;
  private FileLock lock; // on the name of the open set
  private ClaimsFile locks;

  /** Files in {@code serp.files.dir}, closed by {@code serp.files.lines.*}. */
  public LineFiles(Settings settings) {
    this(settings, step -> {}, System::nanoTime);
  }

  LineFiles(Settings settings, OpenSet.Steps steps, LongSupplier nanoTime) {
    dir = ResultFolder.of(settings);
    boolean isPacked = settings.get(Keys.LINES_COMPRESS).equals("gzip");
    ending = isPacked ? StoredSet.PACKED : StoredSet.PLAIN;
    maxSize = settings.get(Keys.LINES_MAX_SIZE);
    maxAge = settings.get(Keys.LINES_MAX_AGE).toNanos();
    this.steps = steps;
    this.nanoTime = nanoTime;
  }

  /** Keeps a task's items of one type until its receipt. */
  public void items(@Variable(Task.VARIABLE) Task task, @Body ItemBatch batch) {
    TaskLines.of(task, dir).items(batch);
  }

  /** Keeps the dead letter of an id until its receipt. */
  public void deadLetter(@Variable(Task.VARIABLE) Task task, @Body byte[] letter) {
    TaskLines.of(task, dir).letter(letter);
  }

  @Override
  public TaskLines stage(Task task, byte[] last) {
    TaskLines lines = TaskLines.of(task, dir);
    if (task.isValid()) {
      lines.receipt(last);
    } else {
      lines.letter(last);
    }
    return lines;
  }

  /** Commits the lines of all tasks with one sync; where that fails, of each task by itself. */
  @Override
  public synchronized void publish(List<TaskLines> all) {
    try {
      commit(all);
    } catch (IOException | RuntimeException e) {
      LOG.debug("{} tasks cannot be committed together", all.size(), e);
      all.forEach(one -> one.attempt(() -> commit(List.of(one))));
    }
    tick();
  }

  private void commit(List<TaskLines> all) throws IOException {
    List<TaskLines> some = all.stream().filter(one -> !one.isEmpty()).toList();
    if (some.isEmpty()) {
      return;
    }
    if (open != null && !open.isThere()) {
      LOG.warn(
          "files of {} were removed, moved or replaced while they were written, and new files are"
              + " begun: put the old ones back, or fetch the ids in them again, as with reconcile"
              + " --feed",
          open.name());
      leave();
    }
    if (open == null) {
      begin();
    }
    try {
      open.commit(some);
    } catch (IOException | RuntimeException e) {
      cutBack(e);
      throw e;
    }
    some.forEach(TaskLines::committed);
  }

  // now, since it may be the disk space that is missing; else before the next commit
  private void cutBack(Exception cause) {
    try {
      open.cutBack();
    } catch (IOException e) {
      cause.addSuppressed(e);
    }
  }

  private void begin() throws IOException {
    closeLeft();
    String name = freeName();
    lock = locks.lock(Claims.place(Path.of(name)));
    if (lock == null) {
      throw new IOException(name + " is in use by another process");
    }
    try {
      open = new OpenSet(dir, name, buffer, steps);
      openedAt = nanoTime.getAsLong();
    } finally {
      if (open == null) {
        lock.release();
      }
    }
  }

  private String freeName() throws IOException {
    while (true) {
      String random = HexFormat.of().toHexDigits(RANDOM.nextLong(), 6);
      String name = Times.stamp(Instant.now()) + "-" + random + ending;
      if (StoredSet.isFree(dir, name)) {
        return name;
      }
    }
  }

  /**
   * Closes the sets that were left open, as by a kill. What cannot be closed is logged, and closed
   * when the next set begins.
   */
  public synchronized void prepare() {
    try {
      closeLeft();
    } catch (IOException e) {
      LOG.warn("results that were left open stay hidden for now: {}", Failures.inWords(e));
    }
  }

  private void closeLeft() throws IOException {
    Path path = dir.resolve(ResultFolder.LEDGERS).resolve(ResultFolder.LOCKS);
    DurableFiles.createFolders(path.getParent());
    if (locks == null || open == null && !locks.isAt(path)) {
      closeLocks();
      locks = ClaimsFile.open(path, this);
    }
    for (String name : StoredSet.openNames(dir)) {
      FileLock free = locks.lock(Claims.place(Path.of(name)));
      if (free != null) { // else it is written, by this process or another
        try (free) {
          closeLeft(name);
        }
      }
    }
  }

  private void closeLeft(String name) {
    try {
      if (OpenSet.close(dir, name, steps)) {
        LOG.info("{} was left open; it is closed after its last commit", name);
      }
    } catch (IOException e) {
      LOG.warn("{} was left open and stays hidden for now: {}", name, Failures.inWords(e));
    }
  }

  /** Closes the set where it is large or old enough; called every second. */
  public synchronized void tick() {
    if (open != null
        && (open.plainBytes() >= maxSize || nanoTime.getAsLong() - openedAt >= maxAge)) {
      finish();
    }
  }

  /** Closes the set; what comes later begins another. */
  @Override
  public synchronized void finish() {
    if (open == null) {
      return;
    }
    try {
      open.close();
      LOG.debug("{} is closed", open.name());
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} stays hidden for now: {}", open.name(), Failures.inWords(e));
    }
    leave();
  }

  // a set that could not be closed is closed by whoever begins or starts next
  private void leave() {
    try {
      open.abandon();
    } catch (IOException e) {
      LOG.debug("closing the files of {}", open.name(), e);
    }
    open = null;
    try {
      lock.release();
    } catch (IOException e) {
      LOG.debug("releasing a lock", e);
    }
  }

  private void closeLocks() throws IOException {
    if (locks != null) {
      locks.close(this);
      locks = null;
    }
  }

  /** Closes the set for good; the program stops. */
  @Override
  public synchronized void close() throws IOException {
    finish();
    closeLocks();
  }
}
