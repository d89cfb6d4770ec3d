package io.serproutes.ids;

import io.serproutes.Failures;
import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;

/**
 * A file of ids, or standard input, read entry by entry: how far it has been read, and why it ends
 * early. Read by one thread; how far it is may be asked on any.
 */
final class IdFile implements Closeable {

  // each is a dead letter: a small file of something else could fill the disk with them
  private static final int MOST_INVALID = 10_000;
  private static final String TOO_MANY_INVALID =
      "not a file of ids: %,d of its first %,d entries are no ids";

  private final AtomicLong position = new AtomicLong();
  private final long size;
  private volatile IdReader reader;
  private volatile long count;
  private volatile String skipped = "";
  private long invalid;
  private long repeated;
  private TaskId id;
  private String broken;

  /**
   * Opens a file; one that is not readable has no ids and is {@link #broken}.
   *
   * @throws FileSystemException where the system cannot open it now, which says nothing about the
   *     file: too many are open, or the disk fails
   */
  IdFile(Path file, String apiPath) throws FileSystemException {
    long bytes = 0;
    try {
      bytes = Files.size(file);
      reader = DropFileContent.open(file, apiPath, position);
    } catch (IOException e) {
      if (e.getClass() == FileSystemException.class) { // no access and no file have their own
        throw (FileSystemException) e;
      }
      broken = inWords(e);
    }
    size = bytes;
  }

  /** Standard input, whose end nobody knows. */
  IdFile(StandardInput in) {
    size = 0;
    reader = in;
  }

  /**
   * The next entry; null at the end, where the file turns out to be broken, or {@link #isOpen}.
   *
   * @throws FileSystemException where the disk fails, which says nothing about the file
   */
  IdReader.Entry next() throws FileSystemException {
    IdReader.Entry entry = read();
    if (entry == null) {
      return null;
    }
    count++;
    id = TaskId.parse(entry.text());
    if (id == null && ++invalid > MOST_INVALID && invalid > (count - repeated) / 2) {
      broken = String.format(Locale.ROOT, TOO_MANY_INVALID, invalid, count);
      return null;
    }
    return entry;
  }

  /** Notes that the last entry is an id that was read before: it makes no file one of ids. */
  void repeats() {
    repeated++;
  }

  private IdReader.Entry read() throws FileSystemException {
    try {
      return reader == null ? null : reader.next();
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException | RuntimeException e) {
      broken = inWords(e);
      return null;
    }
  }

  /** Whether more may come later, where {@link #next} has returned null. */
  boolean isOpen() {
    return broken == null && reader instanceof StandardInput in && in.isOpen();
  }

  /** The id that the last entry is; null where it is none. */
  TaskId id() {
    return id;
  }

  /** The number of the last entry in the file, from 0; see {@link IdReader#passedOver}. */
  long number() {
    return count - 1 + (reader == null ? 0 : reader.passedOver());
  }

  /** How many entries have been read. */
  long count() {
    return count;
  }

  /** Why the file is broken as a whole, or null. */
  String broken() {
    return broken;
  }

  /** What was skipped, in words, once it is closed; empty where nothing was. */
  String skipped() {
    return skipped;
  }

  /** About how many entries have not been read, as the part that was read tells. */
  long unread() {
    return unread(count, position.get(), size);
  }

  /** How many entries of standard input have come and have not been read; of a file, 0. */
  long ahead() {
    return reader instanceof StandardInput in ? in.ahead() : 0;
  }

  /** About how many entries are in what has not been read of so many bytes; 0 is not known. */
  static long unread(long count, long position, long size) {
    return position == 0 ? 0 : Math.max(0, Math.round((double) count * size / position) - count);
  }

  /** The part of the file that has been read, from 0 to 1. */
  double part() {
    return size == 0 ? 1 : Math.min(1, position.get() / (double) size);
  }

  /** How many bytes have been read. */
  long position() {
    return position.get();
  }

  /** Closes the file, whose counts stay. */
  @Override
  public void close() throws IOException {
    IdReader open = reader;
    reader = null; // many files may wait long for their last id: let its memory go
    if (open != null) {
      skipped = open.skipped();
      open.close();
    }
  }

  /** Why a file cannot be read, in words. */
  static String inWords(Exception e) {
    if (e instanceof AccessDeniedException) {
      return "permission to read the file is denied";
    }
    if (e instanceof EOFException || e instanceof ZipException) {
      return "bad gzip: " + (e.getMessage() == null ? "it ends too early" : e.getMessage());
    }
    return Source.printable(Failures.inWords(e));
  }
}
