package io.serproutes.ids;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/**
 * The drop files that this process has claimed, and who is free to read one more. Safe for use by
 * many threads.
 */
final class FilesInWork {

  private static final int READERS = 32; // the threads of serp-read-files-at-once
  private static final long WAIT_MILLIS = 500;

  private final Claims claims;
  private final Semaphore readers = new Semaphore(READERS);
  private final Set<Path> reading = ConcurrentHashMap.newKeySet();
  private final Set<Path> claimed = ConcurrentHashMap.newKeySet();

  FilesInWork(Claims claims) {
    this.claims = claims;
  }

  boolean contains(Path file) {
    return claimed.contains(file.getFileName());
  }

  boolean isEmpty() {
    return claimed.isEmpty();
  }

  /** Waits a short while until somebody is free to read; whether there is, and is kept for it. */
  boolean awaitReader() throws InterruptedException {
    return readers.tryAcquire(WAIT_MILLIS, TimeUnit.MILLISECONDS);
  }

  /** Claims a file for the reader who is kept for it; false, and the reader free, if it cannot. */
  boolean claim(Path file) throws IOException {
    Path name = file.getFileName();
    boolean mine = false;
    try {
      // the file may have moved, and its claim been given back, since it was listed
      if (claims.isReady() && claims.take(name)) {
        claimed.add(name);
        mine = claims.isReady() && Files.exists(file, LinkOption.NOFOLLOW_LINKS);
        if (mine) {
          reading.add(name);
        } else {
          release(file);
        }
      }
    } finally {
      if (!mine) {
        readers.release();
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

  /** Gives a file back. */
  void release(Path file) throws IOException {
    endReading(file);
    try {
      claims.release(file.getFileName());
    } finally {
      claimed.remove(file.getFileName());
    }
  }
}
