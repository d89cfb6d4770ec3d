package io.serproutes.deliver;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Failures;
import io.serproutes.Settings;
import io.serproutes.deliver.lines.LineLetters;
import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
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
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path folder;

  private record Letter(Path file, Instant written, JsonNode line) {

    void read(Consumer<JsonNode> visitor) {
      if (line == null) {
        DeadLetterList.read(file, visitor);
      } else {
        visitor.accept(line);
      }
    }
  }

  /** The letters of these settings. */
  public DeadLetterList(Settings settings) {
    folder = ResultFolder.of(settings).resolve(ResultFolder.DEAD_LETTERS);
  }

  /**
   * The newest letters that were written before a time, the newest first. Looks at the time of each
   * file and reads only those that are returned. One that cannot be read is left out.
   */
  public List<JsonNode> newest(int most, Instant before) throws IOException {
    PriorityQueue<Letter> newest = new PriorityQueue<>(Comparator.comparing(Letter::written));
    walk(
        letter -> {
          if (letter.written.isBefore(before)) {
            newest.add(letter);
          }
          if (newest.size() > most) {
            newest.remove();
          }
        });
    List<Letter> files = new ArrayList<>(newest);
    files.sort(Comparator.comparing(Letter::written).reversed());
    List<JsonNode> letters = new ArrayList<>();
    files.forEach(letter -> letter.read(letters::add));
    return letters;
  }

  /** Passes on all letters in no order, as far as they can be read. */
  public void forEach(Consumer<JsonNode> visitor) throws IOException {
    walk(letter -> letter.read(visitor));
  }

  /** Passes on those that {@code replay} may choose: letters on lines stay, and need an id. */
  public void forEachToReplay(Consumer<JsonNode> visitor) throws IOException {
    walk(
        letter -> {
          if (letter.line == null || letter.line.has("task_id")) {
            letter.read(visitor);
          }
        });
  }

  private void walk(Consumer<Letter> visitor) throws IOException {
    walkFiles(visitor);
    new LineLetters(folder.getParent(), problem -> LOG.debug("{}", problem))
        .forEachRemaining(
            line -> visitor.accept(new Letter(line.file(), line.failedAt(), line.json())));
  }

  private void walkFiles(Consumer<Letter> visitor) throws IOException {
    Files.walkFileTree(
        folder,
        Set.of(),
        2,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes found) {
            String name = file.getFileName().toString();
            if (found.isRegularFile() && name.endsWith(".json") && !name.startsWith(".")) {
              visitor.accept(new Letter(file, found.lastModifiedTime().toInstant(), null));
            }
            return FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFileFailed(Path file, IOException e) throws IOException {
            if (e instanceof NoSuchFileException) {
              return FileVisitResult.CONTINUE; // gone since the folder was listed, or no letters
            }
            throw e;
          }
        });
  }

  private static void read(Path file, Consumer<JsonNode> visitor) {
    JsonNode letter;
    try {
      letter = JSON.readTree(DurableFiles.read(file));
    } catch (NoSuchFileException e) {
      return; // its id was delivered meanwhile
    } catch (JacksonException e) {
      LOG.debug("{} is left out: it holds no JSON", file);
      return;
    } catch (IOException e) {
      LOG.debug("{} is left out: {}", file, Failures.inWords(e));
      return;
    }
    if (letter.isObject()) {
      visitor.accept(letter);
    }
  }
}
