package io.serproutes.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.serproutes.Count;
import io.serproutes.Times;
import io.serproutes.fetch.Reason;
import io.serproutes.ids.TaskId;
import java.io.BufferedWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.Locale;
import java.util.Map;

/** Writes what was found, for people or as one JSON object. */
public final class Report {

  private final Findings found;

  /** A report of these findings. */
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
    writeCount(out, "waiting in inbox", found.inInbox());
    writeCount(out, "parked", found.parked());
    writeCount(out, "posted", found.posted());
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
    if (found.lag() > 0) {
      String waits = Count.of(found.lag(), "record waits", "records wait");
      out.println(waits + " in the topic of ids: a missing id may be among them");
    }
    if (found.receiptsSince() != null) {
      out.println(
          "the topic of receipts may have lost some from before "
              + Times.record(found.receiptsSince())
              + ": a missing id may have ended before");
    }
    if (found.fedTo() != null) {
      out.println(Count.of(found.missing(), "missing id") + " given to " + found.fedTo());
    }
  }

  /** Writes one JSON object and a line feed. */
  public void writeJson(OutputStream to) throws IOException {
    JsonGenerator json = new JsonFactory().createGenerator(to);
    json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
    json.writeStartObject();
    json.writeStringField("engine", found.engine);
    json.writeStringField("from", Times.record(found.start));
    json.writeStringField("to", Times.record(found.end));
    json.writeNumberField("finished", found.finished());
    writeCounts(json, "delivered", found.delivered());
    writeCounts(json, "dead_lettered", found.deadLettered());
    Map<String, Integer> waiting = new LinkedHashMap<>();
    waiting.put("inbox", found.inInbox());
    waiting.put("parked", found.parked());
    waiting.put("posted", found.posted());
    writeCounts(json, "waiting", waiting);
    json.writeNumberField("ids_topic_lag", found.lag());
    json.writeNumberField("unfinished", found.unfinished());
    json.writeNumberField("other_kinds", found.rowsOfOthers());
    json.writeNumberField("malformed", found.malformed());
    json.writeStringField("receipts_since", Times.record(found.receiptsSince()));
    json.writeStringField("fed_to", found.fedTo());
    json.writeArrayFieldStart("missing");
    for (TaskId id : found.missingIds()) {
      json.writeString(id.value());
    }
    json.writeEndArray();
    json.writeEndObject();
    json.writeRaw('\n');
    json.close();
  }

  private static void writeCounts(JsonGenerator json, String name, Map<String, Integer> counts)
      throws IOException {
    json.writeObjectFieldStart(name);
    for (Map.Entry<String, Integer> one : counts.entrySet()) {
      json.writeNumberField(one.getKey(), one.getValue());
    }
    json.writeEndObject();
  }
}
