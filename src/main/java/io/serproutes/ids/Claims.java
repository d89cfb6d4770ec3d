package io.serproutes.ids;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;

import io.serproutes.IllegalSettingException;
import io.serproutes.deliver.DurableFiles;
import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileLock;
import java.nio.charset.Charset;
import java.nio.file.AccessDeniedException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Names that only this process works on, among all processes that share a folder.
 *
 * <p>A claim is a lock on one byte of a file in that folder, at an offset given by the name. The
 * system drops it when its process dies, so a claim never outlives its holder. If the file is
 * removed while processes run, each renews the claims it holds before any process claims more.
 * Local disks only. Safe for use by many threads.
 */
public final class Claims implements Closeable {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final Set<PosixFilePermission> OWNER_ONLY =
      PosixFilePermissions.fromString("rwx------");
  private static final Charset NAMES =
      Charset.forName(System.getProperty("sun.jnu.encoding", "UTF-8"));
  private static final Duration TIME_FOR_OTHERS = Duration.ofSeconds(3); // they look every second

  private final Path folder;
  private final Path path;
  private final String what;
  private final LongSupplier nanoTime;
  private final Map<Long, FileLock> held = new HashMap<>();
  private ClaimsFile file;
  private long notBefore;

  /** The claims on the files of an inbox, in its folder {@code .serp}. */
  Claims(Path folder, LongSupplier nanoTime) {
    this(
        folder.resolve("claims"),
        "serp.folder.inbox: the progress of drop files is kept",
        nanoTime);
  }

  /**
   * The claims in a file of a folder.
   *
   * @param what what the folder is for, after the key that names it: the beginning of a sentence
   *     that {@code in} and the folder follow
   * @param nanoTime such as {@link System#nanoTime}
   */
  public Claims(Path file, String what, LongSupplier nanoTime) {
    this.folder = file.getParent();
    this.path = file;
    this.what = what;
    this.nanoTime = nanoTime;
  }

  /**
   * Creates the folder, accessible to this user only, and opens the claims; does nothing when they
   * are open.
   *
   * @throws IllegalSettingException where the folder is a link or belongs to another user; one line
   */
  public synchronized void open() throws IOException {
    makeFolder();
    if (file == null) {
      file = ClaimsFile.open(path, this);
      notBefore = nanoTime.getAsLong();
    }
  }

  private void makeFolder() throws IOException {
    try {
      Files.createDirectory(folder, PosixFilePermissions.asFileAttribute(OWNER_ONLY));
      DurableFiles.syncParent(folder);
    } catch (FileAlreadyExistsException e) {
      checkFolder();
    }
  }

  private void checkFolder() throws IOException {
    PosixFileAttributes found =
        Files.readAttributes(folder, PosixFileAttributes.class, NOFOLLOW_LINKS);
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
        what
            + " in "
            + folder
            + ", but "
            + why
            + "; remove it, or run every process of this folder as the same user");
  }

  /** Releases all claims and closes their file; the next use opens it again. */
  @Override
  public synchronized void close() throws IOException {
    for (FileLock claim : held.values()) {
      release(claim);
    }
    held.clear();
    if (file != null) {
      file.close(this);
      file = null;
    }
  }

  /**
   * Claims again what this process holds if the file on disk is no longer the one that is open;
   * called every second.
   *
   * @return whether it was another file
   */
  synchronized boolean renew() throws IOException {
    if (file == null) {
      open();
    }
    if (file.isAt(path)) {
      return false;
    }
    try {
      makeFolder();
    } catch (IllegalSettingException e) { // it was fine at the start, and may be again
      throw new IOException(e.getMessage(), e);
    }
    ClaimsFile next = ClaimsFile.open(path, this);
    file.close(this);
    file = next;
    notBefore = nanoTime.getAsLong() + TIME_FOR_OTHERS.toNanos();
    for (Map.Entry<Long, FileLock> claim : held.entrySet()) {
      claim.setValue(lock(claim.getKey()));
      if (claim.getValue() == null) {
        LOG.warn("another process has claimed a file that this one works on");
      }
    }
    LOG.warn(
        "{} was removed while the program runs; the files in work are claimed again. Do not remove"
            + " it ({})",
        path,
        what);
    return true;
  }

  /** Claims a name; false where this process or another holds it. */
  public boolean take(Path name) throws IOException {
    return take(place(name));
  }

  /** Claims the name with this {@link #place}. */
  synchronized boolean take(long place) throws IOException {
    FileLock claim = null;
    boolean isOnDisk = false;
    try {
      do {
        claim = lock(place);
      } while (claim != null && renew()); // a lock on a removed file protects nothing
      isOnDisk = claim != null;
    } finally {
      if (!isOnDisk) {
        release(claim); // one that nobody knows of would never be released
      }
    }
    if (isOnDisk) {
      held.put(place, claim);
    }
    return isOnDisk;
  }

  /** Whether more may be claimed: not while other processes may still have to renew theirs. */
  public synchronized boolean isReady() throws IOException {
    renew();
    return nanoTime.getAsLong() - notBefore >= 0;
  }

  private FileLock lock(long place) throws IOException {
    if (file == null) {
      open();
    }
    return file.lock(place);
  }

  private static void release(FileLock claim) throws IOException {
    if (claim != null && claim.isValid()) {
      claim.release();
    }
  }

  /** Releases the claim on a name; no effect where this process does not hold it. */
  public void release(Path name) throws IOException {
    release(place(name));
  }

  synchronized void release(long place) throws IOException {
    release(held.remove(place));
  }

  /** Whether another process has claimed a name. */
  synchronized boolean isTakenElsewhere(Path name) throws IOException {
    long place = place(name);
    if (held.containsKey(place)) {
      return false;
    }
    FileLock claim = lock(place);
    release(claim);
    return claim == null;
  }

  /** The offset of a name's lock, which two names practically never share. */
  public static long place(Path name) {
    try {
      byte[] bytes = name.toString().getBytes(NAMES);
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(bytes);
      return ByteBuffer.wrap(digest).getLong() >>> 2;
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e); // every Java has it
    }
  }
}
