package io.serproutes.program;

import static io.serproutes.deliver.ResultFolder.KINDS;
import static io.serproutes.deliver.ResultFolder.PARKED;
import static io.serproutes.deliver.ResultFolder.POSTBACKS;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Outputs;
import io.serproutes.Settings;
import io.serproutes.deliver.ResultFolder;
import io.serproutes.items.ItemType;
import io.serproutes.observe.Tally;
import io.serproutes.observe.Tally.Ended;
import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.stream.Stream;

/** What came of a run: a table of outcomes, then the folders and topics that hold something. */
final class Summary {

  private final Settings settings;
  private final Tally tally;
  private final int parked;
  private final int rejectedFiles;
  private final int brokenFiles;

  /**
   * The summary of what has ended.
   *
   * @param parked ids that are parked now
   * @param rejectedFiles drop files that were rejected
   * @param brokenFiles files of the command line that could not be read to their end
   */
  Summary(Settings settings, Tally tally, int parked, int rejectedFiles, int brokenFiles) {
    this.settings = settings;
    this.tally = tally;
    this.parked = parked;
    this.rejectedFiles = rejectedFiles;
    this.brokenFiles = brokenFiles;
  }

  /** Its lines; none where nothing has ended, is parked or was rejected. */
  List<String> lines() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Ended ended : Tally.all()) {
      counts.put(ended.toString(), tally.count(ended));
    }
    counts.put("parked", (long) parked); // the tally counts each time that an id is parked
    counts.put("dead-lettered too-large", tally.tooLarge());
    counts.put("files rejected", (long) rejectedFiles);
    counts.put("files broken", (long) brokenFiles);
    counts.values().removeIf(count -> count == 0);
    int width = counts.keySet().stream().mapToInt(String::length).max().orElse(1);
    List<String> lines = new ArrayList<>();
    counts.forEach(
        (what, count) ->
            lines.add(String.format(Locale.ROOT, "%-" + width + "s %,7d", what, count)));
    if (!lines.isEmpty()) {
      if (rejectedFiles > 0) {
        Path inbox = Path.of(settings.text(Keys.INBOX)).toAbsolutePath().normalize();
        lines.add("rejected, with the reason of each: " + inbox.resolve(".rejected"));
      }
      lines.addAll(folders());
      lines.addAll(topics());
    }
    return lines;
  }

  private List<String> folders() {
    Path dir = ResultFolder.of(settings);
    return KINDS.stream()
        .filter(folder -> parked > 0 || !folder.equals(PARKED)) // fetch leaves others alone
        .filter(folder -> holdsSomething(dir.resolve(folder)))
        .map(folder -> folder + ": " + dir.resolve(folder))
        .toList();
  }

  /**
   * Whether a folder of results holds any, dead letters, parked ids and posted answers included.
   */
  static boolean holdsResults(Path dir) {
    return Stream.concat(KINDS.stream(), Stream.of(POSTBACKS))
        .anyMatch(folder -> holdsSomething(dir.resolve(folder)));
  }

  // other hidden files are locks, and what is being written and may come to nothing
  private static boolean holdsSomething(Path folder) {
    try (DirectoryStream<Path> files =
        Files.newDirectoryStream(folder, file -> isResult(file.getFileName().toString()))) {
      return files.iterator().hasNext();
    } catch (IOException e) {
      return false;
    }
  }

  private static boolean isResult(String name) {
    return !name.startsWith(".") || name.endsWith(".part"); // lines that are committed
  }

  private List<String> topics() {
    List<String> lines = new ArrayList<>();
    if (Outputs.of(settings).has("kafka")) {
      topic(lines, Keys.TOPIC_ORGANIC, tally.items(ItemType.ORGANIC));
      topic(lines, Keys.TOPIC_PAID, tally.items(ItemType.PAID));
      topic(lines, Keys.TOPIC_OTHER, tally.items(ItemType.OTHER));
      topic(lines, Keys.TOPIC_RECEIPTS, tally.done());
      topic(lines, Keys.TOPIC_DEAD_LETTERS, tally.deadLetters());
    }
    return lines;
  }

  private void topic(List<String> lines, Key<String> key, long records) {
    if (records > 0) {
      String what = key.name().substring(key.name().lastIndexOf('.') + 1);
      lines.add(what + ": topic " + settings.get(key));
    }
  }
}
