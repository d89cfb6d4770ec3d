package io.serproutes.deliver;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Settings;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.Iterator;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.Stream;
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

  private final Path folder;
  private final Set<String> reasons;
  private final Intake intake;
  private final AtomicInteger open = new AtomicInteger(1);

  /** The letters under {@code serp.files.dir}. */
  public DeadLetterFiles(Settings settings, Intake intake) {
    Path dir = Path.of(settings.required("serp.files.dir")).toAbsolutePath().normalize();
    this.folder = dir.resolve("dead-letters");
    Set<String> known =
        Stream.of(io.serproutes.fetch.Reason.values())
            .map(Objects::toString)
            .collect(Collectors.toSet());
    this.reasons = Set.copyOf(settings.oneOf("serp.replay.reasons", known));
    this.intake = intake;
  }

  /** The ids of the letters that lie there now, each once there is room for it. */
  public Iterator<Delivery> ids() throws IOException {
    FileTime start = FileTime.fromMillis(System.currentTimeMillis());
    return Stream.concat(list(folder), list(folder).filter(Files::isDirectory).flatMap(this::list))
        .filter(path -> path.getFileName().toString().matches("[^.].*\\.json"))
        .map(path -> delivery(path, start))
        .filter(Objects::nonNull)
        .iterator();
  }

  // names only: a letter that goes meanwhile is no failure
  private Stream<Path> list(Path dir) {
    try {
      return Files.list(dir);
    } catch (NoSuchFileException e) {
      return Stream.empty();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Notes that all letters have been read. */
  public void allRead() {
    open.decrementAndGet();
  }

  /** Whether all letters have been read and all their ids have ended. */
  public boolean isWorkedOff() {
    return open.get() == 0;
  }

  private Delivery delivery(Path file, FileTime start) {
    try {
      FileTime written = Files.getLastModifiedTime(file);
      JsonNode letter = JSON.readTree(Files.readAllBytes(file));
      if (!reasons.contains(letter.path("reason").asText()) || written.compareTo(start) > 0) {
        return null;
      }
      String text = letter.path("task_id").asText(letter.path("input").asText());
      int attempts = letter.path("attempts").asInt();
      Delivery.History history = new Delivery.History(null, 0, attempts, null, null);
      Source source = Source.line("dead-letters", file.getFileName().toString(), 1);
      Delivery delivery =
          intake.take(text, source, history, ended -> settled(file, written, ended));
      open.incrementAndGet();
      return delivery;
    } catch (NoSuchFileException e) {
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(
          "serp-routes is stopping; replay goes on at its next start", e);
    } catch (IOException e) {
      LOG.warn("dead letter {} cannot be read and stays: {}", file.getFileName(), e.getMessage());
      return null;
    }
  }

  private void settled(Path file, FileTime written, boolean ended) {
    try {
      if (ended && Files.getLastModifiedTime(file).equals(written)) {
        Files.deleteIfExists(file);
      }
    } catch (NoSuchFileException e) {
      LOG.debug("{} went with the delivery of its id", file);
    } catch (IOException e) {
      LOG.warn("{} was replayed but cannot be removed: {}", file, e.getMessage());
    } finally {
      open.decrementAndGet();
    }
  }
}
