package io.serproutes.ids;

import java.util.HexFormat;
import java.util.Locale;
import java.util.UUID;

/**
 * The id of one DataForSEO task, known to be well formed and in lower case.
 *
 * <p>Well formed means 8-4-4-4-12 hexadecimal digits, either case. The vendor's ids are not RFC
 * 4122 UUIDs, so version and variant are not checked. Only such a value may become part of a URL or
 * a file name.
 *
 * @param value the 36 characters, lower case
 */
public record TaskId(String value) {

  private static final String FORM = "xxxxxxxx-xxxx-xxxx-xxxx-xxxxxxxxxxxx";

  /**
   * Parses an id; white space and invisible characters around it, such as come with a copy from a
   * web page, are ignored.
   *
   * @param text any text, or null
   * @return the id, or null where the text is not one
   */
  public static TaskId parse(String text) {
    if (text == null) {
      return null;
    }
    String id = stripped(text);
    return isWellFormed(id) ? new TaskId(id.toLowerCase(Locale.ROOT)) : null;
  }

  private static boolean isWellFormed(String id) {
    if (id.length() != FORM.length()) {
      return false;
    }
    for (int i = 0; i < FORM.length(); i++) {
      char c = id.charAt(i);
      if (FORM.charAt(i) == '-' ? c != '-' : !HexFormat.isHexDigit(c)) {
        return false;
      }
    }
    return true;
  }

  private static String stripped(String text) {
    int from = 0;
    int to = text.length();
    while (from < to && isBlank(text.charAt(from))) {
      from++;
    }
    while (from < to && isBlank(text.charAt(to - 1))) {
      to--;
    }
    return text.substring(from, to);
  }

  private static boolean isBlank(char c) {
    return Character.isWhitespace(c)
        || Character.isSpaceChar(c)
        || Character.getType(c) == Character.FORMAT;
  }

  /** The id of a file {@code {id}{end}}; null where the name is another. */
  public static TaskId ofFileName(String name, String end) {
    TaskId id = name.endsWith(end) ? parse(name.substring(0, name.length() - end.length())) : null;
    return id != null && name.equals(id + end) ? id : null;
  }

  /** The 64 bits of the first three groups. */
  public long high() {
    return UUID.fromString(value).getMostSignificantBits();
  }

  /** The 64 bits of the last two groups. */
  public long low() {
    return UUID.fromString(value).getLeastSignificantBits();
  }

  /** The id with these 128 bits. */
  public static TaskId of(long high, long low) {
    return new TaskId(new UUID(high, low).toString());
  }

  @Override
  public String toString() {
    return value;
  }
}
