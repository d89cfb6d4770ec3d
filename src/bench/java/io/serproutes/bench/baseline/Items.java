package io.serproutes.bench.baseline;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Where the items of an answer are, found in one pass over its tokens. */
final class Items {

  private static final JsonFactory JSON = new JsonFactory();

  /** Takes an item: its type, and its bytes in the answer. */
  interface Visitor {
    void item(String type, int from, int length) throws IOException;
  }

  private Items() {}

  /** Visits the items of all results; tells the task's status code. */
  static int forEach(byte[] answer, Visitor visitor) throws IOException {
    int status = 0;
    try (JsonParser p = JSON.createParser(answer)) {
      int depth = 0;
      for (JsonToken t; (t = p.nextToken()) != null; ) {
        if (t.isStructStart()) {
          depth++;
        } else if (t.isStructEnd()) {
          depth--;
        } else if (t == JsonToken.FIELD_NAME && depth == 3 && p.currentName().equals("status_code")) {
          status = p.nextIntValue(0);
        } else if (t == JsonToken.FIELD_NAME && depth == 5 && p.currentName().equals("items")) {
          if (p.nextToken() == JsonToken.START_ARRAY) {
            items(p, visitor);
          }
        }
      }
    }
    return status;
  }

  private static void items(JsonParser p, Visitor visitor) throws IOException {
    while (p.nextToken() == JsonToken.START_OBJECT) {
      int from = (int) p.currentTokenLocation().getByteOffset();
      String type = "";
      while (p.nextToken() == JsonToken.FIELD_NAME) {
        boolean isType = p.currentName().equals("type");
        p.nextToken();
        if (isType) {
          type = p.getText();
        }
        p.skipChildren();
      }
      visitor.item(type, from, (int) p.currentLocation().getByteOffset() - from);
    }
  }
}
