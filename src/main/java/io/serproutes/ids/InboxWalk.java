package io.serproutes.ids;

import io.serproutes.LookAhead;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Iterator;
import java.util.Locale;
import java.util.function.BiConsumer;

/**
 * The drop files of the inbox, settled or not, read name by name. Not thread-safe.
 *
 * <p>Hidden and unfinished files and folders are passed over. What else is not a regular file is
 * left alone and reported. Throws a {@link java.nio.file.DirectoryIteratorException} where the
 * folder cannot be read on.
 */
final class InboxWalk extends LookAhead<Path> implements Closeable {

  private final DirectoryStream<Path> folder;
  private final Iterator<Path> names;
  private final BiConsumer<Path, String> leftAlone;

  /**
   * Begins to read a folder.
   *
   * @param leftAlone told each name that is left alone, and why
   */
  InboxWalk(Path inbox, BiConsumer<Path, String> leftAlone) throws IOException {
    folder = Files.newDirectoryStream(inbox);
    names = folder.iterator();
    this.leftAlone = leftAlone;
  }

  @Override
  protected Path fetch() {
    while (names.hasNext()) {
      Path file = names.next();
      if (isDropFile(file)) {
        return file;
      }
    }
    return null;
  }

  private boolean isDropFile(Path file) {
    String name = file.getFileName().toString().toLowerCase(Locale.ROOT);
    if (name.startsWith(".") || name.endsWith(".part") || name.endsWith(".tmp")) {
      return false;
    }
    String why = null;
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (found.isDirectory()) {
        return false;
      }
      why = whyNot(found, file.getFileName());
    } catch (NoSuchFileException e) {
      return false; // gone since the folder was listed
    } catch (IOException e) {
      why = "its attributes cannot be read: " + e.getMessage();
    }
    if (why != null) {
      leftAlone.accept(file, why);
    }
    return why == null;
  }

  private static String whyNot(BasicFileAttributes found, Path name) {
    if (found.isSymbolicLink()) {
      return "it is a symbolic link; drop the file itself, or a hard link";
    }
    if (!found.isRegularFile()) {
      return "it is a pipe, a socket or a device; drop a regular file";
    }
    if (!isDecodable(name)) {
      return "its name cannot be read here; start the program with LANG=C.UTF-8, or rename the file";
    }
    return null;
  }

  // Java decodes what it cannot read as U+FFFD, which does not encode to the same bytes again
  private static boolean isDecodable(Path name) {
    String text = name.toString();
    try {
      return text.indexOf('\uFFFD') < 0 || name.getFileSystem().getPath(text).equals(name);
    } catch (InvalidPathException e) {
      return false;
    }
  }

  @Override
  public void close() throws IOException {
    folder.close();
  }
}
