package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import io.serproutes.Failures;
import io.serproutes.Times;
import io.serproutes.deliver.DurableFiles;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a drop file to {@code .done} or {@code .rejected}, and puts it back where it is not the
 * file that was read.
 *
 * <p>Everything about a move is on disk. The journal of the file notes the target before the file
 * moves. Then the journal is renamed after it, {@code .serp/{target name}.moved}, and kept for
 * {@code serp.folder.settle}. Then the file is compared with the journal once more, and only then
 * is the journal deleted. So after a kill at any moment this process or another can finish the
 * move. Safe for use by many threads.
 */
final class DropFileMoves {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final String DONE = ".done";
  private static final String REJECTED = ".rejected";

  private final Path inbox;
  private final Claims claims;
  private final Journals journals;
  private final Duration settle;
  private final Rename rename;
  private final AtomicLong putBack = new AtomicLong();
  private volatile String whyNotFinished;

  /** Renames a file atomically. */
  @FunctionalInterface
  interface Rename {

    /** {@link Files#move} with {@code ATOMIC_MOVE}. */
    Rename ATOMIC = (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);

    void move(Path from, Path to) throws IOException;
  }

  DropFileMoves(Path inbox, Claims claims, Journals journals, Duration settle, Rename rename) {
    this.inbox = inbox;
    this.claims = claims;
    this.journals = journals;
    this.settle = settle;
    this.rename = rename;
  }

  /**
   * Moves a file whose ids have all ended, and closes its journal.
   *
   * @param rejected why it is broken as a whole; null where it is not
   * @return its new path, relative to the inbox; null where it was put back, because it is not the
   *     file that was read
   * @throws IOException where it cannot be moved and is still in the inbox
   */
  String move(Path file, DropFileJournal journal, String rejected) throws IOException {
    Path folder = inbox.resolve(rejected == null ? DONE : REJECTED);
    DurableFiles.createFolders(folder);
    if (Files.isSymbolicLink(folder)) { // whoever may write to the inbox may have made it
      throw new IOException(folder + " is a link: replace it by a folder");
    }
    String name = file.getFileName().toString();
    Path target = claimTarget(folder, Source.readable(name));
    try {
      String noted = inbox.relativize(target).toString();
      journal.noteMove(noted, rejected);
      rename.move(file, target);
      try {
        journal.setAside(journals.ofMoved(target));
      } catch (IOException e) {
        LOG.debug("the journal of {} is set aside later", target, e); // by a sweep
      }
      try {
        MoveNote note = new MoveNote(journal.stamp(), name, noted, rejected);
        return isAsRead(note, target) ? noted : null;
      } catch (IOException e) {
        LOG.debug("{} is compared again", target, e);
        return noted;
      }
    } finally {
      claims.release(target.getFileName());
    }
  }

  // the claim on the name keeps other processes from choosing it before the file is there
  private Path claimTarget(Path folder, String name) throws IOException {
    for (Instant at = Instant.now(); ; at = at.plusMillis(1)) {
      Path target = folder.resolve(Times.stamp(at) + "-" + name);
      if (claims.take(target.getFileName())) {
        if (!FileStamp.exists(target)) {
          return target;
        }
        claims.release(target.getFileName());
      }
    }
  }

  // the reason is written after the move: before it, a kill would leave a reason without a file
  private boolean isAsRead(MoveNote note, Path target) throws IOException {
    if (FileStamp.isGone(target)) {
      return true; // it was removed from there
    }
    if (!note.stamp().equals(FileStamp.of(target))) {
      putBack(note, target);
      return false;
    }
    if (note.reason() != null) {
      write(reason(target), note.reason());
    }
    return true;
  }

  private static Path reason(Path target) {
    return target.resolveSibling(target.getFileName() + ".reason.txt");
  }

  private static void write(Path file, String text) throws IOException {
    byte[] bytes = (text + "\n").getBytes(UTF_8);
    if (!FileStamp.exists(file) || Files.size(file) != bytes.length) {
      Files.write(file, bytes, CREATE, WRITE, TRUNCATE_EXISTING, SYNC, NOFOLLOW_LINKS);
    }
  }

  private void putBack(MoveNote note, Path target) throws IOException {
    Path own = inbox.resolve(note.name());
    Path back = link(own, target) ? own : renamed(target);
    Files.deleteIfExists(reason(target));
    Files.deleteIfExists(journals.ofMoved(target));
    putBack.incrementAndGet();
    LOG.info(
        "{} changed while it was moved; it is back in the inbox as {} and is read again",
        Source.readable(note.name()),
        Source.readable(back.getFileName().toString()));
  }

  // a rename would replace a file that was dropped under the same name meanwhile; a link does not
  private static boolean link(Path own, Path target) throws IOException {
    try {
      Files.createLink(own, target);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isSameFile(own, target)) {
        return false;
      }
    } catch (UnsupportedOperationException | IOException e) {
      return false; // the file system has no links, or this user may not link the file
    }
    Files.delete(target);
    return true;
  }

  // its name in .done starts with a time stamp: no writer drops a file under it
  private Path renamed(Path target) throws IOException {
    Path back = inbox.resolve(target.getFileName());
    while (FileStamp.exists(back)) {
      back = back.resolveSibling("again-" + back.getFileName());
    }
    rename.move(target, back);
    return back;
  }

  /**
   * Compares the files that moved at least {@code serp.folder.settle} ago with their journals, and
   * deletes the journals.
   *
   * @return whether none is still to be compared
   */
  synchronized boolean finish() throws IOException {
    boolean isOver = true;
    boolean synced = false;
    String whyNot = null;
    try (DirectoryStream<Path> moved = journals.moved()) {
      for (Path journal : moved) {
        boolean isDue = isDue(journal);
        if (isDue && !synced) {
          syncFolders();
          synced = true;
        }
        try {
          isOver &= isDue && finish(journal);
        } catch (IOException e) {
          LOG.debug("{} is compared again", journal.getFileName(), e);
          whyNot = Failures.inWords(e);
          isOver = false;
        }
      }
    } catch (NoSuchFileException e) {
      return true; // .serp was removed
    } finally {
      whyNotFinished = whyNot;
    }
    return isOver;
  }

  private boolean isDue(Path journal) throws IOException {
    try {
      return FileStamp.isSettled(journal, settle);
    } catch (NoSuchFileException e) {
      return true; // finished by another process
    }
  }

  // before a journal is deleted: a power cut must not undo the move afterwards
  private void syncFolders() {
    for (String name : new String[] {DONE, REJECTED, ""}) {
      Path folder = inbox.resolve(name);
      if (Files.isDirectory(folder)) {
        try {
          DurableFiles.syncFolder(folder);
        } catch (IOException e) {
          LOG.debug("{} cannot be synced", folder, e);
        }
      }
    }
  }

  private boolean finish(Path journal) throws IOException {
    try {
      Path end = Journals.target(journal);
      if (!claims.take(end)) {
        return false;
      }
      try {
        MoveNote note = MoveNote.read(journal);
        if (note == null || note.target() == null || isAsRead(note, inbox.resolve(note.target()))) {
          Files.deleteIfExists(journal);
        }
        return true;
      } finally {
        claims.release(end);
      }
    } catch (InvalidPathException e) {
      return true; // a name for a process with another locale
    }
  }

  /** Why a move could not be finished the last time, in words; null where none failed. */
  String whyNotFinished() {
    return whyNotFinished;
  }

  /** How many files were put back so far. */
  long putBack() {
    return putBack.get();
  }
}
