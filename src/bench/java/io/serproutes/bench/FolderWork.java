package io.serproutes.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Ids of a drop file to files: one of each task and type, or JSON Lines. */
final class FolderWork implements Work {

  private static final List<String> KINDS = List.of("organic", "paid", "other");
  private static final JsonFactory JSON = new JsonFactory();

  private final Settings settings;
  private final List<Path> used = new ArrayList<>();
  private Path dir;
  private int count;

  FolderWork(Settings settings) {
    this.settings = settings;
  }

  @Override
  public void prepare(List<String> ids) throws IOException {
    count = ids.size();
    dir = Files.createTempDirectory(Files.createDirectories(settings.home()), "folder-");
    used.add(dir);
    Files.createDirectories(dir.resolve("inbox"));
    Files.write(ids(), ids);
  }

  private Path ids() {
    return dir.resolve("inbox/ids.txt");
  }

  private Path out() {
    return dir.resolve("out");
  }

  @Override
  public Child start(Subject subject, String api) throws IOException {
    Map<String, Object> keys = new LinkedHashMap<>();
    if (subject.isProduct()) {
      keys.put("serp.from", "folder");
      keys.put("serp.to", "files");
      keys.put("serp.folder.inbox", dir.resolve("inbox"));
      keys.put("serp.files.dir", out());
      keys.put("serp.files.layout", subject.isLines() ? "lines" : "flat");
      keys.putAll(settings.api(api));
      return subject.start(settings.home(), keys, "-jar", subject.jar().toString());
    }
    if (subject.kind().equals("node")) {
      String program = "src/bench/node/folder-loop.mjs";
      List<String> command =
          List.of("node", program, api, ids().toString(), out().toString());
      return Child.start(subject.log(settings.home()), command).drain();
    }
    keys.put("api", api);
    keys.put("ids", ids());
    keys.put("out", out());
    keys.put("durable", subject.kind().equals("hand"));
    return subject.start(
        settings.home(),
        keys,
        "-cp",
        Subject.CLASS_PATH,
        "io.serproutes.bench.baseline." + (subject.isLines() ? "LinesLoop" : "FolderLoop"));
  }

  @Override
  public boolean hasFirst() throws IOException {
    try (Stream<Path> files = Files.list(out().resolve("organic"))) {
      return files.anyMatch(file -> isResult(file) && file.toFile().length() > 0);
    } catch (NoSuchFileException e) {
      return false;
    }
  }

  // lines are hidden while they are written
  private static boolean isResult(Path file) {
    return !file.getFileName().toString().endsWith(".tmp");
  }

  @Override
  public boolean isDone(Subject subject) throws IOException {
    if (subject.isProduct()) {
      return Files.notExists(ids()); // moved, since all have ended
    }
    if (subject.isLines()) {
      return Files.exists(out().resolve("done"));
    }
    try (Stream<Path> files = Files.list(out().resolve("organic"))) {
      return files.filter(FolderWork::isResult).count() >= count;
    }
  }

  @Override
  public Content content(Subject subject) throws IOException {
    Content content = new Content();
    for (String kind : KINDS) {
      try (Stream<Path> files = Files.walk(out().resolve(kind))) {
        for (Path file : (Iterable<Path>) files.filter(Files::isRegularFile)::iterator) {
          if (subject.isLines()) {
            addLines(content, file);
          } else {
            addArray(content, Files.readAllBytes(file));
          }
        }
      } catch (NoSuchFileException e) {
        // none of this kind
      }
    }
    return content;
  }

  private static void addLines(Content content, Path file) throws IOException {
    try (Stream<String> lines = Files.lines(file, ISO_8859_1)) {
      lines.forEach(
          line -> {
            byte[] bytes = line.getBytes(ISO_8859_1);
            content.add(bytes, 0, bytes.length);
          });
    }
  }

  private static void addArray(Content content, byte[] array) throws IOException {
    try (JsonParser json = JSON.createParser(array)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.START_OBJECT) {
        int from = (int) json.currentTokenLocation().getByteOffset();
        json.skipChildren();
        content.add(array, from, (int) json.currentLocation().getByteOffset() - from);
      }
    }
  }

  /** Only files of lines: ext4 makes new files slowly for minutes after many were deleted. */
  @Override
  public void clear(Subject subject) throws IOException {
    if (subject.isLines()) {
      remove(dir);
      used.remove(dir);
    }
  }

  @Override
  public void close() throws IOException {
    for (Path one : used) {
      remove(one);
    }
  }

  private static void remove(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }
}
