package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;
import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.SYNC;
import static java.nio.file.StandardOpenOption.TRUNCATE_EXISTING;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.concurrent.atomic.AtomicLong;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Moves a drop file to where it ends, and puts it back if it is not what was read.
 *
 * <p>All that is known of a move lies on disk. The journal of the file says where it goes, before
 * it goes; once it is there the journal is renamed after it, {@code .serp/{name there}.moved}, and
 * waits until the folder's time to settle has passed. Then the file is compared with the journal
 * once more and only then the journal is dropped. So a kill at any moment leaves what the next look
 * at {@code .serp}, of this process or another, goes on with. Safe for use by many threads.
 */
final class DropFileMoves {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final String DONE = ".done";
  private static final String REJECTED = ".rejected";

  private final Path inbox;
  private final Claims claims;
  private final Journals journals;
  private final Duration settle;
  private final Rename rename;
  private final AtomicLong putBack = new AtomicLong();

  /** How a file is renamed: at once or not at all. */
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
   * Moves a file whose ids have all ended; its journal is closed.
   *
   * @param rejected why it is broken as a whole; null where it is not
   * @return where it is now, relative to the inbox; null where it was put back, since it is not
   *     what was read
   * @throws IOException where it cannot be moved; it is where it was
   */
  String move(Path file, DropFileJournal journal, String rejected) throws IOException {
    Path folder = inbox.resolve(rejected == null ? DONE : REJECTED);
    Files.createDirectories(folder);
    String name = file.getFileName().toString();
    Path target = claimTarget(folder, Source.readable(name));
    try {
      String noted = inbox.relativize(target).toString();
      journal.noteMove(noted, rejected);
      rename.move(file, target);
      journal.setAside(journals.ofMoved(target));
      try {
        MoveNote note = new MoveNote(journal.stamp(), name, noted, rejected);
        return isAsRead(note, target) ? noted : null;
      } catch (IOException e) {
        LOG.debug("{} is looked at again", target, e);
        return noted;
      }
    } finally {
      claims.release(target.getFileName());
    }
  }

  // free, and nobody else is about to choose it: a claim on the name is held until the file is
  // there
  private Path claimTarget(Path folder, String name) throws IOException {
    for (Instant at = Instant.now(); ; at = at.plusMillis(1)) {
      Path target = folder.resolve(STAMP.format(at) + "-" + name);
      if (claims.take(target.getFileName())) {
        if (!exists(target)) {
          return target;
        }
        claims.release(target.getFileName());
      }
    }
  }

  private static boolean exists(Path file) {
    return Files.exists(file, NOFOLLOW_LINKS);
  }

  // the reason is written when the file is there: before, a kill would leave one without a file
  private boolean isAsRead(MoveNote note, Path target) throws IOException {
    if (!exists(target)) {
      return true; // somebody has taken it away from there
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
    byte[] bytes = text.getBytes(UTF_8);
    if (!exists(file) || Files.size(file) != bytes.length) {
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
        "{} changed while it was moved; it is back in the inbox as {} and is taken again",
        Source.readable(note.name()),
        Source.readable(back.getFileName().toString()));
  }

  // a link never replaces what a writer has dropped under the name meanwhile, as a rename would
  private static boolean link(Path own, Path target) throws IOException {
    try {
      Files.createLink(own, target);
    } catch (FileAlreadyExistsException e) {
      if (!Files.isSameFile(own, target)) {
        return false;
      }
    } catch (UnsupportedOperationException | IOException e) {
      return false; // a file system without links, or a file that this user may not link
    }
    Files.delete(target);
    return true;
  }

  // its name in .done has a time in it and is ours: nobody drops a file under it
  private Path renamed(Path target) throws IOException {
    Path back = inbox.resolve(target.getFileName());
    while (exists(back)) {
      back = back.resolveSibling("again-" + back.getFileName());
    }
    rename.move(target, back);
    return back;
  }

  /**
   * Compares files that moved longer ago than the time to settle with what was read, and drops
   * their journals.
   *
   * @return how many are still to be compared
   */
  synchronized int finish() throws IOException {
    int left = 0;
    boolean synced = false;
    try (DirectoryStream<Path> moved = journals.moved()) {
      for (Path journal : moved) {
        boolean isDue = isDue(journal);
        if (isDue && !synced) {
          syncFolders();
          synced = true;
        }
        left += isDue && finish(journal) ? 0 : 1;
      }
    } catch (NoSuchFileException e) {
      return 0; // .serp itself was removed
    }
    return left;
  }

  private boolean isDue(Path journal) throws IOException {
    try {
      return FileStamp.isSettled(journal, settle);
    } catch (NoSuchFileException e) {
      return true; // finished by another process
    }
  }

  // a journal must not be gone while a power cut could still undo the move
  private void syncFolders() {
    for (String name : new String[] {DONE, REJECTED, ""}) {
      Path folder = inbox.resolve(name);
      if (Files.isDirectory(folder)) {
        try (FileChannel channel = FileChannel.open(folder)) {
          channel.force(true);
        } catch (IOException e) {
          LOG.debug("{} cannot be synced", folder, e);
        }
      }
    }
  }

  private boolean finish(Path journal) {
    Path end = Journals.target(journal);
    try {
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
    } catch (IOException e) {
      LOG.debug("{} is looked at again", journal.getFileName(), e);
      return false;
    }
  }

  /** Files put back so far. */
  long putBack() {
    return putBack.get();
  }
}
