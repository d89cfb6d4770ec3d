package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.ids.TaskId;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.Envelope.Result;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The member that is added at the end of every item: the search it belongs to.
 *
 * <p>Its values are the answer's own bytes. A member that the API did not send is left out. So is
 * one that does not fit, see {@link #MOST_BYTES} and {@link #MOST_BYTES_IN_ALL}, and {@code
 * "shortened":true} says so.
 */
final class TaskMember {

  private enum From {
    DATA,
    RESULT,
    RESULT_ELSE_DATA
  }

  // in the order they are written
  private static final Map<String, From> MEMBERS = new LinkedHashMap<>();

  static {
    MEMBERS.put("tag", From.DATA);
    MEMBERS.put("keyword", From.RESULT_ELSE_DATA);
    MEMBERS.put("se_domain", From.RESULT_ELSE_DATA);
    MEMBERS.put("location_code", From.RESULT_ELSE_DATA);
    MEMBERS.put("language_code", From.RESULT_ELSE_DATA);
    MEMBERS.put("device", From.DATA);
    MEMBERS.put("os", From.DATA);
    MEMBERS.put("check_url", From.RESULT);
    MEMBERS.put("datetime", From.RESULT);
    MEMBERS.put("spell", From.RESULT);
  }

  /** Far more than a search needs; bounded because every item of a result repeats it. */
  static final int MOST_BYTES = 64 * 1024;

  /** Of all items of a task together, or a small answer could fill a disk. */
  static final int MOST_BYTES_IN_ALL = 64 * 1024 * 1024;

  private static final int LEAST_BYTES = 512; // whatever the number of items

  private static final byte[] SHORTENED = ",\"shortened\":true".getBytes(UTF_8);
  private static final byte[] NOTHING = {};
  private static final byte[] COMMA = {','};
  private static final byte[] OWN_NAME = "\"task\":".getBytes(UTF_8);
  private static final byte[] OTHER_NAME = "\"serp_task\":".getBytes(UTF_8);
  private static final byte[] WRAPPER = "{\"item\":".getBytes(UTF_8);

  private final byte[] value;

  private TaskMember(byte[] value) {
    this.value = value;
  }

  static TaskMember of(TaskId id, Answer answer, FoundTask task, Result result) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream(1024);
    out.write(("{\"id\":\"" + id + "\"").getBytes(UTF_8));
    int share = MOST_BYTES_IN_ALL / Math.max(1, task.itemCount());
    int most = Math.max(LEAST_BYTES, Math.min(MOST_BYTES, share));
    int room = most - SHORTENED.length - 1;
    boolean isShortened = false;
    for (Map.Entry<String, From> member : MEMBERS.entrySet()) {
      String name = member.getKey();
      Part part = member.getValue() == From.DATA ? null : result.fields().get(name);
      if (part == null && member.getValue() != From.RESULT) {
        part = task.dataFields().get(name);
      }
      byte[] before = (",\"" + name + "\":").getBytes(UTF_8);
      if (part != null && before.length + part.length() <= room - out.size()) {
        out.write(before);
        answer.writeTo(out, part.from(), part.length());
      } else if (part != null) {
        isShortened = true;
      }
    }
    out.write(isShortened ? SHORTENED : NOTHING);
    out.write('}');
    return new TaskMember(out.toByteArray());
  }

  /** How many of an item's bytes are written: an object's closing brace follows this member. */
  long body(Answer answer, Item item) throws IOException {
    return item.isObject() ? item.length() - 1 - spaceBeforeEnd(answer, item) : item.length();
  }

  /** The bytes of an item with this member, where so many are its own. */
  long length(Item item, long body) {
    long around = item.isObject() ? (body > 1 ? COMMA.length : 0) : WRAPPER.length + COMMA.length;
    return around + body + name(item).length + value.length + 1;
  }

  private static byte[] name(Item item) {
    return item.isObject() && item.hasTask() ? OTHER_NAME : OWN_NAME;
  }

  /** Writes an item with this member at its end; an item that is no object is wrapped. */
  void write(OutputStream out, Answer answer, Item item) throws IOException {
    write(out, answer, item, body(answer, item));
  }

  void write(OutputStream out, Answer answer, Item item, long body) throws IOException {
    if (!item.isObject()) {
      out.write(WRAPPER);
    }
    answer.writeTo(out, item.from(), body);
    if (!item.isObject() || body > 1) {
      out.write(COMMA);
    }
    out.write(name(item));
    out.write(value);
    out.write('}');
  }

  private static int spaceBeforeEnd(Answer answer, Item item) throws IOException {
    int space = 0;
    while (isSpace(answer.byteAt(item.from() + item.length() - 2 - space))) {
      space++;
    }
    return space;
  }

  private static boolean isSpace(byte b) {
    return b == ' ' || b == '\n' || b == '\r' || b == '\t';
  }
}
