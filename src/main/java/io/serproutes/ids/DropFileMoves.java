package io.serproutes.ids;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.DirectoryStream;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
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
  private static final String MOVED = ".moved";
  private static final String DONE = ".done";
  private static final String REJECTED = ".rejected";

  private final Path inbox;
  private final Path progress;
  private final Claims claims;
  private final Settled settled;
  private final Rename rename;
  private final AtomicLong putBack = new AtomicLong();

  /** How a file is renamed: at once or not at all. */
  @FunctionalInterface
  interface Rename {

    /** {@link Files#move} with {@code ATOMIC_MOVE}. */
    Rename ATOMIC = (from, to) -> Files.move(from, to, StandardCopyOption.ATOMIC_MOVE);

    void move(Path from, Path to) throws IOException;
  }

  /** Whether a file has stood still for long enough. */
  @FunctionalInterface
  interface Settled {
    boolean isSettled(Path file) throws IOException;
  }

  DropFileMoves(Path inbox, Claims claims, Settled settled, Rename rename) {
    this.inbox = inbox;
    this.progress = inbox.resolve(".serp");
    this.claims = claims;
    this.settled = settled;
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
    Path target = claimTarget(folder, Source.readable(name(file)));
    try {
      String noted = inbox.relativize(target).toString();
      journal.noteMove(noted, rejected);
      rename.move(file, target);
      journal.setAside(moved(target));
      MoveNote note = new MoveNote(journal.stamp(), name(file), noted, rejected);
      return isAsReadAsFarAsKnown(note, target) ? noted : null;
    } finally {
      claims.release(target.getFileName());
    }
  }

  private static String name(Path file) {
    return file.getFileName().toString();
  }

  private boolean isAsReadAsFarAsKnown(MoveNote note, Path target) {
    try {
      return isAsRead(note, target);
    } catch (IOException e) {
      LOG.debug("{} is looked at again", target, e);
      return true;
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
    return Files.exists(file, LinkOption.NOFOLLOW_LINKS);
  }

  private Path moved(Path target) {
    return progress.resolve(target.getFileName() + MOVED);
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
    ByteBuffer bytes = java.nio.charset.StandardCharsets.UTF_8.encode(text);
    if (exists(file) && Files.size(file) == bytes.remaining()) {
      return;
    }
    try (FileChannel channel =
        FileChannel.open(
            file,
            StandardOpenOption.CREATE,
            StandardOpenOption.WRITE,
            StandardOpenOption.TRUNCATE_EXISTING,
            LinkOption.NOFOLLOW_LINKS)) {
      while (bytes.hasRemaining()) {
        channel.write(bytes);
      }
      channel.force(true);
    }
  }

  private void putBack(MoveNote note, Path target) throws IOException {
    Path own = inbox.resolve(note.name());
    Path back = link(own, target) ? own : renamed(target);
    Files.deleteIfExists(reason(target));
    Files.deleteIfExists(moved(target));
    putBack.incrementAndGet();
    LOG.info(
        "{} changed while it was moved; it is back in the inbox as {} and is taken again",
        Source.readable(note.name()),
        Source.readable(name(back)));
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
    try (DirectoryStream<Path> journals = Files.newDirectoryStream(progress, "*" + MOVED)) {
      for (Path journal : journals) {
        if (!isDue(journal)) {
          left++;
          continue;
        }
        if (!synced) {
          syncFolders();
          synced = true;
        }
        left += finish(journal) ? 0 : 1;
      }
    } catch (NoSuchFileException e) {
      return 0; // .serp itself was removed
    }
    return left;
  }

  private boolean isDue(Path journal) throws IOException {
    try {
      return settled.isSettled(journal);
    } catch (NoSuchFileException e) {
      return true; // finished by another process
    }
  }

  // a journal must not be gone while a power cut could still undo the move
  private void syncFolders() {
    for (String name : new String[] {DONE, REJECTED, ""}) {
      Path folder = inbox.resolve(name);
      if (Files.isDirectory(folder)) {
        try (FileChannel channel = FileChannel.open(folder, StandardOpenOption.READ)) {
          channel.force(true);
        } catch (IOException e) {
          LOG.debug("{} cannot be synced", folder, e);
        }
      }
    }
  }

  private boolean finish(Path journal) {
    String name = name(journal);
    Path end = Path.of(name.substring(0, name.length() - MOVED.length()));
    try {
      if (!claims.take(end)) {
        return false;
      }
      try {
        MoveNote note = MoveNote.read(journal);
        boolean known = note != null && note.target() != null;
        if (!known || isAsRead(note, inbox.resolve(note.target()))) {
          Files.deleteIfExists(journal);
        }
        return true;
      } finally {
        claims.release(end);
      }
    } catch (IOException e) {
      LOG.debug("{} is looked at again", name, e);
      return false;
    }
  }

  /** Files put back so far. */
  long putBack() {
    return putBack.get();
  }

  /** Finishes what a killed process left behind with one of its journals; the name is claimed. */
  void recover(Path journal) throws IOException {
    MoveNote note = MoveNote.read(journal);
    if (note != null && note.target() != null) {
      Path target = inbox.resolve(note.target());
      if (exists(target)) {
        Files.move(journal, moved(target), StandardCopyOption.ATOMIC_MOVE);
      }
    }
  }

  /** Recovers the journals that nobody works with, and removes those whose file is gone. */
  void sweep() throws IOException {
    try (DirectoryStream<Path> journals = Files.newDirectoryStream(progress, "*.journal{,.new}")) {
      for (Path journal : journals) {
        String name = name(journal);
        long place = placeIn(name);
        if (place >= 0 && claims.take(place)) {
          try {
            sweep(journal, name.endsWith(".new"));
          } finally {
            claims.release(place);
          }
        }
      }
    } catch (NoSuchFileException e) {
      // .serp itself was removed
    }
  }

  private void sweep(Path journal, boolean unfinished) throws IOException {
    if (!unfinished) {
      recover(journal);
    }
    MoveNote note = MoveNote.read(journal);
    if (unfinished || note == null || !exists(inbox.resolve(note.name()))) {
      Files.deleteIfExists(journal);
    }
  }

  /** The journal of a file of this name. */
  Path journal(Path name) {
    String stem = Source.safeName(name.toString());
    return progress.resolve(stem + "-" + Long.toHexString(Claims.place(name)) + ".journal");
  }

  private static long placeIn(String journal) {
    String stem = journal.substring(0, journal.lastIndexOf(".journal"));
    try {
      return Long.parseLong(stem.substring(stem.lastIndexOf('-') + 1), 16);
    } catch (NumberFormatException e) {
      return -1;
    }
  }
}
