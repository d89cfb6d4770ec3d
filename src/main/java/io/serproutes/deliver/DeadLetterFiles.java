package io.serproutes.deliver;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineLetters.Letter;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the dead letters that are under {@code serp.files.dir} when the program starts and whose
 * reason is in {@code serp.replay.reasons}.
 *
 * <p>A letter is removed after the id's new receipt. If the id ends in a new letter, that one
 * stays. A letter on a line stays there; it counts as replayed once a later receipt of its id is
 * there. Input that is no id has no receipt, so that its line is not replayed.
 */
public final class DeadLetterFiles {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-dead-letters");

  private final Settings settings;
  private final Set<String> reasons;
  private final Intake intake;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean allRead;
  private volatile boolean incomplete;

  /** The letters under {@code serp.files.dir}. */
  public DeadLetterFiles(Settings settings, Intake intake) {
    this.settings = settings;
    this.reasons = Set.copyOf(settings.get(Keys.REPLAY_REASONS));
    this.intake = intake;
  }

  /**
   * Returns the ids of the letters, read one letter at a time, each once there is room for its id.
   * A letter or folder that cannot be read is logged and skipped.
   */
  public Iterator<Delivery> ids() {
    return new Ids();
  }

  /** Whether all letters have been read and all their ids have ended. */
  public boolean isFinished() {
    return allRead && open.get() == 0;
  }

  /** Whether letters may have been passed over, since they could not all be listed. */
  public boolean isIncomplete() {
    return incomplete;
  }

  private final class Ids extends LookAhead<Delivery> {

    private final StoredLetters letters =
        new StoredLetters(settings, problem -> LOG.warn("{}", problem), this::unlisted);
    private final Instant start = Instant.ofEpochMilli(System.currentTimeMillis());

    @Override
    protected Delivery fetch() {
      try {
        while (letters.hasNext()) {
          Letter letter = letters.next();
          if (letter.canBeReplayed() && !isOfThisRun(letter.written(), start)) {
            Delivery delivery = delivery(letter);
            if (delivery != null) {
              return delivery;
            }
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        LOG.info("the program stops; letters that were not replayed are replayed by a later run");
      }
      letters.close();
      allRead = true;
      return null;
    }

    private void unlisted(IOException e) {
      incomplete = true;
      LOG.warn(
          "dead letters in {} cannot all be listed: {}; a later run replays the rest",
          ResultFolder.of(settings).resolve(ResultFolder.DEAD_LETTERS),
          Failures.inWords(e));
    }
  }

  // a time in the future comes from a clock that was wrong, so the letter is an old one
  private static boolean isOfThisRun(Instant written, Instant start) {
    return written.isAfter(start)
        && written.isBefore(Instant.ofEpochMilli(System.currentTimeMillis() + 1000));
  }

  // null where its reason is another, or where it is gone or unreadable
  private Delivery delivery(Letter letter) throws InterruptedException {
    Source source =
        Source.line("dead-letters", letter.file().getFileName().toString(), letter.line());
    try {
      JsonNode json = letter.read();
      if (reasons.contains(json.path("reason").asText())) {
        Letter file = letter.isFile() ? letter : null; // what is in work holds no JSON
        Delivery delivery =
            intake.take(Receipts.inputOf(json), source, outcome -> settled(file, outcome));
        open.incrementAndGet();
        return delivery;
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} is gone", source);
    } catch (IOException e) {
      LOG.warn("{} cannot be read and stays: {}", source, Failures.inWords(e));
    }
    return null;
  }

  // null for a letter on a line, which stays
  private void settled(Letter file, Delivery.Outcome outcome) {
    try {
      if (outcome.isAcknowledged() && file != null && isAsItWas(file)) {
        Files.deleteIfExists(file.file());
      }
    } catch (NoSuchFileException e) {
      LOG.debug("the delivery of its id has removed {}", file.file());
    } catch (IOException e) {
      LOG.warn(
          "a dead letter was replayed but cannot be removed: {}; a later run replays it again",
          Failures.inWords(e));
    } finally {
      open.decrementAndGet();
    }
  }

  // its id may have ended in a new one
  private static boolean isAsItWas(Letter letter) throws IOException {
    return Files.getLastModifiedTime(letter.file()).toInstant().equals(letter.written());
  }
}
