package io.serproutes.ids;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;

/**
 * The ids of a stream that may wait for ever for its next one, such as standard input: an id a
 * line. A daemon thread reads it, at most 1,000 entries ahead, since Java cannot interrupt a read.
 */
final class StandardInput implements IdReader {

  private static final int AHEAD = 1000;

  /** An entry, or why there are no more: without a failure, the stream has ended. */
  private record Part(Entry entry, IOException failure) {}

  private final BlockingQueue<Part> parts = new ArrayBlockingQueue<>(AHEAD);
  private boolean isOver;

  /** Begins to read a stream. */
  StandardInput(InputStream in) {
    Thread thread = new Thread(() -> read(in), "serp-standard-input");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Whether the process was started without one. The first file that the JVM opens then has its
   * number, and would be read as ids. Linux tells; elsewhere this is false.
   */
  static boolean isClosed() {
    Path links = Path.of("/proc/self/fd");
    try {
      return Files.isDirectory(links)
          && Files.readSymbolicLink(links.resolve("0")).startsWith(System.getProperty("java.home"));
    } catch (NoSuchFileException e) {
      return true;
    } catch (IOException e) {
      return false;
    }
  }

  private void read(InputStream in) {
    try {
      parts.put(new Part(null, readToItsEnd(in)));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private IOException readToItsEnd(InputStream in) throws InterruptedException {
    try {
      IdReader lines = DropFileContent.lines(in);
      for (Entry entry; (entry = lines.next()) != null; ) {
        parts.put(new Part(entry, null));
      }
      return null;
    } catch (IOException e) {
      return e;
    }
  }

  /** The next entry; null at the end, or where none has come yet. Does not wait. */
  @Override
  public Entry next() throws IOException {
    Part part = isOver ? null : parts.poll();
    if (part == null) {
      return null;
    }
    isOver = part.entry() == null;
    if (part.failure() != null) {
      throw part.failure();
    }
    return part.entry();
  }

  /** Whether more may come, where {@link #next} has returned null. */
  boolean isOpen() {
    return !isOver;
  }

  /** How many entries have come and have not been taken. */
  long ahead() {
    return parts.stream().filter(part -> part.entry() != null).count();
  }

  @Override
  public void close() {
    // the thread ends with the stream or the process
  }
}
