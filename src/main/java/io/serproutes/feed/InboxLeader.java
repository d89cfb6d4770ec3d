package io.serproutes.feed;

import io.serproutes.Keys;
import io.serproutes.Settings;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that leads where processes share an inbox: it holds a lock on {@code
 * .serp/feeder.lock}, which the system takes away with the process. Local disks only. Thread-safe.
 */
public final class InboxLeader implements Leader, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");

  private final Path path;
  private FileChannel
      file; // kept open also without the lock: closing it would free one of this JVM
  private Object opened;
  private FileLock lock;

  /** The lock in {@code serp.folder.inbox}, not yet asked for. */
  public InboxLeader(Settings settings) {
    path = Path.of(settings.get(Keys.INBOX)).toAbsolutePath().resolve(".serp/feeder.lock");
  }

  @Override
  public synchronized Standing standing() {
    try {
      if (file == null || !opened.equals(key())) {
        open();
      }
      if (lock == null) {
        lock = file.tryLock();
      }
      return lock == null ? Standing.FOLLOWS : Standing.LEADS;
    } catch (OverlappingFileLockException e) {
      return Standing.FOLLOWS; // in this JVM
    } catch (IOException e) {
      LOG.debug("{} cannot be locked now", path, e); // the drop folder makes its folder again
      return Standing.UNKNOWN;
    }
  }

  // somebody may have removed the file or its folder, and another process lock a new one
  private void open() throws IOException {
    close();
    file =
        FileChannel.open(
            path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
    opened = key();
    if (opened == null) {
      close();
      throw new NoSuchFileException(path.toString());
    }
  }

  private Object key() throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Leads no more. */
  @Override
  public synchronized void close() throws IOException {
    lock = null;
    if (file != null) {
      file.close();
      file = null;
    }
  }
}
