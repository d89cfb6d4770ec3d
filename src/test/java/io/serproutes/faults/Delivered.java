package io.serproutes.faults;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.kafka.Scene;
import io.serproutes.kafka.TopicTail;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;
import java.util.zip.GZIPInputStream;

/**
 * What lies in files or topics now. Reading it throws {@link UncheckedIOException} with the name of
 * the file where one is torn.
 */
final class Delivered {

  static final List<String> TYPES = List.of("organic", "paid", "other");

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A receipt or a dead letter, and the folder, set or topic that it was found in. */
  record Document(String place, JsonNode json) {

    String id() {
      return json.path("task_id").asText();
    }

    String text(String member) {
      return json.path(member).asText();
    }

    /** The number of the answer that it is about; 0 where there was none. */
    int number() {
      return MadeAnswer.number(text("tag"));
    }

    /** The outcome, or the reason of one that was given up. */
    String outcome() {
      return json.has("reason") ? text("reason") : text("outcome");
    }
  }

  /** Items of one answer and type that were found in one place. */
  record Key(String place, String id, int number, String type) implements Comparable<Key> {
    @Override
    public int compareTo(Key other) {
      return toString().compareTo(other.toString());
    }
  }

  /** An item as it was found, with its index where it has one; in a file of items all of them. */
  record Found(int index, String text) {}

  final List<Document> receipts = new ArrayList<>();
  final List<Document> letters = new ArrayList<>();
  final Map<Key, List<Found>> items = new TreeMap<>();
  final Map<String, String> oversized = new TreeMap<>();

  /** What is in these folders, each the {@code serp.files.dir} of an instance. */
  static Delivered inFolders(Plan.Output output, List<Path> dirs) {
    Delivered delivered = new Delivered();
    for (Path dir : dirs) {
      for (String kind : List.of("receipts", "dead-letters", "organic", "paid", "other")) {
        for (Path file : visible(dir.resolve(kind))) {
          if (output.isLines()) {
            delivered.addLines(
                kind, dir.getParent().getFileName() + "/" + file.getFileName(), read(file));
          } else {
            delivered.addFile(kind, dir.getParent().getFileName().toString(), file);
          }
        }
      }
    }
    return delivered;
  }

  /** What is in the topics, and the oversized items in these folders. */
  static Delivered inTopics(Scene scene, List<Path> dirs) {
    Delivered delivered = new Delivered();
    for (TopicTail.Entry entry : scene.all("receipts")) {
      delivered.receipts.add(new Document("topics", entry.json()));
    }
    for (TopicTail.Entry entry : scene.all("dead-letters")) {
      delivered.letters.add(new Document("topics", entry.json()));
    }
    for (String type : TYPES) {
      for (TopicTail.Entry entry : scene.all(type)) {
        String text = new String(entry.record().value(), UTF_8);
        delivered.add(type, "topics", entry.key(), entry.json(), new Found(entry.index(), text));
      }
    }
    for (Path dir : dirs) {
      for (Path file : visible(dir.resolve("oversized"))) {
        String name = file.getFileName().toString().replace(".json", "");
        delivered.oversized.put(name, new String(read(file), UTF_8));
      }
    }
    return delivered;
  }

  private void add(String type, String place, String id, JsonNode item, Found found) {
    JsonNode task = item.has("serp_task") ? item.get("serp_task") : item.path("task");
    Key key = new Key(place, id, MadeAnswer.number(task.path("tag").asText()), type);
    items.computeIfAbsent(key, k -> new ArrayList<>()).add(found);
  }

  private void addFile(String kind, String place, Path file) {
    byte[] bytes = read(file);
    JsonNode json = parse(file.toString(), bytes);
    switch (kind) {
      case "receipts" -> receipts.add(new Document(place, json));
      case "dead-letters" -> letters.add(new Document(place, json));
      default -> {
        String id = file.getFileName().toString().replace(".json", "");
        add(kind, place, id, json.path(0), new Found(-1, new String(bytes, UTF_8)));
      }
    }
  }

  private void addLines(String kind, String set, byte[] file) {
    String text = new String(unpacked(set, file), UTF_8);
    if (!text.endsWith("\n")) {
      throw new UncheckedIOException(new IOException(kind + "/" + set + " ends within a line"));
    }
    for (String line : text.split("\n")) {
      JsonNode json = parse(kind + "/" + set, line.getBytes(UTF_8));
      switch (kind) {
        case "receipts" -> receipts.add(new Document(set, json));
        case "dead-letters" -> letters.add(new Document(set, json));
        default -> {
          JsonNode task = json.has("serp_task") ? json.get("serp_task") : json.path("task");
          add(kind, set, task.path("id").asText(), json, new Found(-1, line));
        }
      }
    }
  }

  private static byte[] unpacked(String name, byte[] bytes) {
    if (!name.endsWith(".gz")) {
      return bytes;
    }
    try (InputStream in = new GZIPInputStream(new ByteArrayInputStream(bytes))) {
      return in.readAllBytes();
    } catch (IOException e) {
      throw new UncheckedIOException(name + " is torn", e);
    }
  }

  private static JsonNode parse(String name, byte[] json) {
    try {
      return JSON.readTree(json);
    } catch (IOException e) {
      throw new UncheckedIOException(name + " is torn", e);
    }
  }

  private static byte[] read(Path file) {
    try {
      return Files.readAllBytes(file);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static List<Path> visible(Path folder) {
    return files(folder).stream()
        .filter(file -> !file.getFileName().toString().startsWith("."))
        .toList();
  }

  /** All files below a folder, hidden ones too; none where there is no folder. */
  static List<Path> files(Path folder) {
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).sorted().toList();
    } catch (UncheckedIOException e) {
      return files(folder); // a file went while they were listed
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
