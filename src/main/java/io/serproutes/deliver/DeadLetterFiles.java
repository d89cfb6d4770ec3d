package io.serproutes.deliver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineLetters;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.util.IOHelper;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;
  private final Set<String> reasons;
  private final Intake intake;
  private final AtomicInteger open = new AtomicInteger();
  private volatile boolean allRead;

  /** The letters under {@code serp.files.dir}. */
  public DeadLetterFiles(Settings settings, Intake intake) {
    this.folder = ResultFolder.of(settings).resolve(ResultFolder.DEAD_LETTERS);
    this.reasons = Set.copyOf(settings.get(Keys.REPLAY_REASONS));
    this.intake = intake;
  }

  /**
   * Returns the ids of the letters, read one letter at a time, each once there is room for its id.
   * A letter or folder that cannot be read is logged and skipped.
   */
  public Iterator<Delivery> ids() {
    FileTime start = FileTime.fromMillis(System.currentTimeMillis());
    return new Letters(start);
  }

  /** Whether all letters have been read and all their ids have ended. */
  public boolean isFinished() {
    return allRead && open.get() == 0;
  }

  /**
   * The letters of the folder and of its folders, one listing open at a time, then those on lines.
   */
  private final class Letters extends LookAhead<Delivery> {

    private final FileTime start;
    private final Iterator<LineLetters.Letter> lines =
        new LineLetters(folder.getParent(), problem -> LOG.warn("{}", problem));
    private final Deque<Path> folders = new ArrayDeque<>(List.of(folder));
    private DirectoryStream<Path> listing;
    private Iterator<Path> names = Collections.emptyIterator();

    Letters(FileTime start) {
      this.start = start;
    }

    @Override
    protected Delivery fetch() {
      try {
        for (Path path; (path = nextPath()) != null; ) {
          Delivery letter = isLetter(path) ? delivery(path, start) : null;
          if (letter != null) {
            return letter;
          }
        }
        while (lines.hasNext()) {
          LineLetters.Letter line = lines.next();
          FileTime written = FileTime.from(line.failedAt());
          if (isReplayed(line.json()) && !isOfThisRun(written, start)) {
            return delivery(line);
          }
        }
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        LOG.info("the program stops; letters that were not replayed are replayed by a later run");
      }
      folders.clear();
      leave();
      allRead = true;
      return null;
    }

    private boolean isLetter(Path path) {
      if (path.getParent().equals(folder) && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
        folders.add(path);
        return false;
      }
      return path.getFileName().toString().matches("(?s)[^.].*\\.json");
    }

    private Path nextPath() {
      while (true) {
        try {
          if (names.hasNext()) {
            return names.next();
          }
        } catch (DirectoryIteratorException e) {
          unreadable(e.getCause());
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
        LOG.debug("no letters in {}", dir);
      } catch (IOException e) {
        unreadable(e);
      }
    }

    private void leave() {
      IOHelper.close(listing);
      listing = null;
      names = Collections.emptyIterator();
    }

    private void unreadable(IOException e) {
      LOG.warn(
          "dead letters in {} cannot all be listed: {}; a later run replays the rest",
          folder,
          Failures.inWords(e));
    }
  }

  private Delivery delivery(Path file, FileTime start) throws InterruptedException {
    FileTime written = writtenBefore(file, start);
    JsonNode letter = written == null ? null : replayed(file);
    if (letter == null) {
      return null;
    }
    String text = letter.path("task_id").asText(letter.path("input").asText());
    Delivery delivery = intake.take(text, source(file), outcome -> settled(file, written, outcome));
    open.incrementAndGet();
    return delivery;
  }

  private boolean isReplayed(JsonNode line) {
    return line.has("task_id") && reasons.contains(line.path("reason").asText());
  }

  // nothing is to be done when it has ended
  private Delivery delivery(LineLetters.Letter letter) throws InterruptedException {
    Source source =
        Source.line("dead-letters", letter.file().getFileName().toString(), letter.line());
    Delivery delivery =
        intake.take(
            letter.json().path("task_id").asText(), source, ended -> open.decrementAndGet());
    open.incrementAndGet();
    return delivery;
  }

  private static Source source(Path file) {
    return Source.line("dead-letters", file.getFileName().toString(), 1);
  }

  // null where its reason is another, or where it is gone or unreadable
  private JsonNode replayed(Path file) {
    try {
      JsonNode letter = read(file);
      return reasons.contains(letter.path("reason").asText()) ? letter : null;
    } catch (IOException e) {
      return notRead(file, e);
    }
  }

  private static <T> T notRead(Path file, IOException e) {
    if (!(e instanceof NoSuchFileException)) {
      LOG.warn("{} cannot be read and stays: {}", source(file), Failures.inWords(e));
    }
    return null;
  }

  // null for a letter of this run
  private static FileTime writtenBefore(Path file, FileTime start) {
    try {
      FileTime written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS);
      return isOfThisRun(written, start) ? null : written;
    } catch (IOException e) {
      return notRead(file, e);
    }
  }

  // a time in the future comes from a clock that was wrong, so the letter is an old one
  private static boolean isOfThisRun(FileTime written, FileTime start) {
    FileTime now = FileTime.fromMillis(System.currentTimeMillis() + 1000);
    return written.compareTo(start) > 0 && written.compareTo(now) < 0;
  }

  private static JsonNode read(Path file) throws IOException {
    try {
      return JSON.readTree(DurableFiles.read(file));
    } catch (JsonProcessingException e) {
      throw new IOException("it holds no JSON");
    }
  }

  private void settled(Path file, FileTime written, Delivery.Outcome outcome) {
    try {
      if (outcome.isAcknowledged() && Files.getLastModifiedTime(file).equals(written)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("the delivery of its id has removed {}", file);
    } catch (IOException e) {
      LOG.warn(
          "a dead letter was replayed but cannot be removed: {}; a later run replays it again",
          Failures.inWords(e));
    } finally {
      open.decrementAndGet();
    }
  }
}
