package io.serproutes.ids;

import io.serproutes.LookAhead;
import java.io.EOFException;
import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The work on one drop file: its open ids, read one after the other, and when all have ended.
 *
 * <p>The ids are read by one thread and end on many.
 */
final class DropFile extends LookAhead<Delivery> {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");

  // each is a dead letter, so a small file of something else would fill the disk with them
  private static final int MOST_INVALID = 10_000;
  private static final String TOO_MANY_INVALID =
      "it is no file of ids: %,d of its first %,d entries are none";

  private final String name;
  private final Path file;
  private IdReader reader;
  private final DropFileJournal journal;
  private SeenIds seen = new SeenIds();
  private final Intake intake;

  private volatile long number;
  private volatile long skipped;
  private long invalid;
  private String broken;

  private final AtomicLong position = new AtomicLong();
  private long size;
  private long taken;
  private long open;
  private boolean read;
  private boolean kept;
  private Runnable whenEnded;

  /** Opens a file; one that cannot be read has no ids and is broken. */
  DropFile(Path file, DropFileJournal journal, Intake intake, String apiPath) {
    this.name = Source.readable(file.getFileName().toString());
    this.file = file;
    this.journal = journal;
    this.intake = intake;
    IdReader opened = null;
    try {
      size = Files.size(file);
      opened = DropFileContent.open(file, apiPath, position);
    } catch (IOException e) {
      broken = inWords(e);
    }
    reader = opened;
  }

  @Override
  protected Delivery fetch() {
    if (read) {
      return null;
    }
    Delivery next = null;
    try {
      next = reader == null ? null : nextOpen();
    } catch (InterruptedException e) {
      stop();
    } catch (IOException | RuntimeException e) {
      LOG.warn("{} cannot be worked on and is taken again: {}", name, inWords(e));
      stop();
    }
    if (next == null) {
      endOfFile();
    }
    return next;
  }

  private Delivery nextOpen() throws IOException, InterruptedException {
    for (IdReader.Entry entry; (entry = read()) != null; ) {
      long mine = number;
      number = mine + 1;
      TaskId id = TaskId.parse(entry.text());
      if (id == null && ++invalid > MOST_INVALID && invalid > number / 2) {
        broken = String.format(Locale.ROOT, TOO_MANY_INVALID, invalid, number);
        return null;
      }
      boolean isNew = id == null || seen.add(id);
      if (journal.isEnded(mine)) {
        continue;
      }
      if (isNew) {
        Source source = Source.line("folder", name, entry.line());
        Delivery delivery = intake.take(entry.text(), source, outcome -> settled(mine, outcome));
        opened();
        return delivery;
      }
      noteEnd(mine);
    }
    return null;
  }

  private IdReader.Entry read() {
    try {
      return reader.next();
    } catch (IOException | RuntimeException e) {
      broken = inWords(e);
      return null;
    }
  }

  private synchronized void opened() {
    taken++;
    open++;
  }

  private synchronized void stop() {
    kept = true;
  }

  private void endOfFile() {
    try {
      seen.close();
      if (reader != null) {
        skipped = reader.skipped();
        reader.close();
      }
    } catch (IOException e) {
      LOG.debug("closing {}", name, e);
    }
    // the file may wait for its last id for long, beside many others
    seen = null;
    reader = null;
    end(true);
  }

  private void settled(long mine, Delivery.Outcome outcome) {
    if (outcome.isAcknowledged()) {
      noteEnd(mine);
    }
    synchronized (this) {
      open--;
      kept |= !outcome.isAcknowledged();
    }
    end(false);
  }

  private void noteEnd(long ended) {
    try {
      journal.end(ended);
    } catch (IOException e) {
      LOG.warn(
          "id {} of {} has ended, but its journal cannot be written: {}; should the program be"
              + " killed, it is asked for again",
          ended + 1,
          name,
          e.getMessage());
    }
  }

  private void end(boolean allRead) {
    Runnable ready = null;
    synchronized (this) {
      read |= allRead;
      if (read && open == 0) {
        ready = whenEnded;
        whenEnded = null;
      }
    }
    if (ready != null) {
      ready.run();
    }
  }

  /** Runs something once when all ids have ended; whether they have already, and it is not run. */
  synchronized boolean await(Runnable action) {
    if (read && open == 0) {
      return true;
    }
    whenEnded = action;
    return false;
  }

  /** Why the file is broken as a whole, or null. */
  String broken() {
    return broken;
  }

  /** Whether somebody wrote to the file, or put another in its place, while it was worked on. */
  boolean hasChanged() {
    try {
      return !journal.isOf(file);
    } catch (IOException e) {
      return true;
    }
  }

  /** Whether an id has to stay in the file. */
  synchronized boolean isKept() {
    return kept;
  }

  /** Ids taken by this process, without those that had ended before. */
  synchronized long taken() {
    return taken;
  }

  /** Entries left out because they are of other endpoints. */
  long skipped() {
    return skipped;
  }

  /** About how many ids have not ended, by the part of the file that has been read. */
  synchronized long left() {
    long unread = number == 0 || position.get() == 0 ? 0 : number * size / position.get() - number;
    return Math.max(0, unread) + open;
  }

  String name() {
    return name;
  }

  DropFileJournal journal() {
    return journal;
  }

  /** Closes the journal, and what is read where the reading was broken off. */
  void close() throws IOException {
    try (IdReader reading = reader;
        SeenIds read = seen) {
      journal.close();
    }
  }

  private static String inWords(Exception e) {
    if (e instanceof AccessDeniedException) {
      return "the file must not be read: permission denied";
    }
    if (e instanceof EOFException || e instanceof ZipException) {
      return "bad gzip: " + (e.getMessage() == null ? "it ends too soon" : e.getMessage());
    }
    return e.getMessage() == null ? e.toString() : e.getMessage();
  }
}
