package io.serproutes.deliver.lines;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.serproutes.Failures;
import io.serproutes.LookAhead;
import io.serproutes.Times;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.ids.TaskId;
import java.io.CharConversionException;
import java.io.Closeable;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import org.apache.camel.util.IOHelper;

/**
 * The dead letters in files of lines that no later receipt of their id has overtaken. Files that
 * were begun and lines that were committed later are left out. Not thread-safe.
 */
public final class LineLetters extends LookAhead<LineLetters.Letter> implements Closeable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /**
   * A dead letter.
   *
   * @param line its place in the file, 1-based
   * @param written the beginning of time where it does not say so
   * @param json without the API's response, which may be long; null where it is a file of its own,
   *     which has not been read yet
   */
  public record Letter(Path file, int line, Instant written, JsonNode json) {

    public boolean isFile() {
      return json == null;
    }

    /** A letter on a line stays: only a receipt of its id says that it was replayed. */
    public boolean canBeReplayed() {
      return isFile() || json.has("task_id");
    }

    public JsonNode read() throws IOException {
      try {
        return isFile() ? parse(DurableFiles.read(file)) : json;
      } catch (JacksonException | CharConversionException e) { // zeros pass for UTF-32
        throw new IOException("it holds no JSON");
      }
    }
  }

  private final Path dir;
  private final Consumer<String> problems;
  private final Consumer<IOException> unlisted;
  private Iterator<StoredSet> sets;
  private LatestReceipts receipts;
  private StoredSet set;
  private StoredLines lines;

  /**
   * Those under {@code serp.files.dir}.
   *
   * @param problems is told of each line that is no letter, and of receipts that cannot be read, a
   *     line for a person
   * @param unlisted is told why some cannot be found; the others come unless it throws
   */
  public LineLetters(Path dir, Consumer<String> problems, Consumer<IOException> unlisted) {
    this.dir = dir;
    this.problems = problems;
    this.unlisted = unlisted;
  }

  @Override
  protected Letter fetch() {
    try {
      if (sets == null) {
        begin();
      }
    } catch (IOException e) {
      unlisted.accept(e);
      close();
      return null;
    }
    while (lines != null || sets.hasNext()) {
      Letter letter = nextOfSet();
      if (letter != null) {
        return letter;
      }
    }
    close();
    return null;
  }

  private void begin() throws IOException {
    List<StoredSet> all = StoredSet.all(dir, problem -> unlisted.accept(new IOException(problem)));
    sets = all.stream().filter(one -> one.size(LineKind.DEAD_LETTERS) > 0).iterator();
    if (sets.hasNext()) {
      receipts = new LatestReceipts(all, ids -> {}, problems);
    }
  }

  // null where there may be more
  private Letter nextOfSet() {
    try {
      if (lines == null) {
        set = sets.next();
        lines = set.open(LineKind.DEAD_LETTERS);
      }
      while (lines.next()) {
        Letter letter = read();
        if (letter != null && !isOvertaken(letter)) {
          return letter;
        }
      }
    } catch (IOException e) {
      String file = set.file(LineKind.DEAD_LETTERS).toString();
      unlisted.accept(new IOException(file + " is read in part: " + Failures.inWords(e), e));
    }
    IOHelper.close(lines);
    lines = null;
    return null;
  }

  private Letter read() {
    JsonNode json = json(lines.bytes());
    if (json != null && json.isObject()) {
      Instant failedAt = Times.ofRecord(json.path("failed_at").asText());
      Instant written = failedAt == null ? Instant.EPOCH : failedAt;
      return new Letter(set.file(LineKind.DEAD_LETTERS), lines.number(), written, json);
    }
    problems.accept(set.file(LineKind.DEAD_LETTERS) + ":" + lines.number() + " is no dead letter");
    return null;
  }

  // zeros, as a disk may leave them, pass for UTF-32 and fail in another way than other text
  private static JsonNode json(byte[] line) {
    try {
      return line == null ? null : parse(line);
    } catch (IOException e) {
      return null;
    }
  }

  private static JsonNode parse(byte[] letter) throws IOException {
    JsonNode json = JSON.readTree(letter);
    if (json instanceof ObjectNode members) {
      members.remove("response");
    }
    return json;
  }

  private boolean isOvertaken(Letter letter) throws IOException {
    TaskId id = TaskId.parse(letter.json.path("task_id").asText(null));
    if (id == null) {
      return false;
    }
    Instant fetched = receipts.fetchedAt(id.value());
    return fetched != null && fetched.isAfter(letter.written) || isInFiles(id, letter.written);
  }

  // delivered since with a layout of a file an id
  private boolean isInFiles(TaskId id, Instant failedAt) {
    Path folder = dir.resolve(LineKind.RECEIPTS.toString());
    for (Path file : ResultFolder.places(folder, id)) {
      try {
        if (LatestReceipts.fetchedAt(file).isAfter(failedAt)) {
          return true;
        }
      } catch (IOException e) {
        // not there
      }
    }
    return false;
  }

  /** Ends the reading; no letter comes any more. */
  @Override
  public void close() {
    sets = Collections.emptyIterator();
    IOHelper.close(lines, receipts);
    lines = null;
    receipts = null;
  }
}
