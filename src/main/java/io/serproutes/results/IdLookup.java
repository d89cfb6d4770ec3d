package io.serproutes.results;

import io.serproutes.Failures;
import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Outputs;
import io.serproutes.Settings;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.deliver.lines.StoredLines;
import io.serproutes.deliver.lines.StoredSet;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.kafka.TopicScan;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Finds what became of ids: in files, whatever their layout, and, where {@code serp.to} puts
 * receipts or parked ids there, in topics. Joins no group, takes and changes nothing. Safe for use
 * by many threads.
 */
public final class IdLookup {

  /** The most ids at a time: all that is found is in memory. */
  public static final int MOST_IDS = 1000;

  /** What is looked for, in the order in which an id moves: one that moves meanwhile is seen. */
  private enum Kind {
    PARKED(ResultFolder.PARKED, Keys.TOPIC_PARKED, null),
    DEAD_LETTER(ResultFolder.DEAD_LETTERS, Keys.TOPIC_DEAD_LETTERS, "failed_at"),
    RECEIPT(ResultFolder.RECEIPTS, Keys.TOPIC_RECEIPTS, "fetched_at");

    private final String folder;
    private final Key<String> topic;
    private final String timeMember;

    Kind(String folder, Key<String> topic, String timeMember) {
      this.folder = folder;
      this.topic = topic;
      this.timeMember = timeMember;
    }
  }

  /** What has been found of an id. */
  private static final class Found {
    private final Map<Kind, IdRecord> last = new EnumMap<>(Kind.class);
    private final List<String> searched = new ArrayList<>();

    void add(Kind kind, IdRecord record) {
      last.merge(kind, record, (old, now) -> now.written().isBefore(old.written()) ? old : now);
    }

    /** Adds what topics have; of the same record that in a file stays, which leads to the items. */
    void addOfTopics(Found topics) {
      topics.last.forEach(
          (kind, record) ->
              last.merge(
                  kind, record, (old, now) -> now.written().isAfter(old.written()) ? now : old));
      searched.addAll(topics.searched);
    }
  }

  private final Settings settings;
  private final Path dir;
  private final List<Kind> topics = new ArrayList<>();

  /** A look-up by these settings, which have been checked. */
  public IdLookup(Settings settings) {
    this.settings = settings;
    dir = Path.of(settings.get(Keys.FILES_DIR)).normalize();
    Outputs outputs = Outputs.of(settings);
    if (outputs.ofReceipts().contains("kafka")) {
      topics.add(Kind.RECEIPT);
      topics.add(Kind.DEAD_LETTER);
    }
    if (outputs.parking().equals("kafka")) {
      topics.add(Kind.PARKED);
    }
  }

  /**
   * Finds what became of ids.
   *
   * @param ids at most {@link #MOST_IDS}
   * @param most how long each topic may be read
   * @param problems is told of each place that could not be read, a line for a person; something
   *     may be missing then
   * @return one for each id, in order
   */
  public List<IdStatus> find(Collection<TaskId> ids, Duration most, Consumer<String> problems) {
    Map<String, Found> found = nothing(ids);
    Consumer<String> printable = problem -> problems.accept(Source.printable(problem));
    for (Kind kind : Kind.values()) {
      ids.forEach(id -> readFiles(id, kind, found.get(id.value()), printable));
    }
    readLines(found, printable);
    if (!topics.isEmpty()) {
      Map<String, Found> inTopics = nothing(ids);
      readTopics(inTopics, most, printable);
      inTopics.forEach((id, one) -> found.get(id).addOfTopics(one));
    }
    return found.entrySet().stream().map(one -> status(one.getKey(), one.getValue())).toList();
  }

  private static Map<String, Found> nothing(Collection<TaskId> ids) {
    Map<String, Found> found = new LinkedHashMap<>();
    ids.forEach(id -> found.put(id.value(), new Found()));
    return found;
  }

  private static IdStatus status(String id, Found found) {
    return IdStatus.of(
        TaskId.parse(id),
        found.last.get(Kind.RECEIPT),
        found.last.get(Kind.DEAD_LETTER),
        found.last.get(Kind.PARKED),
        List.copyOf(found.searched));
  }

  private void readFiles(TaskId id, Kind kind, Found found, Consumer<String> problems) {
    Path folder = dir.resolve(kind.folder);
    found.searched.add(folder.toString());
    for (Path file : ResultFolder.places(folder, id)) {
      try {
        Instant written = Files.getLastModifiedTime(file, LinkOption.NOFOLLOW_LINKS).toInstant();
        byte[] json = DurableFiles.read(file);
        found.add(kind, IdRecord.read(json, id, kind.timeMember, file.toString(), written));
      } catch (NoSuchFileException e) {
        continue; // nothing is known here
      } catch (IOException e) {
        problems.accept(file + " is ignored: " + Failures.inWords(e));
      }
    }
  }

  private void readLines(Map<String, Found> found, Consumer<String> problems) {
    try {
      for (StoredSet set : StoredSet.all(dir, problems)) {
        readLines(set, LineKind.RECEIPTS, Kind.RECEIPT, found, problems);
        readLines(set, LineKind.DEAD_LETTERS, Kind.DEAD_LETTER, found, problems);
      }
    } catch (IOException e) {
      problems.accept("not all of " + dir + " can be listed: " + Failures.inWords(e));
    }
  }

  private static void readLines(
      StoredSet set, LineKind in, Kind kind, Map<String, Found> found, Consumer<String> problems) {
    Path file = set.file(in);
    try (StoredLines lines = set.open(in)) {
      while (lines.next()) {
        Found one = found.get(lines.id());
        byte[] json = one == null ? null : lines.bytes();
        if (json != null) {
          TaskId id = TaskId.parse(lines.id());
          String place = file + ":" + lines.number();
          add(one, kind, json, id, place, set.begun(), problems);
        }
      }
    } catch (IOException e) {
      problems.accept(file + " is read in part: " + Failures.inWords(e));
    }
  }

  private static void add(
      Found found,
      Kind kind,
      byte[] json,
      TaskId id,
      String place,
      Instant written,
      Consumer<String> problems) {
    try {
      found.add(kind, IdRecord.read(json, id, kind.timeMember, place, written));
    } catch (IOException e) {
      problems.accept(place + " is ignored: " + Failures.inWords(e));
    }
  }

  private void readTopics(Map<String, Found> found, Duration most, Consumer<String> problems) {
    try (TopicScan scan = new TopicScan(settings)) {
      for (Kind kind : topics) {
        if (!scan.isSilent()) {
          readTopic(scan, kind, found, most, problems);
        }
      }
    } catch (IllegalSettingException e) {
      problems.accept("the topics cannot be read: " + e.getMessage());
    }
  }

  private void readTopic(
      TopicScan scan,
      Kind kind,
      Map<String, Found> found,
      Duration most,
      Consumer<String> problems) {
    try {
      Map<String, String> read =
          scan.ofKeys(
              kind.topic,
              found.keySet(),
              most,
              record -> {
                String place = record.topic() + "-" + record.partition() + "@" + record.offset();
                TaskId id = TaskId.parse(record.key());
                Instant written = Instant.ofEpochMilli(record.timestamp());
                byte[] json = record.value() == null ? new byte[0] : record.value();
                add(found.get(record.key()), kind, json, id, place, written, problems);
              });
      read.forEach((id, partition) -> found.get(id).searched.add(partition));
    } catch (IllegalSettingException e) {
      problems.accept(settings.get(kind.topic) + " cannot be read: " + e.getMessage());
    }
  }
}
