package io.serproutes.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import io.serproutes.Count;
import io.serproutes.Times;
import io.serproutes.fetch.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Writes what became of ids, for people or as JSON Lines. */
public final class StatusReport {

  private static final JsonFactory JSON = new JsonFactory();

  // in JSON they are part of texts only, so that their escapes mean the same; tabs never are
  private static final Pattern INVISIBLE = Pattern.compile("[\\p{Cc}\\p{Cf}\\p{Zl}\\p{Zp}&&[^\t]]");

  private final List<IdStatus> ids;

  public StatusReport(List<IdStatus> ids) {
    this.ids = ids;
  }

  /** Writes a few lines for each id. */
  public void writeText(OutputStream out) throws IOException {
    for (IdStatus id : ids) {
      StringBuilder text = new StringBuilder().append(id.id()).append('\n');
      lines(id).forEach(line -> text.append("  ").append(line).append('\n'));
      out.write(text.toString().getBytes(UTF_8));
    }
  }

  private static List<String> lines(IdStatus id) {
    List<String> lines = new ArrayList<>();
    if (id.parked() != null) {
      add(lines, parked(id.parked()), id.parked());
    }
    if (id.receipt() != null) {
      add(lines, receipt(id.receipt()), id.receipt());
    }
    if (id.deadLetter() != null) {
      add(lines, deadLetter(id.deadLetter()), id.deadLetter());
    }
    if (lines.isEmpty()) {
      lines.add("nothing is known of it; it may still wait in its source, or was never given");
      lines.add("no receipt, dead letter or parking record in " + String.join(", ", id.searched()));
    }
    return lines;
  }

  private static void add(List<String> lines, String words, IdRecord record) {
    lines.add(words);
    lines.add("  in " + record.place());
  }

  private static String parked(IdRecord record) {
    return joined(
        "parked: its task was not ready (" + record.text("status_code") + ")",
        "asked " + Count.of(record.count("asks"), "time"),
        "asked again at " + record.text("due_at"),
        "from " + record.text("source"));
  }

  private static String receipt(IdRecord record) {
    String outcome = String.valueOf(record.text("outcome"));
    String reason = record.text("reason");
    String what =
        Stream.of("organic", "paid", "other")
            .filter(type -> record.count(type) > 0)
            .map(type -> record.count(type) + " " + type)
            .collect(Collectors.joining(", "));
    return joined(
        outcome + (reason == null ? "" : " as " + reason) + " at " + Times.record(record.written()),
        what.isEmpty() ? null : what,
        record.count("oversized") == 0 ? null : record.count("oversized") + " too large",
        "from " + record.text("source"),
        "true".equals(record.text("sandbox")) ? "an answer of the embedded sandbox" : null);
  }

  private static String deadLetter(IdRecord record) {
    String reason = String.valueOf(record.text("reason"));
    Reason known = Reason.find(reason);
    String said =
        Stream.of(record.text("status_code"), record.text("status_message"))
            .filter(Objects::nonNull)
            .collect(Collectors.joining(" "));
    String http = record.text("http_status");
    return joined(
        "dead letter " + reason + (said.isEmpty() ? "" : ": " + said),
        http == null || http.equals("200") ? null : "HTTP " + http,
        Count.of(record.count("attempts"), "call"),
        known == null ? null : known.advice());
  }

  private static String joined(String... parts) {
    return Stream.of(parts).filter(Objects::nonNull).collect(Collectors.joining("; "));
  }

  /**
   * Writes one JSON object for each id, a line each. Receipt, dead letter and parking record are
   * what was written, but for control characters in them, which are escaped.
   */
  public void writeJson(OutputStream out) throws IOException {
    for (IdStatus id : ids) {
      JsonGenerator json = JSON.createGenerator(out);
      json.disable(JsonGenerator.Feature.AUTO_CLOSE_TARGET);
      json.writeStartObject();
      json.writeStringField("task_id", id.id().value());
      json.writeStringField("outcome", id.outcome());
      writeRecord(json, "receipt", id.receipt());
      writeRecord(json, "dead_letter", id.deadLetter());
      writeRecord(json, "parked", id.parked());
      json.writeArrayFieldStart("searched");
      for (String place : id.searched()) {
        json.writeString(place);
      }
      json.writeEndArray();
      json.writeEndObject();
      json.writeRaw('\n');
      json.close();
    }
  }

  private static void writeRecord(JsonGenerator json, String name, IdRecord record)
      throws IOException {
    json.writeFieldName(name);
    if (record == null) {
      json.writeNull();
      return;
    }
    json.writeStartObject();
    json.writeStringField("place", record.place());
    json.writeFieldName("record");
    json.writeRawValue(INVISIBLE.matcher(record.json()).replaceAll(found -> escape(found.group())));
    json.writeEndObject();
  }

  private static String escape(String text) {
    return text.chars().mapToObj("\\\\u%04x"::formatted).collect(Collectors.joining());
  }
}
