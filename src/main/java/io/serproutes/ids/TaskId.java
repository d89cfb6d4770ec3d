package io.serproutes.ids;

import java.util.Locale;

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

  private static final int LENGTH = 36;

  /**
   * Parses an id; white space around it is ignored.
   *
   * @param text any text, or null
   * @return the id, or null where the text is not one
   */
  public static TaskId parse(String text) {
    if (text == null) {
      return null;
    }
    String id = text.strip();
    return isWellFormed(id) ? new TaskId(id.toLowerCase(Locale.ROOT)) : null;
  }

  private static boolean isWellFormed(String id) {
    if (id.length() != LENGTH) {
      return false;
    }
    for (int i = 0; i < LENGTH; i++) {
      boolean dash = i == 8 || i == 13 || i == 18 || i == 23;
      if (dash ? id.charAt(i) != '-' : !isHexDigit(id.charAt(i))) {
        return false;
      }
    }
    return true;
  }

  private static boolean isHexDigit(char c) {
    return c >= '0' && c <= '9' || c >= 'a' && c <= 'f' || c >= 'A' && c <= 'F';
  }

  /** The 64 bits of the first three groups. */
  public long high() {
    return bits(0, 8) << 32 | bits(9, 13) << 16 | bits(14, 18);
  }

  /** The 64 bits of the last two groups. */
  public long low() {
    return bits(19, 23) << 48 | bits(24, 36);
  }

  private long bits(int from, int to) {
    return Long.parseLong(value, from, to, 16);
  }

  /** The id with these 128 bits. */
  public static TaskId of(long high, long low) {
    String h = hex(high);
    String l = hex(low);
    return new TaskId(
        String.join(
            "-",
            h.substring(0, 8),
            h.substring(8, 12),
            h.substring(12),
            l.substring(0, 4),
            l.substring(4)));
  }

  private static String hex(long bits) {
    String digits = Long.toHexString(bits);
    return "0".repeat(16 - digits.length()) + digits;
  }

  @Override
  public String toString() {
    return value;
  }
}
