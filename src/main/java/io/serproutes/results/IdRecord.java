package io.serproutes.results;

import com.fasterxml.jackson.core.JacksonException;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.results.JsonMembers.Value;
import java.io.IOException;
import java.time.Instant;
import java.util.Map;

/** A receipt, dead letter or parking record of an id, as it was found. Immutable. */
public final class IdRecord {

  private final String json;
  private final Map<String, Value> members;
  private final String place;
  private final Instant written;

  private IdRecord(String json, Map<String, Value> members, String place, Instant written) {
    this.json = json;
    this.members = members;
    this.place = place;
    this.written = written;
  }

  /**
   * Reads a record.
   *
   * @param json its bytes
   * @param timeMember the member that says when it was written; null for none
   * @param place where it was found, for a person
   * @param written when it was written, as far as the place tells
   * @throws IOException where it is no record of the id; the message says why
   */
  static IdRecord read(byte[] json, TaskId id, String timeMember, String place, Instant written)
      throws IOException {
    Map<String, Value> members;
    try {
      members = JsonMembers.of(json);
    } catch (JacksonException e) {
      throw new IOException("it holds no whole JSON document");
    }
    Value taskId = members.get("task_id");
    if (taskId == null || !id.equals(TaskId.parse(taskId.text()))) {
      throw new IOException("it is not a record of this id");
    }
    String text = JsonMembers.onOneLine(json, 0, json.length).strip();
    Instant said = Value.time(members.get(timeMember));
    return new IdRecord(text, members, place, said == null ? written : said);
  }

  /** The record as it was written, on one line. */
  public String json() {
    return json;
  }

  /** A member that is neither an object nor an array, safe for a log; null where there is none. */
  public String text(String member) {
    Value value = members.get(member);
    return value == null || value.isNested() ? null : Source.readable(value.text());
  }

  /** A member that is a count; 0 where there is none. */
  public long count(String member) {
    String text = text(member);
    return text != null && text.matches("\\d{1,18}") ? Long.parseLong(text) : 0;
  }

  /** Where it was found: a file, or a partition and offset such as {@code serp.receipts-3@42}. */
  public String place() {
    return place;
  }

  public Instant written() {
    return written;
  }
}
