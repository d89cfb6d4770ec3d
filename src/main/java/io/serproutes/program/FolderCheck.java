package io.serproutes.program;

import io.serproutes.Failures;
import io.serproutes.Finding;
import io.serproutes.deliver.DurableFiles;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Pattern;

/**
 * Tries with a file what is done with files in a folder, and removes it. The name of the file is
 * hidden: where a kill leaves it, no source takes it up and no result is hidden by it.
 *
 * <p>Where the folder is missing, the folder is tried in which it would be made, and nothing is.
 */
final class FolderCheck {

  private static final long LITTLE_SPACE = 256L << 20;
  private static final Pattern REMOTE = Pattern.compile("nfs.*|cifs|smb.*|.*sshfs|9p");
  private static final int BYTES = 64 * 1024;
  private static final double GIB = 1L << 30;
  private static final double MIB = 1L << 20;

  private final Path folder;
  private final Path tried;

  /** A check of a folder, or of the nearest above it that is there. */
  FolderCheck(Path folder) {
    this.folder = folder.toAbsolutePath().normalize();
    Path there = this.folder;
    while (there.getParent() != null && Files.notExists(there)) {
      there = there.getParent();
    }
    tried = there;
  }

  /**
   * Tries folders that belong together, until one fails, and tells the space that is free.
   *
   * @param folders the first of them is the one that the others are in
   * @param given the key and its value
   * @param instead what else may be done than mending the folder
   */
  static void look(List<Path> folders, String given, String instead, Consumer<Finding> found)
      throws IOException {
    for (Path folder : folders) {
      try {
        new FolderCheck(folder).run();
      } catch (IOException e) {
        String why = Failures.inWords(e);
        String cure =
            Failures.isNoSpace(e)
                ? "free disk space"
                : "make the folder writable for " + System.getProperty("user.name");
        found.accept(
            Finding.fail(given + " cannot be used: " + why + "; " + cure + ", or " + instead));
        return;
      }
    }
    new FolderCheck(folders.get(0)).tellSpace(given, instead, found);
  }

  private void tellSpace(String given, String instead, Consumer<Finding> found) throws IOException {
    FileStore store = Files.getFileStore(tried);
    String free = inWords(store.getUsableSpace());
    found.accept(
        Finding.ok(this + " files can be written, synced, locked and renamed; " + free + " free"));
    if (store.getUsableSpace() < LITTLE_SPACE) {
      found.accept(
          Finding.warn("only " + free + " free for " + given + "; free disk space, or " + instead));
    }
    if (REMOTE.matcher(store.type()).matches()) {
      found.accept(
          Finding.warn(
              given
                  + " is on a file system of the network ("
                  + store.type()
                  + "), where neither locks nor syncs can be relied on; use a local disk"));
    }
  }

  /**
   * Lists the folder; writes, syncs, locks, renames and removes a file.
   *
   * @throws IOException for the first of these that fails
   */
  void run() throws IOException {
    try (DirectoryStream<Path> names = Files.newDirectoryStream(tried)) {
      names.iterator().hasNext();
    }
    String name = ".serp-check-" + HexFormat.of().toHexDigits(new SecureRandom().nextLong());
    Path file = tried.resolve(name + ".tmp");
    Path renamed = tried.resolve(name + ".renamed.tmp");
    try {
      write(file);
      Files.move(file, renamed, StandardCopyOption.ATOMIC_MOVE);
      DurableFiles.syncFolder(tried);
    } finally {
      Files.deleteIfExists(file);
      Files.deleteIfExists(renamed);
    }
  }

  private static void write(Path file) throws IOException {
    try (FileChannel channel =
        FileChannel.open(file, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE)) {
      ByteBuffer bytes = ByteBuffer.allocate(BYTES);
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
      lock(channel, file);
    }
  }

  private static void lock(FileChannel channel, Path file) throws IOException {
    try (FileLock lock = channel.tryLock()) {
      if (lock == null) {
        throw new IOException("another process has locked it");
      }
    } catch (IOException e) {
      String where = file.getParent().toString();
      throw new FileSystemException(
          where, null, "files cannot be locked there: " + Failures.inWords(e));
    }
  }

  /** The folder as the beginning of a sentence; where it is missing, the one it is made in. */
  @Override
  public String toString() {
    return tried.equals(folder)
        ? folder + ":"
        : folder + " is missing and will be made in " + tried + ", where";
  }

  /** A number of bytes for people: {@code 12.4 GiB}. */
  static String inWords(long bytes) {
    return bytes >= GIB
        ? String.format(Locale.ROOT, "%.1f GiB", bytes / GIB)
        : String.format(Locale.ROOT, "%.1f MiB", bytes / MIB);
  }
}
