package io.serproutes.items;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonParseException;
import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import java.io.IOException;

/** How the vendor's JSON is read: where its tokens lie in the bytes, and the values of a few. */
public final class Tokens {

  /**
   * Any valid document, in bounded memory. Nesting and numbers may be far larger than Jackson's
   * defaults allow; beyond these bounds an answer counts as unreadable. Texts of items are skipped,
   * not held, and may have any length; the limit is for those that are held. Field names are not
   * kept between answers: they are not ours. All long names of one answer are held, so their length
   * has a limit.
   */
  public static final JsonFactory JSON =
      JsonFactory.builder()
          .disable(JsonFactory.Feature.INTERN_FIELD_NAMES)
          .disable(JsonFactory.Feature.FAIL_ON_SYMBOL_HASH_OVERFLOW)
          .streamReadConstraints(
              StreamReadConstraints.builder()
                  .maxNestingDepth(10_000)
                  .maxNameLength(256)
                  .maxNumberLength(1_000_000)
                  .maxStringLength(4 << 20)
                  .build())
          .build();

  private Tokens() {}

  /** The first byte of the current token. */
  static long start(JsonParser p) throws IOException {
    return known(p, p.currentTokenLocation().getByteOffset());
  }

  /** The byte after the current token, which must have been read to its end. */
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

  /**
   * Skips the current value and says where it lies.
   *
   * @throws JsonParseException where the document is not in UTF-8
   */
  public static Part skip(JsonParser p) throws IOException {
    long from = start(p);
    p.skipChildren();
    p.finishToken();
    return new Part(from, end(p));
  }

  /** The current value if it is a text; else it is skipped, and this is null. */
  public static String text(JsonParser p) throws IOException {
    if (p.currentToken() == JsonToken.VALUE_STRING) {
      return p.getText();
    }
    p.skipChildren();
    return null;
  }

  /** The current value if it is a whole number of 32 bits; else it is skipped, and this is null. */
  public static Integer code(JsonParser p) throws IOException {
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
