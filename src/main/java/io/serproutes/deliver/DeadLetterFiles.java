package io.serproutes.deliver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileTime;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Iterator;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Replays the dead letters that lie under {@code serp.files.dir} when the program starts and whose
 * reason is in {@code serp.replay.reasons}.
 *
 * <p>A letter goes after the id's new receipt; one that the id earned anew stays.
 */
public final class DeadLetterFiles {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-dead-letters");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int LONGEST = 1 << 20; // twice the longest that is written

  private final Path folder;
  private final Set<String> reasons;
  private final Intake intake;
  private final AtomicInteger open = new AtomicInteger(1);

  /** The letters under {@code serp.files.dir}. */
  public DeadLetterFiles(Settings settings, Intake intake) {
    Path dir = Path.of(settings.get(Keys.FILES_DIR)).toAbsolutePath().normalize();
    this.folder = dir.resolve("dead-letters");
    this.reasons = Set.copyOf(settings.get(Keys.REPLAY_REASONS));
    this.intake = intake;
  }

  /**
   * The ids of the letters that lie there now, each once there is room for it; read once, letter by
   * letter. A letter or folder that cannot be read is named in the log and passed over.
   */
  public Iterator<Delivery> ids() {
    return new Letters();
  }

  /** Whether all letters have been read and all their ids have ended. */
  public boolean isWorkedOff() {
    return open.get() == 0;
  }

  /** Letters of the folder and of the folders in it, one after the other. */
  private final class Letters extends LookAhead<Delivery> {

    private final FileTime start = FileTime.fromMillis(System.currentTimeMillis());
    private final Deque<DirectoryStream<Path>> streams = new ArrayDeque<>();
    private final Deque<Iterator<Path>> names = new ArrayDeque<>();
    private boolean over;

    Letters() {
      enter(folder);
    }

    @Override
    protected Delivery fetch() {
      if (over) {
        return null;
      }
      Delivery next = null;
      try {
        next = find();
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        LOG.info("the program stops; letters that were not replayed are replayed by a later run");
      }
      if (next == null) {
        over = true;
        leaveAll();
        open.decrementAndGet();
      }
      return next;
    }

    private Delivery find() throws InterruptedException {
      while (!names.isEmpty()) {
        Path path = nextName();
        if (path == null) {
          leave();
        } else if (names.size() == 1 && Files.isDirectory(path, LinkOption.NOFOLLOW_LINKS)) {
          enter(path);
        } else if (path.getFileName().toString().matches("(?s)[^.].*\\.json")) {
          Delivery delivery = delivery(path, start);
          if (delivery != null) {
            return delivery;
          }
        }
      }
      return null;
    }

    private Path nextName() {
      try {
        return names.peek().hasNext() ? names.peek().next() : null;
      } catch (RuntimeException e) { // a DirectoryIteratorException
        unreadable(folder, e);
        return null;
      }
    }

    private void enter(Path dir) {
      try {
        DirectoryStream<Path> stream = Files.newDirectoryStream(dir);
        streams.push(stream);
        names.push(stream.iterator());
      } catch (NoSuchFileException e) {
        LOG.debug("no letters in {}", dir);
      } catch (IOException e) {
        unreadable(dir, e);
      }
    }

    private void leave() {
      names.pop();
      try {
        streams.pop().close();
      } catch (IOException e) {
        LOG.debug("closing a folder of letters", e);
      }
    }

    private void leaveAll() {
      while (!names.isEmpty()) {
        leave();
      }
    }

    private void unreadable(Path dir, Exception e) {
      LOG.warn(
          "dead letters in {} cannot be listed to the end: {}; the rest stays for a later run",
          dir,
          DurableFiles.inWords(e));
    }
  }

  private Delivery delivery(Path file, FileTime start) throws InterruptedException {
    Source source = Source.line("dead-letters", file.getFileName().toString(), 1);
    try {
      BasicFileAttributes found =
          Files.readAttributes(file, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
      FileTime written = found.lastModifiedTime();
      if (isOfThisRun(written, start)) {
        return null;
      }
      JsonNode letter = read(file, found);
      if (!reasons.contains(letter.path("reason").asText())) {
        return null;
      }
      String text = letter.path("task_id").asText(letter.path("input").asText());
      Delivery delivery = intake.take(text, source, outcome -> settled(file, written, outcome));
      open.incrementAndGet();
      return delivery;
    } catch (NoSuchFileException e) {
      return null;
    } catch (IOException e) {
      LOG.warn("{} cannot be read and stays: {}", source, DurableFiles.inWords(e));
      return null;
    }
  }

  // a time in the future is of a clock that was wrong: nothing is written then
  private static boolean isOfThisRun(FileTime written, FileTime start) {
    FileTime now = FileTime.fromMillis(System.currentTimeMillis() + 1000);
    return written.compareTo(start) > 0 && written.compareTo(now) < 0;
  }

  private static JsonNode read(Path file, BasicFileAttributes found) throws IOException {
    if (!found.isRegularFile() || found.size() > LONGEST) {
      throw new IOException(found.isRegularFile() ? "it is too long" : "it is no regular file");
    }
    try {
      return JSON.readTree(Files.readAllBytes(file));
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
      LOG.debug("{} went with the delivery of its id", file);
    } catch (IOException e) {
      LOG.warn(
          "a letter was replayed but cannot be removed: {}; a later run replays it once more",
          DurableFiles.inWords(e));
    } finally {
      open.decrementAndGet();
    }
  }
}
