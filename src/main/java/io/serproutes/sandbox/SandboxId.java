package io.serproutes.sandbox;

import java.util.Locale;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A well-formed task id and the answer that its digits spell.
 *
 * <p>{@code 00000000-0000-0HHH-NNNN-0000000SSSSS}, decimal digits only, spells HTTP status {@code
 * HHH} ({@code 000}: 200) and task status {@code SSSSS}, {@code NNNN} times ({@code 0000}: always).
 * Where it spells no HTTP status between 200 and 599, or no status at all, it is an id like any
 * other.
 *
 * @param text 8-4-4-4-12 hexadecimal digits, lower case
 * @param http HTTP status of the failure that is answered first, 200 to 599; 0: a result at once
 * @param code the vendor's status code of that failure; 0: whatever goes with {@code http}
 * @param failures how often it is answered before the result; 0: always
 */
record SandboxId(String text, int http, int code, int failures) {

  private static final Pattern WELL_FORMED =
      Pattern.compile("[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}");

  private static final Pattern FAILING =
      Pattern.compile("00000000-0000-0(\\d{3})-(\\d{4})-0{7}(\\d{5})");

  private static final String ZERO = "00000000-0000-0000-0000-000000000000";

  /** The id in {@code text}, which may be in upper case; null where it is no id. */
  static SandboxId of(String text) {
    String id = text == null ? "" : text.toLowerCase(Locale.ROOT);
    if (!WELL_FORMED.matcher(id).matches()) {
      return null;
    }
    Matcher failing = FAILING.matcher(id);
    if (!failing.matches()) {
      return new SandboxId(id, 0, 0, 0);
    }
    int code = Integer.parseInt(failing.group(3));
    int spelt = Integer.parseInt(failing.group(1));
    int http = spelt == 0 && code != 0 ? 200 : spelt;
    return new SandboxId(
        id, http < 200 || http > 599 ? 0 : http, code, Integer.parseInt(failing.group(2)));
  }

  /** Whether the API's own sandbox answers this id with every item type. */
  boolean isZero() {
    return text.equals(ZERO);
  }

  /** The number that everything made up for this id derives from. */
  long seed() {
    String hex = text.replace("-", "");
    return Long.parseUnsignedLong(hex, 0, 16, 16) * 31 + Long.parseUnsignedLong(hex, 16, 32, 16);
  }
}
