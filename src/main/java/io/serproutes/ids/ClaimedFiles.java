package io.serproutes.ids;

import io.serproutes.IllegalSettingException;
import io.serproutes.LookAhead;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The drop files that this process has claimed, each when a thread is free to read it. Safe for use
 * by many threads.
 */
final class ClaimedFiles {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final int READERS = 32; // the threads of serp-read-files-at-once
  private static final int MOST_WHOLE = 1000;
  private static final long WAIT_MILLIS = 500;

  private final Claims claims;
  private final LeftAlone leftAlone;
  private final Duration settle;
  private final Intake intake;
  private final Semaphore readers = new Semaphore(READERS);
  private final Set<Path> reading = ConcurrentHashMap.newKeySet();
  private final Set<Path> whole = ConcurrentHashMap.newKeySet();
  private final Set<Path> claimed = ConcurrentHashMap.newKeySet();
  private volatile FileTime start; // of a run once: the last change of what stood there; else null

  ClaimedFiles(Claims claims, LeftAlone leftAlone, Duration settle, Intake intake) {
    this.claims = claims;
    this.leftAlone = leftAlone;
    this.settle = settle;
    this.intake = intake;
  }

  /**
   * Notes the files that stand in the inbox at the start of a run once: what comes or changes later
   * is left to the next. Compared are only times that the file system gave, with none of this
   * machine's clock, which may be another or be set back.
   */
  void standing(InboxWalk walk) throws IOException {
    FileTime last = FileTime.from(Instant.MIN);
    while (walk.hasNext()) {
      try {
        FileTime changed = FileStamp.changed(walk.next());
        last = changed.compareTo(last) > 0 ? changed : last;
      } catch (NoSuchFileException e) {
        LOG.debug("a file is gone since the folder was listed", e);
      }
    }
    start = last;
  }

  /** Whether a run once leaves a file to the next. What this process fed it takes. */
  boolean isLater(Path file) {
    try {
      return start != null
          && !whole.contains(file.getFileName())
          && FileStamp.changed(file).compareTo(start) > 0
          && Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).compareTo(start) > 0;
    } catch (IOException e) {
      return false; // gone since the folder was listed, or looked at again
    }
  }

  /** Notes the name of a file that appears whole: it need not settle. */
  void whole(Path name) {
    if (whole.size() >= MOST_WHOLE) {
      whole.clear(); // another process took them; what is still there settles like any other
    }
    whole.add(name);
  }

  boolean isEmpty() {
    return claimed.isEmpty();
  }

  /** Claims the files of one walk through the inbox as they are fetched; not thread-safe. */
  Iterator<Path> in(InboxWalk walk) {
    return new Look(walk);
  }

  /** Ends with the folder, or earlier when no thread is free or the program stops. */
  private final class Look extends LookAhead<Path> implements Closeable {

    private final InboxWalk walk;
    private boolean over;

    Look(InboxWalk walk) {
      this.walk = walk;
    }

    @Override
    protected Path fetch() {
      Path next = null;
      try {
        next = over ? null : claimNext(walk);
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
      } catch (DirectoryIteratorException e) {
        leftAlone.folder(e.getCause());
      } catch (IOException | IllegalSettingException e) {
        leftAlone.folder(e);
      } finally {
        if (next == null) { // also after an error
          end();
        }
      }
      return next;
    }

    private void end() {
      over = true;
      try {
        walk.close();
      } catch (IOException e) {
        LOG.debug("closing the inbox", e);
      }
    }

    /** Ends the look early; releases a file that was claimed and not fetched. */
    @Override
    public void close() throws IOException {
      end();
      if (hasNext()) {
        release(next());
      }
    }
  }

  private Path claimNext(InboxWalk walk) throws IOException, InterruptedException {
    while (walk.hasNext()) {
      Path file = walk.next();
      if (isDue(file)) {
        if (intake.isClosed() || !readers.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS)) {
          return null;
        }
        if (claim(file)) {
          return file;
        }
      }
    }
    leftAlone.endOfLook();
    return null;
  }

  private boolean isDue(Path file) {
    try {
      return !claimed.contains(file.getFileName())
          && (whole.contains(file.getFileName()) || FileStamp.isSettled(file, settle))
          && !leftAlone.isLeftAlone(file)
          && !isLater(file);
    } catch (NoSuchFileException e) {
      return false; // gone since the folder was listed
    } catch (IOException e) {
      LOG.debug("{} is tried again", file, e);
      return false;
    }
  }

  /** Claims a file for the reader that was acquired for it; releases the reader where it cannot. */
  private boolean claim(Path file) throws IOException {
    Path name = file.getFileName();
    boolean mine = false;
    try {
      // since it was listed, another process may have moved the file and released its claim
      if (claims.isReady() && claims.take(name)) {
        claimed.add(name);
        if (start == null) {
          whole.remove(name);
        }
        mine = claims.isReady() && FileStamp.exists(file);
        if (mine) {
          reading.add(name);
        }
      }
    } finally {
      if (!mine) {
        readers.release();
      }
      if (!mine && claimed.contains(name)) {
        release(file);
      }
    }
    return mine;
  }

  /** Notes that a file has been read: its reader is free. */
  void endReading(Path file) {
    if (reading.remove(file.getFileName())) {
      readers.release();
    }
  }

  void release(Path file) throws IOException {
    endReading(file);
    if (!FileStamp.exists(file)) {
      whole.remove(file.getFileName());
    }
    try {
      claims.release(file.getFileName());
    } finally {
      claimed.remove(file.getFileName());
    }
  }
}
