package io.serproutes.feed;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.ids.LockFile;
import java.io.IOException;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The process that leads where processes share an inbox: it holds the lock {@code
 * .serp/feeder.lock}. Thread-safe.
 */
public final class InboxLeader implements Leader, AutoCloseable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");

  private final Path path;
  private final LockFile lock;

  /** The lock in {@code serp.folder.inbox}, not yet asked for. */
  public InboxLeader(Settings settings) {
    path = Path.of(settings.get(Keys.INBOX)).toAbsolutePath().resolve(".serp/feeder.lock");
    lock = new LockFile(path);
  }

  @Override
  public Standing standing() {
    try {
      return lock.isHeld() ? Standing.LEADS : Standing.FOLLOWS;
    } catch (IOException e) {
      LOG.debug("{} cannot be locked now", path, e); // the drop folder makes its folder again
      return Standing.UNKNOWN;
    }
  }

  /** Leads no more. */
  @Override
  public void close() throws IOException {
    lock.close();
  }
}
