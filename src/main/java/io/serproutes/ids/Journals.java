package io.serproutes.ids;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * The journals in {@code .serp}. That of a file in the inbox is named after the file, that of a
 * moved file after its new name; a killed process may leave either behind. Safe for use by many
 * threads.
 */
final class Journals {

  private static final String OPEN = ".journal";
  private static final String MOVED = ".moved";

  private final Path inbox;
  private final Path folder;
  private final Claims claims;

  Journals(Path inbox, Claims claims) {
    this.inbox = inbox;
    this.folder = inbox.resolve(".serp");
    this.claims = claims;
  }

  /** The path of the journal of a file with this name. */
  Path of(Path name) {
    String stem = Source.safeName(name.toString());
    return folder.resolve(stem + "-" + Long.toHexString(Claims.place(name)) + OPEN);
  }

  private static long placeIn(String journal) {
    String stem = journal.substring(0, journal.lastIndexOf(OPEN));
    try {
      return Long.parseLong(stem.substring(stem.lastIndexOf('-') + 1), 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }

  /** The path of the journal of a file that has moved. */
  Path ofMoved(Path target) {
    return folder.resolve(target.getFileName() + MOVED);
  }

  /** The journals of all files that have moved and were not compared yet. */
  DirectoryStream<Path> moved() throws IOException {
    return Files.newDirectoryStream(folder, "*" + MOVED);
  }

  /** The name that the file of such a journal moved to. */
  static Path target(Path moved) {
    String name = moved.getFileName().toString();
    return Path.of(name.substring(0, name.length() - MOVED.length()));
  }

  /** Opens the journal of a claimed file; first sets aside that of a moved file of its name. */
  DropFileJournal open(Path file) throws IOException {
    Path journal = of(file.getFileName());
    setAside(journal, MoveNote.read(journal));
    return DropFileJournal.open(journal, file);
  }

  // the process was killed after it had moved the file and before it renamed the journal
  private void setAside(Path journal, MoveNote note) throws IOException {
    if (note != null && note.target() != null && FileStamp.exists(inbox.resolve(note.target()))) {
      Path moved = ofMoved(inbox.resolve(note.target()));
      Files.move(journal, moved, StandardCopyOption.ATOMIC_MOVE);
    }
  }

  /** Removes the journals of files that are gone, unless a process has claimed their name. */
  void sweep() throws IOException {
    try (DirectoryStream<Path> journals =
        Files.newDirectoryStream(folder, "*" + OPEN + "{,.new}")) {
      for (Path journal : journals) {
        long place = placeIn(journal.getFileName().toString());
        if (place >= 0 && claims.take(place)) {
          try {
            sweep(journal);
          } catch (InvalidPathException e) {
            // a name for a process with another locale
          } finally {
            claims.release(place);
          }
        }
      }
    } catch (NoSuchFileException e) {
      // .serp was removed
    }
  }

  private void sweep(Path journal) throws IOException {
    boolean isWhole = journal.getFileName().toString().endsWith(OPEN);
    MoveNote note = isWhole ? MoveNote.read(journal) : null;
    setAside(journal, note);
    if (note == null || isGone(note.name()) && (note.target() == null || isGone(note.target()))) {
      Files.deleteIfExists(journal);
    }
  }

  private boolean isGone(String name) {
    return FileStamp.isGone(inbox.resolve(name));
  }
}
