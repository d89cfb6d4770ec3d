package io.serproutes.feed;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.LongSupplier;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.util.IOHelper;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Keeps ids of a feeder as drop files {@code {feeder}-{stamp}.txt} of the inbox. Safe for use by
 * many threads, one at a time.
 *
 * <p>Ids are appended to a hidden file, which is synced before {@link #keep} returns and renamed at
 * most once a second. Its writer holds a lock on it, which dies with the process: another process,
 * or the next start, renames what a dead one left, without a torn line.
 */
public final class FedFiles implements AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-keep-in-folder");
  private static final long SHOW_EVERY = TimeUnit.SECONDS.toNanos(1);
  private static final int SWEEP_EVERY = 60; // ticks

  /** Makes what was written to a file durable. */
  @FunctionalInterface
  interface Sync {
    void force(FileChannel file) throws IOException;
  }

  private final FedFolder folder;
  private final LeftFedFiles left;
  private final Sync sync;
  private final LongSupplier nanoTime;

  private Path name; // of the file that is written
  private FileChannel file;
  private boolean isEmpty;
  private long kept; // how long it was when it was last synced
  private long shownAt;
  private String failure; // to show it, as it was told; null: none
  private int ticks;

  /**
   * Files in {@code serp.folder.inbox}.
   *
   * @param feeder the beginning of their names, such as {@code tasks-ready}
   */
  public FedFiles(Settings settings, DropFolder folder, String feeder) {
    this(
        Path.of(settings.get(Keys.INBOX)).toAbsolutePath().normalize(),
        feeder,
        folder::whole,
        file -> file.force(true),
        System::nanoTime);
  }

  FedFiles(Path inbox, String feeder, Consumer<Path> shown, Sync sync, LongSupplier nanoTime) {
    folder = new FedFolder(inbox, feeder, shown);
    left = new LeftFedFiles(folder, sync);
    this.sync = sync;
    this.nanoTime = nanoTime;
    shownAt = nanoTime.getAsLong() - SHOW_EVERY;
  }

  /** Finishes what killed processes left; before the first {@link #keep}. */
  public void prepare() throws IOException {
    DurableFiles.createFolders(folder.inbox());
    left.finish(null);
  }

  /**
   * Keeps ids; they are durable when it returns.
   *
   * @return the name of the file that holds them
   * @throws IOException where they are not kept; some of them may come through all the same
   */
  public synchronized String keep(@Body List<TaskId> ids) throws IOException {
    try {
      append(ids);
    } catch (IOException | RuntimeException e) {
      abandon();
      throw new IOException(Failures.inWords(e), e);
    }
    String kept = name.toString();
    showIfDue();
    return kept;
  }

  private void append(List<TaskId> ids) throws IOException {
    if (file == null) {
      create();
    }
    isEmpty = false;
    String text = ids.stream().map(id -> id.value() + "\n").collect(Collectors.joining());
    for (ByteBuffer lines = US_ASCII.encode(text); lines.hasRemaining(); ) {
      file.write(lines);
    }
    sync.force(file);
    // a name that is gone is never shown: the ids would be lost after their 200
    if (!Files.exists(folder.hidden(name))) {
      throw new IOException(
          folder.hidden(name) + " was taken away, and the ids that were kept in it with it");
    }
    kept = file.position();
  }

  private void create() throws IOException {
    DurableFiles.createFolders(folder.inbox());
    name = folder.freeName();
    isEmpty = true;
    kept = 0;
    file =
        FileChannel.open(
            folder.hidden(name), StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    // another process may have looked at it before it was locked, and removed it as empty
    if (file.tryLock() == null || !Files.exists(folder.hidden(name))) {
      throw new IOException(folder.hidden(name) + " is in use by another process");
    }
    folder.sync();
  }

  // a file whose last write failed: what was refused comes again, and would be there twice; a sweep
  // shows what was kept, or what of it is whole where it cannot be cut
  private void abandon() {
    try {
      if (file != null) {
        file.truncate(kept);
      }
    } catch (IOException e) {
      LOG.debug("{} is not cut to what was kept", name, e);
    }
    IOHelper.close(file);
    file = null;
    ticks = SWEEP_EVERY - 1;
  }

  /** Shows the drop folder what is kept, and looks for what others left; called every second. */
  public synchronized void tick() {
    showIfDue();
    if (++ticks % SWEEP_EVERY == 0) {
      try {
        left.finish(file == null ? null : folder.hidden(name));
      } catch (IOException e) {
        LOG.warn(
            "hidden files of {} cannot be looked through: {}", folder.inbox(), Failures.inWords(e));
      }
    }
  }

  private void showIfDue() {
    if (file != null && !isEmpty && nanoTime.getAsLong() - shownAt >= SHOW_EVERY) {
      show();
    }
  }

  private void show() {
    try {
      folder.show(folder.hidden(name), name);
      shownAt = nanoTime.getAsLong();
      IOHelper.close(file); // gives back its lock: not before it has its name
      file = null;
      failure = null;
      syncName();
    } catch (NoSuchFileException e) {
      LOG.warn("{} was taken away before its ids were taken", folder.hidden(name));
      abandon();
      failure = null;
    } catch (IOException e) {
      sayOnce(Failures.inWords(e));
    }
  }

  // after a power cut it may be hidden again, and the next start finishes it
  private void syncName() {
    try {
      folder.sync();
    } catch (IOException e) {
      LOG.debug("the name of {} cannot be synced", name, e);
    }
  }

  private void sayOnce(String why) {
    if (!why.equals(failure)) {
      LOG.warn("{} cannot be shown to the inbox, which is tried again: {}", name, why);
    }
    failure = why;
  }

  /** Whether the drop folder can see all that is kept. */
  public synchronized boolean isShown() {
    return file == null || isEmpty;
  }

  /** Why what is kept could not be shown the last time, in words; null where it could. */
  public synchronized String whyNotShown() {
    boolean isNone = failure == null || isShown(); // then a later write to it failed
    return isNone ? null : name + " cannot be shown to the inbox: " + failure;
  }

  /** Shows what is kept; the program stops. */
  @Override
  public synchronized void close() {
    if (file != null && !isEmpty) {
      show();
    }
  }
}
