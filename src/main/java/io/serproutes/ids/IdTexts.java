package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * The ids in JSON: a string, an object with {@code id} or {@code task_id}, or an array of these.
 *
 * <p>Receipts and dead letters are such objects; a dead letter without an id is read by its {@code
 * input}. Anything else is returned in words, to be found invalid. JSON is read token by token: a
 * value may be larger than the memory.
 */
public final class IdTexts {

  /** Limits the memory of a token, and keeps no member names: a file may hold any number. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(100_000).build())
          .build();

  // of an array: whatever is longer takes more of the record than of the heap
  private static final int SHORT = 8;
  private static final int MOST_SHARED = 10_000;

  private IdTexts() {}

  /**
   * The texts in a bare id or a JSON value, in order; none for an empty array.
   *
   * @return not yet known to be ids; the value itself where it is not JSON
   */
  public static List<String> of(String value) {
    if (TaskId.parse(value) != null) {
      return List.of(value);
    }
    try (JsonParser p = FACTORY.createParser(value)) {
      JsonToken first = p.nextToken();
      if (first == null) {
        return List.of(value);
      }
      List<String> texts = first == JsonToken.START_ARRAY ? elements(p, value) : single(p, value);
      return p.nextToken() == null ? texts : List.of(value);
    } catch (IOException | IllegalArgumentException e) {
      return List.of(value);
    }
  }

  private static List<String> single(JsonParser p, String value) throws IOException {
    String id = id(p);
    return List.of(id == null ? value : id);
  }

  // short texts that are equal are one object: a small record may hold very many
  private static List<String> elements(JsonParser p, String value) throws IOException {
    List<String> texts = new ArrayList<>();
    Map<String, String> shared = new HashMap<>();
    while (p.nextToken() != JsonToken.END_ARRAY) {
      int start = (int) p.currentTokenLocation().getCharOffset();
      String id = id(p);
      int end = (int) p.currentLocation().getCharOffset();
      String text = id == null ? value.substring(start, end) : id;
      String known = shared.getOrDefault(text, text);
      if (text.length() <= SHORT && shared.size() < MOST_SHARED) {
        shared.put(text, known);
      }
      texts.add(known);
    }
    return texts;
  }

  /** The text of the value that a parser is at; leaves the parser at the end of the value. */
  static String next(JsonParser p) throws IOException {
    JsonToken token = p.currentToken();
    String scalar = token.isScalarValue() ? p.getText() : "an array";
    String id = id(p);
    if (id != null) {
      return id;
    }
    return token == JsonToken.START_OBJECT ? "an object without id" : scalar;
  }

  // null where there is none
  private static String id(JsonParser p) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_STRING) {
      return p.getText();
    }
    if (p.currentToken() != JsonToken.START_OBJECT) {
      p.skipChildren();
      return null;
    }
    Members members = new Members();
    while (p.nextToken() != JsonToken.END_OBJECT) {
      p.nextToken();
      members.read(p);
    }
    return members.id();
  }

  /** The members of an object that may hold its id. */
  static final class Members {

    private String id;
    private String taskId;
    private String input;

    /** Reads a member whose value a parser is at; leaves the parser at the end of the value. */
    void read(JsonParser p) throws IOException {
      String name = p.currentName();
      if (p.currentToken() != JsonToken.VALUE_STRING) {
        p.skipChildren();
      } else if (name.equals("id")) {
        id = p.getText();
      } else if (name.equals("task_id")) {
        taskId = p.getText();
      } else if (name.equals("input")) {
        input = p.getText();
      }
    }

    /** The id, or what is in its place; null where there is nothing. */
    String id() {
      if (TaskId.parse(id) != null || taskId == null && id != null) {
        return id;
      }
      return taskId == null ? input : taskId;
    }
  }
}
