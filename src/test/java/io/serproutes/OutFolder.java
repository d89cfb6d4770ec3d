package io.serproutes;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** What the program has put under {@code serp.files.dir}. */
record OutFolder(Path dir) {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** Names of the files of a kind, hidden ones left out. */
  List<String> names(String kind) {
    try (Stream<Path> files = Files.list(dir.resolve(kind))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !name.startsWith("."))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** All documents of a kind by the names of their files without the end; none may be torn. */
  Map<String, JsonNode> all(String kind) {
    Map<String, JsonNode> all = new TreeMap<>();
    for (String name : names(kind)) {
      all.put(name.replaceFirst("\\.json$", ""), read(dir.resolve(kind).resolve(name)));
    }
    return all;
  }

  /** The document of an id, or null. */
  JsonNode find(String kind, String id) {
    Path file = dir.resolve(kind).resolve(id + ".json");
    return Files.exists(file) ? read(file) : null;
  }

  JsonNode receipt(String id) {
    return find("receipts", id);
  }

  JsonNode deadLetter(String id) {
    return find("dead-letters", id);
  }

  boolean hasReceipt(String id) {
    return Files.exists(dir.resolve("receipts").resolve(id + ".json"));
  }

  /** Waits until all these ids have their receipts. */
  void awaitReceipts(Iterable<String> ids) {
    awaitReceipts(ids, ProgramUnderTest.PATIENCE);
  }

  /** Waits until all these ids have their receipts. */
  void awaitReceipts(Iterable<String> ids, Duration patience) {
    await("receipts")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(50))
        .until(() -> without(ids), List::isEmpty);
  }

  private List<String> without(Iterable<String> ids) {
    List<String> missing = new ArrayList<>();
    for (String id : ids) {
      if (!hasReceipt(id)) {
        missing.add(id);
      }
    }
    return missing;
  }

  private static JsonNode read(Path file) {
    try {
      return JSON.readTree(Files.readAllBytes(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file + " is torn", e);
    }
  }
}
