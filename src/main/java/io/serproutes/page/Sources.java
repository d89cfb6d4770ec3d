package io.serproutes.page;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.TopicProgress;
import io.serproutes.feed.ReadyCounts;
import io.serproutes.feed.webhooks.SignalCounts;
import io.serproutes.ids.DropFileProgress;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Source;
import io.serproutes.page.StatusReport.Folder;
import io.serproutes.page.StatusReport.Notice;
import io.serproutes.page.StatusReport.Other;
import io.serproutes.page.StatusReport.TasksReady;
import io.serproutes.page.StatusReport.Topic;
import io.serproutes.page.StatusReport.Webhooks;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.Registry;

/** Tells how far the sources are. Safe for use by many threads. */
final class Sources {

  private final Set<DropFolder> folders;
  private final Set<ReadyCounts> lists;
  private final Set<SignalCounts> signals;
  private final TopicProgress progress; // null where no topic is read
  private final List<String> topics = new CopyOnWriteArrayList<>();
  private final List<String> from;
  private final String idsTopic;

  Sources(CamelContext context, Settings settings) {
    Registry registry = context.getRegistry();
    folders = registry.findByType(DropFolder.class);
    lists = registry.findByType(ReadyCounts.class);
    signals = registry.findByType(SignalCounts.class);
    progress = registry.findSingleByType(TopicProgress.class);
    if (progress != null) {
      progress.onTopic(topics::add);
    }
    from = settings.get(Keys.FROM);
    idsTopic = settings.get(Keys.TOPIC_IDS);
  }

  /** About how many ids of the files in work and of our part of the topic of ids have not ended. */
  long left() {
    long ofTopic = topics.contains(idsTopic) ? progress.lag(idsTopic) : 0;
    return ofTopic + folders.stream().mapToLong(DropFolder::left).sum();
  }

  /** What the program waits for where it has nothing to do, in words. */
  List<String> inWords() {
    List<String> words = new ArrayList<>();
    folders.forEach(folder -> words.add("files in " + where(folder)));
    if (topics.contains(idsTopic)) {
      words.add("records of " + idsTopic);
    }
    if (from.contains(Settings.TASKS_READY)) {
      words.add("the vendor's list of finished tasks");
    }
    if (!signals.isEmpty()) {
      words.add("webhooks");
    }
    return words;
  }

  private static String where(DropFolder folder) {
    return Source.printable(folder.inbox().toString());
  }

  /**
   * An object for each source.
   *
   * @param names whether the names of files may be in it
   * @param isPaused whether files that wait belong to it; else they are in work in a moment
   */
  List<Object> report(boolean names, boolean isPaused) {
    List<Object> all = new ArrayList<>();
    folders.forEach(folder -> all.add(folder(folder, names, isPaused)));
    for (String topic : topics) {
      all.add(new Topic("topic", topic, progress.lag(topic), progress.partitions(topic)));
    }
    lists.forEach(list -> all.add(list(list)));
    signals.forEach(calls -> all.add(calls(calls)));
    if (from.contains("dead-letters")) {
      all.add(new Other("dead-letters"));
    }
    return all;
  }

  private static Folder folder(DropFolder folder, boolean names, boolean isPaused) {
    List<DropFileProgress> files = names ? files(folder, isPaused) : null;
    List<Notice> notices = names ? notices(folder) : null;
    return new Folder(
        "folder", where(folder), folder.filesInWork(), folder.rejected(), files, notices);
  }

  private static List<DropFileProgress> files(DropFolder folder, boolean isPaused) {
    List<DropFileProgress> files = new ArrayList<>(isPaused ? folder.waiting() : List.of());
    files.addAll(folder.progress());
    return files;
  }

  private static List<Notice> notices(DropFolder folder) {
    List<Notice> notices = new ArrayList<>();
    folder.leftAlone().forEach((name, why) -> notices.add(new Notice(name, why)));
    return notices;
  }

  private static TasksReady list(ReadyCounts list) {
    Map<String, Long> skipped = new TreeMap<>();
    for (ReadyCounts.Skipped why : ReadyCounts.Skipped.values()) {
      skipped.put(why.toString(), list.skipped(why));
    }
    String last = StatusReport.time(list.lastGood());
    return new TasksReady(Settings.TASKS_READY, last, list.rows(), list.fed(), skipped);
  }

  private static Webhooks calls(SignalCounts calls) {
    Map<String, Long> answers = new TreeMap<>();
    for (SignalCounts.Answered answered : SignalCounts.ways()) {
      long count = calls.count(answered);
      if (count > 0) {
        answers.merge(answered.answer(), count, Long::sum);
      }
    }
    return new Webhooks(Settings.WEBHOOKS, StatusReport.time(calls.lastSignal()), answers);
  }
}
