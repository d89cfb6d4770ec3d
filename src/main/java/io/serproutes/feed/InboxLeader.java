package io.serproutes.feed;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.ids.ClaimsFile;
import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that leads where processes share an inbox: it holds a lock on {@code
 * .serp/feeder.lock}, which the system takes away with the process. Local disks only. Thread-safe.
 */
public final class InboxLeader implements Leader, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");

  private final Path path;
  private ClaimsFile file;
  private FileLock lock;

  /** The lock in {@code serp.folder.inbox}, not yet asked for. */
  public InboxLeader(Settings settings) {
    path = Path.of(settings.get(Keys.INBOX)).toAbsolutePath().resolve(".serp/feeder.lock");
  }

  @Override
  public synchronized Standing standing() {
    try {
      if (file == null || !file.isAt(path)) { // removed, and another process may lock a new one
        close();
        file = ClaimsFile.open(path, this);
      }
      if (lock == null) {
        lock = file.lock(0);
      }
      return lock == null ? Standing.FOLLOWS : Standing.LEADS;
    } catch (IOException e) {
      LOG.debug("{} cannot be locked now", path, e); // the drop folder makes its folder again
      return Standing.UNKNOWN;
    }
  }

  /** Leads no more. */
  @Override
  public synchronized void close() throws IOException {
    if (file != null) {
      try {
        if (lock != null) {
          lock.release(); // another context of this process may have the file open
        }
      } finally {
        file.close(this);
        file = null;
        lock = null;
      }
    }
  }
}
