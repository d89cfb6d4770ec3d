package io.serproutes.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** Ids of a drop file to files. */
final class FolderWork implements Work {

  private final Path home;
  private final Settings settings;
  private final List<Path> used = new ArrayList<>();
  private Path dir;
  private int count;

  FolderWork(Path home, Settings settings) {
    this.home = home;
    this.settings = settings;
  }

  @Override
  public void prepare(List<String> ids) throws IOException {
    count = ids.size();
    dir = Files.createTempDirectory(Files.createDirectories(home), "folder-");
    used.add(dir);
    Files.createDirectories(dir.resolve("inbox"));
    Files.write(dir.resolve("inbox/ids.txt"), ids);
  }

  @Override
  public Child start(String subject, String api) throws IOException {
    Path log = home.resolve(subject + ".log");
    Map<String, Object> keys = new LinkedHashMap<>();
    if (settings.isProduct(subject)) {
      keys.put("serp.from", "folder");
      keys.put("serp.to", "files");
      keys.put("serp.folder.inbox", dir.resolve("inbox"));
      keys.put("serp.files.dir", dir.resolve("out"));
      keys.putAll(settings.api(api));
      return Child.java(log, settings.options(), keys, "-jar", settings.jarOf(subject)).drain();
    }
    if (subject.equals("node")) {
      return Child.start(
              log,
              List.of(
                  "node",
                  "src/bench/node/folder-loop.mjs",
                  api,
                  dir.resolve("inbox/ids.txt").toString(),
                  dir.resolve("out").toString()))
          .drain();
    }
    keys.put("api", api);
    keys.put("ids", dir.resolve("inbox/ids.txt"));
    keys.put("out", dir.resolve("out"));
    keys.put("durable", subject.equals("hand"));
    return Child.java(
            log,
            settings.options(),
            keys,
            "-cp",
            System.getProperty("java.class.path"),
            "io.serproutes.bench.baseline.FolderLoop")
        .drain();
  }

  @Override
  public boolean hasFirst() throws IOException {
    return count("organic", 1) == 1;
  }

  @Override
  public boolean isDone(String subject) throws IOException {
    return count(settings.isProduct(subject) ? "receipts" : "organic", count) >= count;
  }

  private long count(String kind, int most) throws IOException {
    Path folder = dir.resolve("out").resolve(kind);
    if (Files.notExists(folder)) {
      return 0;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> !file.getFileName().toString().startsWith(".")).limit(most).count();
    }
  }

  /** Nothing yet: ext4 makes new files slowly for minutes after many were deleted. */
  @Override
  public void clear() {}

  @Override
  public void close() throws IOException {
    for (Path one : used) {
      try (Stream<Path> files = Files.walk(one)) {
        for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(file);
        }
      }
    }
  }
}
