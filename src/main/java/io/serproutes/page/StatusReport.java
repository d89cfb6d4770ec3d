package io.serproutes.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.serproutes.Times;
import io.serproutes.ids.DropFileProgress;
import java.time.Instant;
import java.util.List;
import java.util.Map;

/**
 * What the program does now, as scripts read it: src/docs/page.md says what each member means. In
 * JSON the names are {@code like_this}.
 */
record StatusReport(
    String state,
    String banner,
    double idsPerSecond,
    double itemsPerSecond,
    int inWork,
    int inFlight,
    int waiting,
    long left,
    int parked,
    String nextDue,
    long done,
    Map<String, Long> outcomes,
    Map<String, Long> items,
    Map<String, Long> deadLetters,
    int callsLeft,
    int callsPerMinute,
    int maxConcurrent,
    List<?> sources,
    Access actions,
    Access details,
    String takes,
    List<String> from,
    List<String> to,
    String api,
    boolean sandbox,
    String version,
    String since,
    String now) {

  /**
   * The drop folder; files and notices are null, and left out, where the request may not see them.
   */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Folder(
      String kind,
      String where,
      int inWork,
      int rejected,
      List<DropFileProgress> files,
      List<Notice> notices) {}

  /** What is in the folder and cannot be worked on. */
  record Notice(String name, String why) {}

  /** A topic that is read. */
  record Topic(String kind, String topic, long lag, int partitions) {}

  /** The vendor's list. */
  record TasksReady(
      String kind, String lastSignal, long rows, long fed, Map<String, Long> skipped) {}

  /** The vendor's calls. */
  record Webhooks(String kind, String lastSignal, Map<String, Long> answers) {}

  /** A source of which nothing more is known. */
  record Other(String kind) {}

  /** A time in milliseconds since 1970 as a text; null for 0, which means never. */
  static String time(long millis) {
    return millis == 0 ? null : Times.record(Instant.ofEpochMilli(millis));
  }
}
