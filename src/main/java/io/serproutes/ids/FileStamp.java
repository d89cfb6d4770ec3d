package io.serproutes.ids;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Tells one file content from another: size, modification time in nanoseconds, and inode. A rename
 * keeps all three, and so does a disk that comes back as another device, such as on another node;
 * the change time of the inode is another after a rename.
 *
 * @param text the three as one line
 */
public record FileStamp(String text) {

  /**
   * The stamp of a file as it is now; of a symbolic link, not of what it points to.
   *
   * @throws IOException where the file is gone or cannot be looked at
   */
  public static FileStamp of(Path file) throws IOException {
    Map<String, Object> found =
        Files.readAttributes(file, "unix:size,lastModifiedTime,ino", LinkOption.NOFOLLOW_LINKS);
    long time = ((FileTime) found.get("lastModifiedTime")).to(TimeUnit.NANOSECONDS);
    return new FileStamp(
        "size " + found.get("size") + ", time " + time + ", inode " + found.get("ino"));
  }

  /** When the inode changed: at every write, rename and change of another attribute. */
  static FileTime changed(Path file) throws IOException {
    return (FileTime) Files.getAttribute(file, "unix:ctime", LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether a file has not changed for so long. */
  static boolean isSettled(Path file, Duration settle) throws IOException {
    long age = System.currentTimeMillis() - changed(file).toMillis();
    return age >= settle.toMillis() || age < 0 && -age > settle.toMillis();
  }

  /** Whether there is a file, or anything else, at a path; a symbolic link is not followed. */
  public static boolean exists(Path file) {
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  /** Whether there is nothing at a path; not where that cannot be told, as in a locked folder. */
  static boolean isGone(Path file) {
    return Files.notExists(file, LinkOption.NOFOLLOW_LINKS);
  }

  @Override
  public String toString() {
    return text;
  }
}
