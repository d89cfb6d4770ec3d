package io.serproutes.deliver;

import io.serproutes.ids.LockFile;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.function.Consumer;

/**
 * The records of parked ids on disk, {@code {id}.json} each, and the lock of the process that asks
 * for the ids. Safe for use by many threads.
 */
final class ParkedFolder {

  /** The record of a file that holds none; its name still tells the id. */
  static final ParkedRecord UNREADABLE =
      new ParkedRecord(null, null, null, null, null, null, 0, 0, null, null, null);

  /** Lists a folder. */
  @FunctionalInterface
  interface Listing {
    DirectoryStream<Path> of(Path folder) throws IOException;
  }

  private final Path path;
  private final Listing listing;
  private final LockFile lock;

  ParkedFolder(Path path, Listing listing) {
    this.path = path;
    this.listing = listing;
    lock = new LockFile(path.resolve(".lock"));
  }

  Path path() {
    return path;
  }

  Path file(TaskId id) {
    return ResultFolder.flat(path, id);
  }

  /**
   * Whether this process holds the lock, which it takes where it is free.
   *
   * @throws IOException where the lock file cannot be made or locked
   */
  boolean isOurs() throws IOException {
    DurableFiles.createFolders(path);
    return lock.isHeld();
  }

  /**
   * Passes the ids of all files to a visitor.
   *
   * @throws IOException where the listing breaks off
   * @throws java.nio.file.DirectoryIteratorException likewise
   */
  void forEach(Consumer<TaskId> visitor) throws IOException {
    try (DirectoryStream<Path> names = listing.of(path)) {
      for (Path file : names) {
        TaskId id = ResultFolder.idOf(file.getFileName().toString());
        if (id != null) {
          visitor.accept(id);
        }
      }
    }
  }

  /**
   * Returns the record of an id, {@link #UNREADABLE}, also where the system cannot read it now, or
   * null where there is no file.
   */
  ParkedRecord find(TaskId id) {
    try {
      return current(id);
    } catch (FileSystemException e) {
      return UNREADABLE;
    }
  }

  private ParkedRecord current(TaskId id) throws FileSystemException {
    try {
      return read(id);
    } catch (NoSuchFileException e) {
      return null;
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      return UNREADABLE;
    }
  }

  /**
   * Returns the record of an id, whose times can be parsed.
   *
   * @throws NoSuchFileException where there is no file
   * @throws FileSystemException where the system cannot read it now
   * @throws IOException where it is no record; the message says why
   */
  ParkedRecord read(TaskId id) throws IOException {
    return ParkedRecord.read(DurableFiles.read(file(id)));
  }

  /** Returns when the file of an id was written; null where that is unknown. */
  Instant written(TaskId id) {
    try {
      return Files.getLastModifiedTime(file(id), LinkOption.NOFOLLOW_LINKS).toInstant();
    } catch (IOException e) {
      return null;
    }
  }

  /**
   * Removes the file of an id if it still holds this record; a newer record stays for the next ask.
   */
  void remove(TaskId id, ParkedRecord record) throws IOException {
    if (record.equals(current(id))) {
      Files.deleteIfExists(file(id));
    }
  }

  /** Releases the lock. */
  void close() throws IOException {
    lock.close();
  }
}
