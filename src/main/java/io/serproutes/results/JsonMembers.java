package io.serproutes.results;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.Times;
import io.serproutes.items.Part;
import io.serproutes.items.Tokens;
import java.io.IOException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;

/** The members of a JSON object in memory, by name; of several with one name the last counts. */
final class JsonMembers {

  /** A value as it is written into a cell. */
  record Value(JsonToken token, String text) {

    boolean isText() {
      return token == JsonToken.VALUE_STRING;
    }

    /** Whether it is an object or an array; then the text is its JSON. */
    boolean isNested() {
      return token.isStructStart();
    }

    /** The time that a value is; null where it is none, or null. */
    static Instant time(Value value) {
      return value == null ? null : Times.ofRecord(value.text);
    }
  }

  private JsonMembers() {}

  /**
   * Reads an object.
   *
   * @return in the order of the object; texts without their quotes, all else as it was sent;
   *     without members that are null
   * @throws IOException where it is no JSON object
   */
  static Map<String, Value> of(byte[] json) throws IOException {
    Map<String, Value> members = new LinkedHashMap<>();
    try (JsonParser p = Tokens.JSON.createParser(json)) {
      if (p.nextToken() != JsonToken.START_OBJECT) {
        throw new IOException("it holds no JSON object");
      }
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        String name = p.currentName();
        JsonToken token = p.nextToken();
        members.remove(name); // the last is the last in order, too
        if (token.isStructStart()) {
          Part part = Tokens.skip(p);
          String text = onOneLine(json, (int) part.from(), (int) part.length());
          members.put(name, new Value(token, text));
        } else if (token != JsonToken.VALUE_NULL) {
          members.put(name, new Value(token, p.getText()));
        }
      }
      if (p.nextToken() != null) {
        throw new IOException("something follows its JSON object");
      }
    }
    return members;
  }

  /** A part of a JSON document, whose line breaks lie between its tokens, as spaces. */
  static String onOneLine(byte[] json, int from, int length) {
    return new String(json, from, length, UTF_8).replace('\n', ' ').replace('\r', ' ');
  }
}
