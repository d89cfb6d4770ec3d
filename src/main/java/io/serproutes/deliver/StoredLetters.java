package io.serproutes.deliver;

import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineLetters;
import io.serproutes.deliver.lines.LineLetters.Letter;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.util.IOHelper;

/**
 * The dead letters under {@code serp.files.dir}, whatever its layout: the files of {@code
 * dead-letters} and of its folders, one listing open at a time, then those on lines. Their folder
 * may be a link; a letter that is one is passed over. Not thread-safe.
 */
final class StoredLetters extends LookAhead<Letter> implements AutoCloseable {

  private final Path folder;
  private final Consumer<String> problems;
  private final Consumer<IOException> unlisted;
  private final LineLetters lines;
  private final Deque<Path> folders;
  private DirectoryStream<Path> listing;
  private Iterator<Path> names = Collections.emptyIterator();

  /**
   * The letters of these settings.
   *
   * @param problems is told of each that cannot be read, a line for a person
   * @param unlisted is told why some cannot be found; the others come unless it throws
   */
  StoredLetters(Settings settings, Consumer<String> problems, Consumer<IOException> unlisted) {
    Path dir = ResultFolder.of(settings);
    this.folder = dir.resolve(ResultFolder.DEAD_LETTERS);
    this.folders = new ArrayDeque<>(List.of(folder));
    this.lines = new LineLetters(dir, problems, unlisted);
    this.problems = problems;
    this.unlisted = unlisted;
  }

  @Override
  protected Letter fetch() {
    for (Path path; (path = nextPath()) != null; ) {
      Letter letter = letter(path);
      if (letter != null) {
        return letter;
      }
    }
    return lines.hasNext() ? lines.next() : null;
  }

  private Path nextPath() {
    while (true) {
      try {
        if (names.hasNext()) {
          return names.next();
        }
      } catch (DirectoryIteratorException e) {
        unlisted.accept(e.getCause());
      }
      leave();
      if (folders.isEmpty()) {
        return null;
      }
      enter(folders.remove());
    }
  }

  private void enter(Path dir) {
    try {
      listing = Files.newDirectoryStream(dir);
      names = listing.iterator();
    } catch (NoSuchFileException e) {
      // no letters, or removed since its name was read
    } catch (IOException e) {
      unlisted.accept(e);
    }
  }

  private void leave() {
    IOHelper.close(listing);
    listing = null;
    names = Collections.emptyIterator();
  }

  // null where it is none
  private Letter letter(Path path) {
    String name = path.getFileName().toString();
    try {
      BasicFileAttributes found =
          Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      if (found.isDirectory() && path.getParent().equals(folder)) {
        folders.add(path);
      } else if (name.endsWith(".json") && !name.startsWith(".")) {
        if (found.isRegularFile()) {
          return new Letter(path, 1, found.lastModifiedTime().toInstant(), null);
        }
        problems.accept(Source.printable(path + " is passed over: it is no regular file"));
      }
    } catch (NoSuchFileException e) {
      // its id was delivered meanwhile
    } catch (IOException e) {
      unlisted.accept(e);
    }
    return null;
  }

  /** Ends the listing and the file that are open; no letter comes any more. */
  @Override
  public void close() {
    folders.clear();
    leave();
    lines.close();
  }
}
