package io.serproutes.ids;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.concurrent.TimeUnit;

/**
 * What tells the content of a file from that of another: size, time of the last change in
 * nanoseconds, and identity. All three survive a rename; the change time of the inode does not.
 *
 * @param text the three as one line
 */
record FileStamp(String text) {

  /**
   * The stamp of a file as it is now; of a symbolic link, not of what it points to.
   *
   * @throws IOException where the file is gone or cannot be looked at
   */
  static FileStamp of(Path file) throws IOException {
    BasicFileAttributes found =
        Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    return new FileStamp(
        "size "
            + found.size()
            + ", time "
            + found.lastModifiedTime().to(TimeUnit.NANOSECONDS)
            + ", file "
            + found.fileKey());
  }

  @Override
  public String toString() {
    return text;
  }
}
