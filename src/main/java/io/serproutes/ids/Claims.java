package io.serproutes.ids;

import io.serproutes.IllegalSettingException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names that this process alone works on, among all that share the folder {@code .serp}.
 *
 * <p>A claim is a lock on one byte of {@code .serp/claims}, at a place given by the name. The
 * system takes it away with its process, so a claim never outlives it. Where somebody removes the
 * file while processes run, each claims anew what it holds before anybody takes more. Local disks
 * only. Safe for use by many threads.
 */
final class Claims {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  private static final Duration TIME_FOR_OTHERS = Duration.ofSeconds(3); // they look every second

  // where a process closes a file once, it loses all its locks on it, those of other channels too;
  // the garbage collector closes channels, so each stays here
  private static final Set<FileChannel> OPEN = ConcurrentHashMap.newKeySet();

  private final Path folder;
  private final Path path;
  private final LongSupplier nanoTime;
  private final Map<Long, FileLock> held = new HashMap<>();
  private FileChannel channel;
  private Object opened;
  private long notBefore;

  /**
   * Claims that lie in a folder.
   *
   * @param nanoTime such as {@link System#nanoTime}
   */
  Claims(Path folder, LongSupplier nanoTime) {
    this.folder = folder;
    this.path = folder.resolve("claims");
    this.nanoTime = nanoTime;
  }

  /**
   * Makes the folder, for this user only, and opens the claims.
   *
   * @throws IllegalSettingException where the folder is somebody else's or a link; one line
   */
  synchronized void open() throws IOException {
    makeFolder();
    if (channel == null) {
      openFile();
      notBefore = nanoTime.getAsLong();
    }
  }

  private void makeFolder() throws IOException {
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
    } catch (FileAlreadyExistsException e) {
      checkFolder();
    }
  }

  private void checkFolder() throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    if (!found.isDirectory()) {
      throw unusable("it is a link or a file, not a folder");
    }
    try {
      Path own = Files.createTempFile(folder, "owner-", ".tmp");
      boolean isOurs = Files.getOwner(own).equals(found.owner());
      Files.delete(own);
      if (!isOurs) {
        throw unusable("it belongs to " + found.owner().getName());
      }
    } catch (AccessDeniedException e) {
      throw unusable("it belongs to " + found.owner().getName() + " and cannot be written to");
    }
    if (!found.permissions().equals(OWNER_ONLY)) {
      Files.setPosixFilePermissions(folder, OWNER_ONLY);
    }
  }

  private IllegalSettingException unusable(String why) {
    return new IllegalSettingException(
        "serp.folder.inbox: the folder "
            + folder
            + " is kept for the progress of drop files, but "
            + why
            + "; remove it, or run every process of this inbox as the same user");
  }

  private void openFile() throws IOException {
    while (true) {
      Object before = key();
      FileChannel file =
          FileChannel.open(
              path, StandardOpenOption.CREATE, StandardOpenOption.WRITE, LinkOption.NOFOLLOW_LINKS);
      Object after = key();
      if (after != null && (before == null || before.equals(after))) {
        OPEN.add(file);
        channel = file;
        opened = after;
        return;
      }
      file.close(); // replaced in this moment
    }
  }

  private Object key() throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
          .fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /**
   * Looks whether the claims are still those on disk and, where they are not, claims anew what this
   * process holds; called every second.
   *
   * @return whether they had to be claimed anew
   */
  synchronized boolean renew() throws IOException {
    if (opened.equals(key())) {
      return false;
    }
    makeFolder();
    OPEN.remove(channel);
    channel.close();
    openFile();
    notBefore = nanoTime.getAsLong() + TIME_FOR_OTHERS.toNanos();
    for (Map.Entry<Long, FileLock> claim : held.entrySet()) {
      claim.setValue(channel.tryLock(claim.getKey(), 1, false));
      if (claim.getValue() == null) {
        LOG.warn("another process has claimed a drop file that this one works on");
      }
    }
    LOG.warn(
        "{} was removed while the program runs; what it works on is claimed anew. Leave this folder"
            + " alone: it holds the progress of drop files",
        folder);
    return true;
  }

  /** Claims a name; false where this process or another has it. */
  boolean take(Path name) throws IOException {
    return take(place(name));
  }

  /** Claims the name with this {@link #place}. */
  synchronized boolean take(long place) throws IOException {
    FileLock claim;
    do {
      claim = lock(place);
    } while (claim != null && renew()); // a lock on a file that is no longer there is none
    if (claim != null) {
      held.put(place, claim);
    }
    return claim != null;
  }

  /** Whether more may be claimed: not while others may still have to claim anew what they hold. */
  synchronized boolean isReady() throws IOException {
    renew();
    return nanoTime.getAsLong() - notBefore >= 0;
  }

  private FileLock lock(long place) throws IOException {
    try {
      return channel.tryLock(place, 1, false);
    } catch (OverlappingFileLockException e) {
      return null; // claimed in this process
    }
  }

  private static void release(FileLock claim) throws IOException {
    if (claim != null && claim.isValid()) {
      claim.release();
    }
  }

  void release(Path name) throws IOException {
    release(place(name));
  }

  synchronized void release(long place) throws IOException {
    release(held.remove(place));
  }

  /** Whether another process works on a name. */
  synchronized boolean isTakenElsewhere(Path name) throws IOException {
    long place = place(name);
    if (held.containsKey(place)) {
      return false;
    }
    FileLock claim = lock(place);
    release(claim);
    return claim == null;
  }

  /** A number for a name that two names practically never share. */
  static long place(Path name) {
    try {
      byte[] bytes = name.toString().getBytes(NAMES);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return ByteBuffer.wrap(digest).getLong() >>> 2;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
