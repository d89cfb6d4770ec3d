package io.serproutes.ids;

import io.serproutes.LookAhead;
import io.serproutes.Times;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Objects;
import java.util.concurrent.atomic.AtomicBoolean;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The ids of one drop file that have not ended, read one by one by one thread, and what becomes of
 * them, on any thread.
 */
final class DropFile extends LookAhead<Delivery> {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");

  private static final int MOST_LOGGED = 3; // dead letters of a reason, one by one

  private final String name;
  private final Path file;
  private final IdFile content;
  private final DropFileJournal journal;
  private IdTable seen = new IdTable(0);
  private final Intake intake;

  private final FileOutcomes outcomes = new FileOutcomes();
  private final Instant openedAt = Instant.now();
  private final AtomicBoolean isBehind = new AtomicBoolean(); // its journal
  private volatile boolean isRead;
  private volatile String failure;
  private String cannotSync; // as it was told; null: it can

  /**
   * Opens a file; one that is not readable has no ids and is {@link #broken}.
   *
   * @throws FileSystemException where the system cannot open it now, which says nothing about the
   *     file: too many are open, or the disk fails; closes the journal
   */
  DropFile(Path file, DropFileJournal journal, Intake intake, String apiPath) throws IOException {
    this.name = Source.readable(file.getFileName().toString());
    this.file = file;
    this.journal = journal;
    this.intake = intake;
    try {
      content = new IdFile(file, apiPath);
    } catch (IOException | RuntimeException | Error e) {
      journal.close();
      throw e;
    }
  }

  @Override
  protected Delivery fetch() {
    Delivery next = null;
    try {
      next = nextOpen();
    } catch (InterruptedException e) {
      outcomes.keep();
    } catch (IOException | RuntimeException e) {
      failure = IdFile.inWords(e);
      outcomes.keep();
    }
    if (next == null) {
      endOfFile();
    }
    return next;
  }

  private Delivery nextOpen() throws IOException, InterruptedException {
    for (IdReader.Entry entry; (entry = content.next()) != null; ) {
      intake.checkStopping(); // very many may have ended or be repeated, and nobody else looks
      long mine = content.number();
      TaskId id = content.id();
      boolean isNew = id == null || see(id);
      if (!isNew) {
        content.repeats();
      }
      if (journal.isEnded(mine)) {
        outcomes.addEndedBefore();
        continue;
      }
      if (isNew) {
        Source source = Source.line("folder", name, entry.line());
        Delivery delivery = intake.take(entry.text(), source, settlement(mine));
        outcomes.begin();
        return delivery;
      }
      outcomes.addRepeated();
      noteEnd(mine);
    }
    return null;
  }

  private void endOfFile() {
    try {
      seen.close();
      content.close();
    } catch (IOException e) {
      LOG.debug("closing {}", name, e);
    }
    seen = null; // many files may wait long for their last id: let its memory go
    isRead = true;
    outcomes.endReading();
  }

  private Settlement settlement(long mine) {
    return new Settlement() {
      @Override
      public void settled(Outcome outcome) {
        if (outcome.isAcknowledged()) {
          noteEnd(mine);
        }
        outcomes.end(outcome);
      }

      @Override
      public boolean logsDeadLetter(String reason) {
        return DropFile.this.logsDeadLetter(reason);
      }
    };
  }

  private boolean see(TaskId id) throws IOException {
    try {
      return seen.add(id);
    } catch (IOException e) {
      String folder = System.getProperty("java.io.tmpdir");
      String why = e.getMessage();
      if (e instanceof FileSystemException made) { // its file has another name each time
        why = Objects.requireNonNullElse(made.getReason(), "it is not there, or not writable");
      }
      throw new IOException("the temporary folder " + folder + " cannot keep its ids: " + why, e);
    }
  }

  /** Why it could not be read to its end; null where it was, or is still read. */
  String failure() {
    return failure;
  }

  private boolean logsDeadLetter(String reason) {
    long count = outcomes.addDeadLetter(reason);
    if (count == MOST_LOGGED + 1) {
      LOG.info("{} has more dead letters {}; they are counted when it ends", name, reason);
    }
    return count <= MOST_LOGGED;
  }

  private void noteEnd(long ended) {
    try {
      journal.end(ended);
    } catch (IOException e) {
      if (!isBehind.getAndSet(true)) {
        LOG.warn(
            "id {} of {} has ended, but the journal cannot be written: {}; it is written once it"
                + " can be, and if the program ends before, this id and those after it are"
                + " requested again",
            ended + 1,
            name,
            e.getMessage());
      }
    }
  }

  /** Why the file is broken as a whole, or null. */
  String broken() {
    return content.broken();
  }

  /** Whether the file was written to or replaced while it was in work. */
  boolean hasChanged() {
    try {
      return !journal.isOf(file);
    } catch (IOException e) {
      return true;
    }
  }

  /** Syncs the journal; a failure is told once until it is another. Called by one thread. */
  void sync() {
    String why = null;
    try {
      journal.sync();
    } catch (IOException e) {
      why = e.getMessage();
      if (!Objects.equals(why, cannotSync)) {
        LOG.warn("the journal of {} cannot be synced: {}", name, why);
      }
    }
    cannotSync = why;
  }

  /** What became of its ids, and when all have ended. */
  FileOutcomes outcomes() {
    return outcomes;
  }

  /** What was skipped, in words; empty where nothing was. */
  String skipped() {
    return content.skipped();
  }

  /** About how many ids have not ended, estimated from the part of the file that was read. */
  long left() {
    return content.unread() + outcomes.inWork();
  }

  /** How far it is, for a person. */
  DropFileProgress progress() {
    double read = isRead ? 1 : Math.round(content.part() * 1000) / 1000.0;
    String at = Times.record(openedAt);
    return new DropFileProgress(name, "in-work", read, left(), outcomes.inWords(), null, null, at);
  }

  /** What became of it when it was moved. */
  DropFileProgress moved(String target) {
    String state = content.broken() == null ? "done" : "rejected";
    String movedTo = Source.printable(target);
    String at = Times.record(Instant.now());
    return new DropFileProgress(
        name, state, 1, 0, outcomes.inWords(), content.broken(), movedTo, at);
  }

  String name() {
    return name;
  }

  DropFileJournal journal() {
    return journal;
  }

  /** Closes the journal, and the reader where the file was not read to its end. */
  void close() throws IOException {
    try (IdFile reading = content;
        IdTable read = seen) {
      journal.close();
    }
  }
}
