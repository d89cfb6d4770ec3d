package io.serproutes.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Count;
import io.serproutes.Times;
import io.serproutes.fetch.Reason;
import io.serproutes.ids.TaskId;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;
import java.util.Spliterator;
import java.util.stream.StreamSupport;

/** Writes what was found, for people or as one JSON object. */
public final class Report {

  private static final ObjectMapper JSON =
      new ObjectMapper().disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);

  private final Findings found;

  public Report(Findings found) {
    this.found = found;
  }

  /** Writes lines for people; the missing ids come last, one a line. */
  public void writeText(OutputStream to) {
    PrintWriter out = new PrintWriter(new BufferedWriter(new OutputStreamWriter(to, UTF_8)));
    out.printf(
        Locale.ROOT,
        "%s tasks posted from %s to %s: %,d finished%n",
        found.engine,
        Times.record(found.start),
        Times.record(found.end),
        found.finished());
    found
        .delivered()
        .forEach((outcome, count) -> out.printf(Locale.ROOT, "  %-19s %,9d%n", outcome, count));
    writeDeadLetters(out, found.deadLettered());
    writeCount(out, "waiting in inbox", found.count(Findings.INBOX));
    writeCount(out, "waiting in topic", found.count(Findings.TOPIC));
    writeCount(out, "parked", found.count(Findings.PARKED));
    writeCount(out, "posted", found.count(Findings.POSTED));
    out.printf(Locale.ROOT, "  %-19s %,9d%n", "missing", found.missing());
    writeNotes(out);
    if (found.missing() > 0) {
      out.println("missing:");
      found.missingIds().forEach(out::println);
    }
    out.flush();
  }

  private static void writeDeadLetters(PrintWriter out, Map<String, Integer> byReason) {
    if (byReason.isEmpty()) {
      return;
    }
    int all = byReason.values().stream().mapToInt(count -> count).sum();
    out.printf(Locale.ROOT, "  %-19s %,9d%n", "dead-lettered", all);
    byReason.forEach(
        (reason, count) -> {
          Reason known = Reason.find(reason);
          String cure =
              known == null || known.mayAskAgain()
                  ? "to ask again: replay --reason " + reason
                  : "asking again brings nothing";
          out.printf(Locale.ROOT, "    %-17s %,9d  %s%n", reason, count, cure);
        });
  }

  private static void writeCount(PrintWriter out, String what, long count) {
    if (count > 0) {
      out.printf(Locale.ROOT, "  %-19s %,9d%n", what, count);
    }
  }

  private void writeNotes(PrintWriter out) {
    if (found.unfinished() + found.rowsOfOthers() > 0) {
      out.printf(
          Locale.ROOT,
          "not compared: %s, %s%n",
          Count.of(found.unfinished(), "unfinished task"),
          Count.of(found.rowsOfOthers(), "task of another kind", "tasks of other kinds"));
    }
    if (found.malformed() > 0) {
      out.println(Count.of(found.malformed(), "listed task") + " without a well-formed id");
    }
    if (found.lag > 0) {
      String waits = Count.of(found.lag, "record waits", "records wait");
      out.println(
          waits
              + " in the topic of ids: "
              + (found.isLagRead
                  ? "none of their ids is given again"
                  : "a missing id may be among them"));
    }
    if (found.receiptsSince != null) {
      out.println(
          "the topic of receipts may have lost some from before "
              + Times.record(found.receiptsSince)
              + ": a missing id may have ended before");
    }
    if (found.fedTo != null) {
      out.println(Count.of(found.missing(), "missing id") + " given to " + found.fedTo);
    }
  }

  /** Writes one JSON object and a line feed. */
  public void writeJson(OutputStream to) throws IOException {
    Map<String, Integer> waiting = new LinkedHashMap<>();
    waiting.put("inbox", found.count(Findings.INBOX));
    waiting.put("parked", found.count(Findings.PARKED));
    waiting.put("posted", found.count(Findings.POSTED));
    waiting.put("topic", found.count(Findings.TOPIC));
    Map<String, Object> json = new LinkedHashMap<>();
    json.put("engine", found.engine);
    json.put("from", Times.record(found.start));
    json.put("to", Times.record(found.end));
    json.put("finished", found.finished());
    json.put("delivered", found.delivered());
    json.put("dead_lettered", found.deadLettered());
    json.put("waiting", waiting);
    json.put("ids_topic_lag", found.lag);
    json.put("unfinished", found.unfinished());
    json.put("other_kinds", found.rowsOfOthers());
    json.put("malformed", found.malformed());
    json.put("receipts_since", Times.record(found.receiptsSince));
    json.put("fed_to", found.fedTo);
    json.put("missing", missing()); // written one by one
    JSON.writeValue(to, json);
    to.write('\n');
  }

  private Iterator<String> missing() {
    Spliterator<TaskId> ids = found.missingIds().spliterator();
    return StreamSupport.stream(ids, false).map(TaskId::value).iterator();
  }
}
