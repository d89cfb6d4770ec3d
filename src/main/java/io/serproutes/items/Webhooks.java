package io.serproutes.items;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts webhook URLs wherever JSON is quoted: their paths and parameters may be secrets. */
public final class Webhooks {

  private static final String BEFORE = "\"ping"; // as long as that of the other
  private static final String IN_BOTH_NAMES = "back_url";

  private static final Pattern MEMBER =
      Pattern.compile(
          "(\"(?:pingback|postback)_url\"\\s*:\\s*\")((?:[^\"\\\\]|\\\\.)*+)", Pattern.DOTALL);

  // JSON may write a slash as it is or behind a backslash
  private static final Pattern HOST =
      Pattern.compile(
          "(https?:(?:\\\\?/){2})(?:[^/\\\\?#@]*@)?([a-z0-9.:\\[\\]-]*)", Pattern.CASE_INSENSITIVE);

  private Webhooks() {}

  /**
   * A JSON text with each {@code pingback_url} and {@code postback_url} cut after its host: {@code
   * https://example.com}. Login and password before the host go too, and all of a value that is no
   * such URL.
   */
  public static String cut(String json) {
    int at = json.indexOf(IN_BOTH_NAMES);
    if (at < 0) {
      return json;
    }
    StringBuilder cut = new StringBuilder(json.length());
    int copied = 0;
    Matcher member = MEMBER.matcher(json); // only where it may begin: it would try each character
    for (; at >= 0; at = json.indexOf(IN_BOTH_NAMES, Math.max(at + 1, copied))) {
      member.region(Math.max(0, at - BEFORE.length()), json.length());
      if (member.lookingAt()) {
        cut.append(json, copied, member.end(1)).append(kept(member.group(2)));
        copied = member.end();
      }
    }
    return cut.append(json, copied, json.length()).toString();
  }

  private static String kept(String url) {
    Matcher host = HOST.matcher(url);
    return host.lookingAt() ? host.group(1) + host.group(2) : "";
  }
}
