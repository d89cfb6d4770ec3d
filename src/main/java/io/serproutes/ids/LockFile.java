package io.serproutes.ids;

import java.io.IOException;
import java.nio.channels.FileLock;
import java.nio.file.Path;

/**
 * A file that one of several processes holds a lock on, which the system takes away with the
 * process. Local disks only. Thread-safe.
 */
public final class LockFile implements AutoCloseable {

  private final Path path;
  private ClaimsFile file;
  private FileLock lock;

  /** The lock on a file, not yet asked for. */
  public LockFile(Path path) {
    this.path = path;
  }

  /**
   * Whether this process holds the lock, which it takes where it is free.
   *
   * @throws IOException where the file cannot be made or locked
   */
  public synchronized boolean isHeld() throws IOException {
    if (file == null || !file.isAt(path)) { // removed, and another process may lock a new one
      close();
      file = ClaimsFile.open(path, this);
    }
    if (lock == null) {
      lock = file.lock(0);
    }
    return lock != null;
  }

  /** Releases the lock, if it is held. */
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
