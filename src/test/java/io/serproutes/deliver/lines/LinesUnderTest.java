package io.serproutes.deliver.lines;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.deliver.Receipts;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/** Delivers tasks to a folder of lines, and reads what is shown there. */
public final class LinesUnderTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path dir;
  public final Map<String, String> keys = new HashMap<>();

  /** A folder, with every key as it is by default. */
  public LinesUnderTest(Path dir) {
    this.dir = dir;
    keys.put("serp.files.dir", dir.toString());
    keys.put("serp.files.layout", "lines");
    keys.put("serp.files.lines.max-size", "256MiB");
    keys.put("serp.files.lines.max-age", "1h");
    keys.put("serp.files.lines.compress", "none");
  }

  /** The folder. */
  public Path dir() {
    return dir;
  }

  /** Sets a key. */
  public LinesUnderTest key(String name, String value) {
    keys.put(name, value);
    return this;
  }

  /** Its settings. */
  public Settings settings() {
    return new Settings(keys::get);
  }

  /** An output to it. */
  public LineFiles open() {
    return open(step -> {});
  }

  LineFiles open(OpenSet.Steps steps) {
    return new LineFiles(settings(), steps, System::nanoTime);
  }

  /** A task with so many organic items, a paid one and one of a new type, with line breaks. */
  public static Task delivered(long number, int organic) {
    TaskId id = TestTasks.id(number);
    StringBuilder items = new StringBuilder();
    for (int i = 0; i < organic; i++) {
      items.append("{\"type\":\"organic\",\n\"n\":%d.%d0},".formatted(number, i));
    }
    items.append("{\"type\":\"paid\",\"n\":1},{\"type\":\"local_pack\"}");
    String result = "[{\"keyword\":\"가\",\r\n\"items\":[" + items + "]}]";
    return TestTasks.answer(
        TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{\"tag\":\n\"t\"}", result));
  }

  /** A task that has failed for good. */
  public static Task givenUp(long number) {
    TaskId id = TestTasks.id(number);
    return TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 40501, "null", "null"));
  }

  /** Input that is no id. */
  public static Task noId(String text) {
    return TestTasks.fresh(text);
  }

  /** Has the output take the results of tasks as the routes do. */
  TaskLines staged(LineFiles files, Task task) {
    Receipts receipts = new Receipts(settings(), new Secrets(settings()));
    try {
      if (!task.isValid()) {
        return files.stage(task, receipts.deadLetter(task));
      }
      if (task.getVerdict().isDeliver()) {
        for (ItemBatch batch : ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound())) {
          files.items(task, batch);
        }
      } else {
        files.deadLetter(task, receipts.deadLetter(task));
      }
      return files.stage(task, receipts.receipt(task));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Publishes tasks together; returns their failures, null for none. */
  public List<Exception> publish(LineFiles files, Task... tasks) {
    List<TaskLines> all = Stream.of(tasks).map(task -> staged(files, task)).toList();
    List<Exception> failures = new ArrayList<>();
    all.forEach(one -> one.begin(failures::add));
    files.publish(all);
    all.forEach(TaskLines::end);
    return failures;
  }

  /** The lines of a kind in all files that are shown; none may be torn. */
  List<String> lines(String kind) {
    List<String> lines = new ArrayList<>();
    for (Path file : shown(kind)) {
      try (InputStream in = Files.newInputStream(file);
          InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(in) : in) {
        String text = new String(plain.readAllBytes(), UTF_8);
        assertThat(text).as(file.toString()).endsWith("\n").doesNotContain("\r");
        lines.addAll(List.of(text.split("\n", -1)).subList(0, (int) text.lines().count()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
    return lines;
  }

  /** The files of a kind that are shown. */
  public List<Path> shown(String kind) {
    return all(kind).stream().filter(f -> !f.getFileName().toString().startsWith(".")).toList();
  }

  List<Path> all(String kind) {
    Path folder = dir.resolve(kind);
    if (!Files.exists(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  List<Path> hidden() {
    return Stream.of("organic", "paid", "other", "dead-letters", "receipts", ".lines")
        .flatMap(kind -> all(kind).stream())
        .filter(file -> file.toString().matches(".*\\.(part|commit)"))
        .toList();
  }

  /** A line as JSON. */
  public static JsonNode json(String line) {
    try {
      return JSON.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(line, e);
    }
  }

  /** How often each id has a receipt, in order. */
  Map<String, Integer> receipts() {
    Map<String, Integer> counts = new LinkedHashMap<>();
    lines("receipts")
        .forEach(line -> counts.merge(json(line).get("task_id").asText(), 1, Integer::sum));
    return counts;
  }

  /**
   * What is shown is whole: to each receipt its items byte for byte, in order, and no other item,
   * and to each receipt of an id that was given up its dead letter.
   */
  void assertWhole(Map<String, Task> tasks) throws IOException {
    for (String kind : List.of("organic", "paid", "other")) {
      ByteArrayOutputStream expected = new ByteArrayOutputStream();
      List<String> letters = new ArrayList<>();
      for (String line : lines("receipts")) {
        Task task = tasks.get(json(line).get("task_id").asText());
        if (!task.getVerdict().isDeliver()) {
          letters.add(task.getId().value());
          continue;
        }
        for (ItemBatch batch : ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound())) {
          if (batch.getType().toString().equals(kind)) {
            for (String item : batch) {
              expected.write((item.replace('\n', ' ').replace('\r', ' ') + "\n").getBytes(UTF_8));
            }
          }
        }
      }
      assertThat(String.join("\n", lines(kind)))
          .isEqualTo(expected.toString(UTF_8).stripTrailing());
      assertThat(lines("dead-letters").stream().map(LinesUnderTest::json))
          .filteredOn(letter -> letter.has("task_id"))
          .extracting(letter -> letter.get("task_id").asText())
          .containsExactlyElementsOf(letters);
    }
  }

  /** The same task, as it is delivered again. */
  static Task again(Task task) {
    return task.getVerdict().isDeliver()
        ? delivered(task.getId().low(), task.getFound().itemCount() - 2)
        : givenUp(task.getId().low());
  }
}
