package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;
import java.util.Set;

/** JSON read token by token, with bounds on what a token may hold in memory. */
final class JsonTokens {

  /** Keeps no names of members either: a file may hold as many as it has bytes. */
  static final JsonFactory FACTORY =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.CANONICALIZE_FIELD_NAMES)
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .streamReadConstraints(StreamReadConstraints.builder().maxStringLength(100_000).build())
          .build();

  private static final Set<String> NAMES = Set.of("id", "task_id");

  private JsonTokens() {}

  /**
   * What stands for an id in the value that a parser is at: a text, or an object with {@code id} or
   * {@code task_id}. Leaves the parser at the end of the value.
   *
   * @return not yet known to be an id; for other values some words to be quoted
   */
  static String idText(JsonParser p) throws IOException {
    return p.currentToken() == JsonToken.START_OBJECT ? idOfObject(p) : scalar(p);
  }

  private static String scalar(JsonParser p) throws IOException {
    String text = p.currentToken().isScalarValue() ? p.getText() : p.currentToken().asString();
    p.skipChildren();
    return text;
  }

  private static String idOfObject(JsonParser p) throws IOException {
    String id = null;
    while (p.nextToken() != JsonToken.END_OBJECT) {
      boolean isId = NAMES.contains(p.currentName());
      p.nextToken();
      if (isId && TaskId.parse(id) == null) {
        id = scalar(p);
      } else {
        p.skipChildren();
      }
    }
    return id == null ? "an object without id" : id;
  }
}
