package io.serproutes.page;

import io.serproutes.Failures;
import io.serproutes.Times;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.io.InputStream;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileStore;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.HexFormat;
import java.util.Locale;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Files that the page gives to a folder. Safe for use by many threads.
 *
 * <p>A file is written under a hidden name, synced, and shown whole; no file of its name is
 * replaced. Its writer holds a lock on it, which dies with the process: the next start removes what
 * a killed one left, of which nobody was told that it is kept.
 */
final class GivenFiles {

  /** No file is written where the disk would have less room, or a twentieth of a smaller one. */
  static final long ROOM_LEFT = 64L << 20;

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final SecureRandom RANDOM = new SecureRandom();
  private static final long CHECK_EVERY = 1 << 20;

  private final Path inbox;
  private final Consumer<Path> shown;

  /**
   * Files of a folder.
   *
   * @param shown told the name of a file that has appeared whole
   */
  GivenFiles(Path inbox, Consumer<Path> shown) {
    this.inbox = inbox;
    this.shown = shown;
  }

  /** Removes the hidden files that killed processes left. */
  void sweep() {
    try (DirectoryStream<Path> left = Files.newDirectoryStream(inbox, ".page-*.part")) {
      for (Path hidden : left) {
        removeIfLeft(hidden);
      }
    } catch (IOException e) {
      LOG.warn("hidden files in {} are not removed: {}", inbox, Failures.inWords(e));
    }
  }

  private static void removeIfLeft(Path hidden) throws IOException {
    if (!Files.isRegularFile(hidden, LinkOption.NOFOLLOW_LINKS)) {
      return; // opening a pipe would wait for ever
    }
    try (FileChannel file = FileChannel.open(hidden, StandardOpenOption.WRITE)) {
      if (file.tryLock() != null) {
        Files.delete(hidden);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone", hidden);
    }
  }

  /**
   * Begins a file.
   *
   * @param bytes how long it will be, as far as that is known
   * @throws RefusedException with 507 where the disk has no room for it
   */
  Part begin(long bytes) throws IOException, RefusedException {
    DurableFiles.createFolders(inbox);
    checkRoom(inbox, bytes);
    String random = HexFormat.of().toHexDigits(RANDOM.nextInt());
    Path hidden = inbox.resolve(".page-" + Times.stamp(Instant.now()) + "-" + random + ".part");
    FileChannel file =
        FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    Part part = new Part(hidden, file);
    // another process that starts may have looked at it before it was locked
    if (file.tryLock() == null || !Files.exists(hidden)) {
      part.close();
      throw new IOException(hidden + " is in use by another process");
    }
    return part;
  }

  /**
   * Begins a file of the folder that is never shown and has no name: it goes with the process,
   * whatever ends that.
   *
   * @param bytes how long it will be, as far as that is known
   * @throws RefusedException with 507 where the disk has no room for it
   */
  Part beginUnnamed(long bytes) throws IOException, RefusedException {
    checkRoom(inbox, bytes);
    Path path = Files.createTempFile(inbox, "serp-page-", ".part");
    try {
      return new Part(
          path, FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE));
    } finally {
      Files.delete(path);
    }
  }

  /** Requires that a folder has room for so many more bytes. */
  static void checkRoom(Path folder, long bytes) throws IOException, RefusedException {
    FileStore disk = Files.getFileStore(folder);
    if (disk.getUsableSpace() - bytes < Math.min(ROOM_LEFT, disk.getTotalSpace() / 20)) {
      throw new RefusedException(507, "There is no room on the disk for it.");
    }
  }

  /** A file that is being written. One thread at a time. */
  final class Part implements AutoCloseable {

    private final Path hidden;
    private final FileChannel file;
    private long written;
    private long checkedAt;

    Part(Path hidden, FileChannel file) {
      this.hidden = hidden;
      this.file = file;
    }

    void write(ByteBuffer bytes) throws IOException, RefusedException {
      written += bytes.remaining();
      if (written - checkedAt >= CHECK_EVERY) {
        checkedAt = written;
        checkRoom(inbox, bytes.remaining());
      }
      while (bytes.hasRemaining()) {
        file.write(bytes);
      }
    }

    /** What was written, of a file without a name; closing it closes nothing. */
    InputStream content() {
      return new InputStream() {
        private long at; // of its own: a file of CSV is read twice at a time

        @Override
        public int read() throws IOException {
          byte[] one = new byte[1];
          return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int offset, int length) throws IOException {
          int read = file.read(ByteBuffer.wrap(bytes, offset, length), at);
          at += Math.max(read, 0);
          return read;
        }
      };
    }

    /** How many bytes were written. */
    long written() {
      return written;
    }

    /**
     * Makes it durable and shows it.
     *
     * @param name one part that is not hidden
     * @return where it is, under another name where this one is taken
     */
    Path show(String name) throws IOException {
      file.force(true);
      Path place = link(path(name));
      shown.accept(place.getFileName());
      Files.deleteIfExists(hidden);
      DurableFiles.syncFolder(inbox);
      return place;
    }

    // where the system cannot store the name, an ASCII one will do
    private Path path(String name) {
      try {
        return inbox.resolve(name);
      } catch (InvalidPathException e) {
        int end = ending(name); // tells the format: it stays, whatever is cut
        return inbox.resolve(Source.safeName(name.substring(0, end)) + name.substring(end));
      }
    }

    // unlike a rename, a link replaces no file that was dropped meanwhile
    private Path link(Path wanted) throws IOException {
      Path free = wanted;
      for (int number = 2; ; number++) {
        try {
          return Files.createLink(free, hidden);
        } catch (FileAlreadyExistsException e) {
          free = numbered(wanted, number);
        } catch (UnsupportedOperationException | IOException e) {
          LOG.debug("no link to {}", free, e);
          return renamed(wanted);
        }
      }
    }

    // for file systems without links; nobody drops a file under such a name
    private Path renamed(Path wanted) throws IOException {
      String stamp = hidden.getFileName().toString().replaceAll("^\\.page-|\\.part$", "");
      Path free = wanted.resolveSibling(stamp + "-" + wanted.getFileName());
      return Files.move(hidden, free, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Closes it; what was not shown is removed. */
    @Override
    public void close() {
      try (file) {
        Files.deleteIfExists(hidden);
      } catch (IOException e) {
        LOG.warn("{} cannot be removed: {}", hidden, Failures.inWords(e));
      }
    }
  }

  private static Path numbered(Path file, int number) {
    String name = file.getFileName().toString();
    int end = ending(name);
    return file.resolveSibling(name.substring(0, end) + "-" + number + name.substring(end));
  }

  private static int ending(String name) {
    boolean isGzip = name.toLowerCase(Locale.ROOT).endsWith(".gz");
    return name.lastIndexOf('.', name.length() - (isGzip ? 4 : 1));
  }
}
