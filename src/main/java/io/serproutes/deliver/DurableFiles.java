package io.serproutes.deliver;

import io.serproutes.Failures;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.security.SecureRandom;
import java.util.HexFormat;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Writes files that appear whole or not at all, and survive a power cut.
 *
 * <p>A file is written under a hidden name in its own folder, synced and renamed over its old
 * version; then the folder is synced. Camel's file component does not sync, so it is not used.
 */
public final class DurableFiles {

  private static final Logger LOG = LoggerFactory.getLogger(DurableFiles.class);
  private static final int BUFFER = 16 * 1024;
  private static final int BLOCK = 64 * 1024;
  private static final int LONGEST_READ = 1 << 20; // a host's tag may be long
  private static final SecureRandom RANDOM = new SecureRandom();

  // not the process id: the first process of every container has the same one
  private final String hiddenEnd = "." + HexFormat.of().toHexDigits(RANDOM.nextLong()) + ".tmp";

  // for writing while a folder is made: nobody uses it before it survives a power cut
  private final ReadWriteLock folders = new ReentrantReadWriteLock();

  /** Content of a file. */
  @FunctionalInterface
  public interface Content {
    void writeTo(OutputStream out) throws IOException;
  }

  /** Writes and syncs a file under its hidden name; {@link #publish} shows it. */
  void stage(Path file, Content content) throws IOException {
    Path hidden = hidden(file);
    boolean staged = false;
    try (FileChannel channel = open(hidden)) {
      OutputStream out = to(channel);
      content.writeTo(out);
      out.flush();
      channel.force(true);
      staged = true;
    } finally {
      if (!staged) {
        discard(file);
      }
    }
  }

  /** A buffered stream that writes to a file at its position; closing it closes the file. */
  public static OutputStream to(FileChannel file) {
    return new BufferedOutputStream(new Blocks(Channels.newOutputStream(file)), BUFFER);
  }

  private FileChannel open(Path hidden) throws IOException {
    try {
      return create(hidden);
    } catch (FileAlreadyExistsException e) {
      Files.delete(hidden); // from an earlier try
      return create(hidden);
    } catch (NoSuchFileException e) {
      makeFolders(hidden.getParent());
      return create(hidden);
    }
  }

  private void makeFolders(Path folder) throws IOException {
    folders.writeLock().lock();
    try {
      createFolders(folder);
    } finally {
      folders.writeLock().unlock();
    }
  }

  // never through a link of that name
  private FileChannel create(Path hidden) throws IOException {
    folders.readLock().lock();
    try {
      return FileChannel.open(hidden, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE);
    } finally {
      folders.readLock().unlock();
    }
  }

  /** Removes what was staged for a file, if anything. What cannot be removed stays hidden. */
  void discard(Path file) {
    try {
      Files.deleteIfExists(hidden(file));
    } catch (IOException e) {
      LOG.debug("{} stays", hidden(file), e);
    }
  }

  /** Renames a staged file to its name; durable only after {@link #syncFolder}. */
  void publish(Path file) throws IOException {
    Files.move(hidden(file), file, StandardCopyOption.ATOMIC_MOVE);
  }

  /** Makes durable what was published or removed in a folder. */
  public static void syncFolder(Path folder) throws IOException {
    try (FileChannel channel = FileChannel.open(folder)) {
      channel.force(true);
    }
  }

  /**
   * Makes a folder and those above it where they are missing; on return they survive a power cut.
   */
  public static void createFolders(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    if (parent == null || Files.isDirectory(folder)) {
      return;
    }
    createFolders(parent);
    Files.createDirectories(folder); // another process may be faster
    syncParent(folder);
  }

  /** Makes durable that a folder was made, unless the one above it cannot be read. */
  public static void syncParent(Path folder) throws IOException {
    Path parent = folder.toAbsolutePath().getParent();
    try {
      syncFolder(parent);
    } catch (AccessDeniedException e) {
      LOG.debug("{} cannot be read and is not synced", parent);
    }
  }

  /** Stages, publishes and syncs a file. */
  void write(Path file, byte[] content) throws IOException {
    write(file, out -> out.write(content));
  }

  /** Stages, publishes and syncs a file; makes its folder where that is missing. */
  public void write(Path file, Content content) throws IOException {
    stage(file, content);
    try {
      publish(file);
    } catch (IOException e) {
      discard(file);
      throw e;
    }
    syncFolder(file.getParent());
  }

  /**
   * Reads a small file.
   *
   * @throws java.nio.file.NoSuchFileException where there is none
   * @throws FileSystemException where the system cannot read it now
   * @throws IOException where it is no regular file, such as a link, or is over 1 MiB
   */
  public static byte[] read(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isRegularFile() || found.size() > LONGEST_READ) {
      throw new IOException(found.isRegularFile() ? "it is too long" : "it is no regular file");
    }
    try {
      return Files.readAllBytes(file);
    } catch (FileSystemException e) {
      throw e;
    } catch (IOException e) {
      throw new FileSystemException(file.toString(), null, Failures.inWords(e));
    }
  }

  private Path hidden(Path file) {
    return file.resolveSibling("." + file.getFileName() + hiddenEnd);
  }

  /** Writes in blocks, since the JDK keeps a buffer of the size of a write outside the heap. */
  private static final class Blocks extends FilterOutputStream {

    Blocks(OutputStream out) {
      super(out);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) throws IOException {
      for (int done = 0; done < length; done += BLOCK) {
        out.write(bytes, offset + done, Math.min(BLOCK, length - done));
      }
    }
  }
}
