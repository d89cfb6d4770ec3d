package io.serproutes.feed.webhooks;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.Set;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.util.function.ThrowingFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The body of one call on its way to its file: hidden until it is whole. It waits for the disk, and
 * is safe for use by many threads.
 */
final class PostedBody {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-webhooks");
  private static final FileAttribute<Set<PosixFilePermission>> OWNER_ONLY =
      PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------"));

  private static final int BUFFER = 16 * 1024;
  private static final String PACKED = "-packed.part";

  private final ThrowingFunction<Path, Boolean, IOException> check;
  private Path hidden; // where it lies; null once it has its name
  private FileChannel channel; // null before the first byte
  private boolean isDiscarded;

  PostedBody(Path hidden, ThrowingFunction<Path, Boolean, IOException> check) {
    this.hidden = hidden;
    this.check = check;
  }

  synchronized void write(byte[] part) throws IOException {
    if (isDiscarded) {
      return;
    }
    if (channel == null) {
      channel = create(hidden);
    }
    for (ByteBuffer bytes = ByteBuffer.wrap(part); bytes.hasRemaining(); ) {
      channel.write(bytes);
    }
  }

  private static FileChannel create(Path file) throws IOException {
    return FileChannel.open(
        file, Set.of(StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE), OWNER_ONLY);
  }

  /**
   * Ends the body: packs one that is not, and syncs it where it is to be kept.
   *
   * @return whether it is to be kept
   * @throws IOException where it is too large unpacked, or the disk fails
   */
  synchronized boolean end() throws IOException {
    if (isDiscarded || channel == null) {
      return false; // it was empty
    }
    if (!isPacked(hidden)) {
      pack();
    }
    if (!check.apply(hidden)) {
      return false;
    }
    channel.force(true);
    channel.close();
    return true;
  }

  // headers may say anything
  private static boolean isPacked(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return in.read() == 0x1f && in.read() == 0x8b;
    }
  }

  // not before it is whole: a slow caller would hold the memory of a packer
  private void pack() throws IOException {
    Path plain = hidden;
    Path packed = plain.resolveSibling(plain.getFileName() + PACKED);
    channel.close();
    channel = create(packed);
    hidden = packed;
    try (InputStream in = Files.newInputStream(plain);
        OutputStream out = new GZIPOutputStream(Channels.newOutputStream(channel), BUFFER)) {
      in.transferTo(out);
    } finally {
      Files.deleteIfExists(plain);
    }
    channel = FileChannel.open(hidden, StandardOpenOption.WRITE); // the packer has closed it
  }

  /**
   * Gives it its name, over a file of that name; durable once the folder is synced.
   *
   * @return false where it is discarded already
   */
  synchronized boolean publish(Path file) throws IOException {
    if (isDiscarded) {
      return false;
    }
    Files.move(hidden, file, StandardCopyOption.ATOMIC_MOVE);
    hidden = null;
    return true;
  }

  /**
   * Removes it, unless it has its name. What cannot be removed stays hidden; it goes a minute
   * later.
   */
  synchronized void discard() {
    isDiscarded = true;
    try {
      if (channel != null) {
        channel.close();
      }
      if (hidden != null) {
        Files.deleteIfExists(hidden);
      }
    } catch (IOException e) {
      LOG.debug("{} stays", hidden, e);
    }
  }
}
