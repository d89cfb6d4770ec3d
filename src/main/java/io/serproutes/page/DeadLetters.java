package io.serproutes.page;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.Secrets;
import io.serproutes.Times;
import io.serproutes.deliver.DeadLetterList;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.Verdict;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Executor;

/**
 * The newest dead letters: the last 500 since the start, and older ones that are told. An id that
 * is delivered later is taken out. Holds at most 700 rows of short texts. Safe for many threads.
 */
final class DeadLetters {

  static final int MOST_SINCE_START = 500;
  static final int MOST_OLDER = 200;
  private static final int LONGEST_INPUT = 80;
  private static final int LONGEST_TEXT = 300;

  private final Secrets secrets;
  private final LetterCounts counts;
  // by id, or by a key of its own for what is no id; the newest last
  private final Map<String, Row> rows = new LinkedHashMap<>();
  private final Map<String, Row> older = new LinkedHashMap<>(); // the newest first
  private final Map<Reason, Long> settled = new EnumMap<>(Reason.class); // rows of since, gone
  private long inputs;

  /** A dead letter as the page shows it; src/docs/page.md says what each member means. */
  record Row(
      String at,
      Reason reason,
      String id,
      String input,
      String source,
      Integer statusCode,
      Integer httpStatus,
      String statusMessage,
      Integer attempts) {}

  /** Those of one reason. */
  record Group(Reason reason, long count, String advice, boolean askAgain) {}

  /** What the page shows. */
  record Page(List<Group> groups, List<Row> rows) {}

  /**
   * No letters yet.
   *
   * @param tally counts those since the start, and tells each
   * @param letters where they lie in files; else null
   * @param thread counts those
   */
  DeadLetters(Tally tally, Secrets secrets, DeadLetterList letters, Executor thread) {
    this.secrets = secrets;
    counts = new LetterCounts(letters, reason -> open(tally, reason), thread, System::nanoTime);
    tally.listen(this::ended);
  }

  // those since the start, less those of our rows that have been delivered since
  private synchronized long open(Tally tally, Reason reason) {
    return Status.count(tally, reason) - settled.getOrDefault(reason, 0L);
  }

  private void ended(Task task) {
    boolean isDead = task.getOutcome().equals("dead-lettered");
    if (isDead || task.getOversized() > 0) {
      add(row(task, isDead ? task.getVerdict().reason() : Reason.TOO_LARGE));
    } else if (!task.getOutcome().equals("parked")) {
      remove(task.getId().value());
    }
  }

  private Row row(Task task, Reason reason) {
    Verdict verdict = task.getVerdict();
    String text = task.getDelivery().text();
    return new Row(
        Times.record(Instant.now()),
        reason,
        task.isValid() ? task.getId().value() : null,
        task.isValid() ? null : secrets.quote(text == null ? "" : text, LONGEST_INPUT),
        task.getSource().label(),
        verdict.statusCode(),
        verdict.httpStatus(),
        quoted(verdict.statusMessage()),
        task.getAttempts());
  }

  private String quoted(String text) {
    return text == null ? null : secrets.quote(text, LONGEST_TEXT);
  }

  private synchronized void add(Row row) {
    remove(row.id);
    rows.put(row.id == null ? "input " + inputs++ : row.id, row);
    if (rows.size() > MOST_SINCE_START) {
      rows.remove(rows.keySet().iterator().next());
    }
  }

  private synchronized void remove(String id) {
    Row gone = rows.remove(id);
    if (gone != null) {
      settled.merge(gone.reason, 1L, Long::sum);
    }
    older.remove(id);
  }

  /** Adds a letter from before the start; the newest are told first, at most 200. */
  synchronized void addOlder(JsonNode letter) {
    Row row = row(letter);
    boolean isKnown = row == null || row.id != null && rows.containsKey(row.id);
    if (!isKnown && older.size() < MOST_OLDER) {
      older.putIfAbsent(row.id == null ? "input " + inputs++ : row.id, row);
    }
  }

  private Row row(JsonNode letter) {
    Reason reason = Reason.find(letter.path("reason").asText());
    TaskId id = TaskId.parse(letter.path("task_id").asText());
    if (reason == null) {
      return null; // no dead letter of ours
    }
    return new Row(
        secrets.quote(letter.path("failed_at").asText(), LONGEST_INPUT),
        reason,
        id == null ? null : id.value(),
        id == null ? secrets.quote(letter.path("input").asText(), LONGEST_INPUT) : null,
        secrets.quote(letter.path("source").asText(), LONGEST_TEXT),
        number(letter.path("status_code")),
        number(letter.path("http_status")),
        letter.path("status_message").isTextual()
            ? quoted(letter.path("status_message").asText())
            : null,
        number(letter.path("attempts")));
  }

  private static Integer number(JsonNode value) {
    return value.canConvertToInt() && value.isIntegralNumber() ? (Integer) value.intValue() : null;
  }

  /**
   * All groups, and the rows of a reason.
   *
   * @param reason null for all
   */
  Page page(Reason reason) {
    List<Group> groups = new ArrayList<>();
    counts
        .counts()
        .forEach((r, count) -> groups.add(new Group(r, count, r.advice(), r.mayAskAgain())));
    return new Page(groups, rows(reason));
  }

  private synchronized List<Row> rows(Reason reason) {
    List<Row> all = new ArrayList<>(rows.values());
    Collections.reverse(all);
    all.addAll(older.values());
    all.removeIf(row -> reason != null && row.reason != reason);
    return all;
  }

  List<TaskId> ids(Reason reason) {
    return rows(reason).stream()
        .filter(row -> row.id != null)
        .map(row -> TaskId.parse(row.id))
        .toList();
  }
}
