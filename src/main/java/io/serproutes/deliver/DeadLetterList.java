package io.serproutes.deliver;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Failures;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineLetters.Letter;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The dead letters that lie under {@code serp.files.dir}, whatever its layout; of those on lines,
 * the ones that no later receipt has overtaken. Changes nothing; memory does not grow with their
 * number. Safe for use by many threads.
 */
public final class DeadLetterList {

  private static final Logger LOG = LoggerFactory.getLogger("serp-dead-letter");
  private static final Consumer<String> UNTOLD = problem -> LOG.debug("{}", problem);

  private final Settings settings;

  /** The letters of these settings. */
  public DeadLetterList(Settings settings) {
    this.settings = settings;
  }

  /**
   * The newest letters that were written before a time, the newest first. Looks at the time of each
   * file and reads only those that are returned. One that cannot be read is left out; a WARN says
   * so where some cannot be listed.
   */
  public List<JsonNode> newest(int most, Instant before) {
    PriorityQueue<Letter> newest = new PriorityQueue<>(Comparator.comparing(Letter::written));
    try {
      walk(
          letter -> {
            if (letter.written().isBefore(before)) {
              newest.add(letter);
            }
            if (newest.size() > most) {
              newest.remove();
            }
          },
          UNTOLD);
    } catch (IOException e) {
      LOG.warn("dead letters cannot all be listed: {}; the others are shown", Failures.inWords(e));
    }
    List<Letter> files = new ArrayList<>(newest);
    files.sort(Comparator.comparing(Letter::written).reversed());
    List<JsonNode> letters = new ArrayList<>();
    files.forEach(letter -> read(letter, letters::add, UNTOLD));
    return letters;
  }

  /**
   * Passes on all letters in no order, as far as they can be read.
   *
   * @throws IOException after the others, where some cannot be listed
   */
  public void forEach(Consumer<JsonNode> visitor) throws IOException {
    walk(letter -> read(letter, visitor, UNTOLD), UNTOLD);
  }

  /**
   * Passes on those that {@code replay} may choose, likewise.
   *
   * @param problems is told of each that cannot be read, a line for a person
   */
  public void forEachToReplay(Consumer<JsonNode> visitor, Consumer<String> problems)
      throws IOException {
    walk(
        letter -> {
          if (letter.canBeReplayed()) {
            read(letter, visitor, problems);
          }
        },
        problems);
  }

  private void walk(Consumer<Letter> visitor, Consumer<String> problems) throws IOException {
    AtomicReference<IOException> failure = new AtomicReference<>();
    try (StoredLetters letters =
        new StoredLetters(settings, problems, e -> failure.compareAndSet(null, e))) {
      letters.forEachRemaining(visitor);
    }
    if (failure.get() != null) {
      throw failure.get(); // after the others, which no file that is damaged hides
    }
  }

  private static void read(Letter letter, Consumer<JsonNode> visitor, Consumer<String> problems) {
    try {
      JsonNode json = letter.read();
      if (json.isObject()) {
        visitor.accept(json);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("the id of a letter was delivered meanwhile", e);
    } catch (IOException e) {
      problems.accept(Source.printable(letter.file() + " is left out: ") + Failures.inWords(e));
    }
  }
}
