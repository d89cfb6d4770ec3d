package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Where tokens lie in the bytes, and what the few that matter say. */
final class Tokens {

  private Tokens() {}

  /** The first byte of the current token. */
  static long start(JsonParser p) throws IOException {
    return known(p, p.currentTokenLocation().getByteOffset());
  }

  /** The byte behind the current token, which must have been read to its end. */
  static long end(JsonParser p) throws IOException {
    return known(p, p.currentLocation().getByteOffset());
  }

  // Jackson reads UTF-16 and UTF-32 through characters and then knows no bytes
  private static long known(JsonParser p, long offset) throws IOException {
    if (offset < 0) {
      throw new JsonParseException(p, "the answer is not in UTF-8");
    }
    return offset;
  }

  /** Skips the current value; where it lay. */
  static Part skip(JsonParser p) throws IOException {
    long from = start(p);
    p.skipChildren();
    p.finishToken();
    return new Part(from, end(p));
  }

  /** The current value if it is a text, else null, skipped. */
  static String text(JsonParser p) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_STRING) {
      return p.getText();
    }
    p.skipChildren();
    return null;
  }

  /** The current value if it is a whole number that a status code can be, else null, skipped. */
  static Integer code(JsonParser p) throws IOException {
    Long number = number(p);
    p.skipChildren();
    return number == null || number != number.intValue() ? null : (Integer) number.intValue();
  }

  /** The current value if it is a whole number of at most 18 digits, else null. */
  static Long number(JsonParser p) throws IOException {
    boolean whole = p.currentToken() == JsonToken.VALUE_NUMBER_INT && p.getTextLength() <= 18;
    return whole ? (Long) p.getLongValue() : null;
  }
}
