package io.serproutes.deliver;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Makes new, renamed and removed names of a folder durable; one sync serves everybody who waits for
 * that folder. Safe for use by many threads.
 */
final class FolderSync {

  private final Map<Path, Folder> folders = new ConcurrentHashMap<>();

  /** Returns when all changes that this thread made in the folder are durable. */
  void sync(Path folder) throws IOException {
    folders.computeIfAbsent(folder, Folder::new).sync();
  }

  private static final class Folder {

    private final Path path;
    private long asked;
    private long done;
    private boolean syncing;

    Folder(Path path) {
      this.path = path;
    }

    void sync() throws IOException {
      long mine;
      long upTo;
      synchronized (this) {
        mine = ++asked;
        awaitTurn(mine);
        if (done >= mine) {
          return;
        }
        syncing = true;
        upTo = asked;
      }
      boolean synced = false;
      try (FileChannel channel = FileChannel.open(path)) {
        channel.force(true);
        synced = true;
      } finally {
        end(synced ? upTo : 0);
      }
    }

    private void awaitTurn(long mine) throws IOException {
      try {
        while (syncing && done < mine) {
          wait();
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        throw new java.io.InterruptedIOException("interrupted while " + path + " was synced");
      }
    }

    private synchronized void end(long upTo) {
      syncing = false;
      done = Math.max(done, upTo);
      notifyAll();
    }
  }
}
