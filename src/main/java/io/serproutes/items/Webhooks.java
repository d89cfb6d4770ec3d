package io.serproutes.items;

import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Cuts webhook URLs wherever JSON is quoted: their paths and parameters may be secrets. */
public final class Webhooks {

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
    int first = json.indexOf(IN_BOTH_NAMES);
    if (first < 0) {
      return json;
    }
    int from = Math.max(0, first - "\"ping".length()); // the pattern tries every character
    return json.substring(0, from) + MEMBER.matcher(json.substring(from)).replaceAll(Webhooks::cut);
  }

  private static String cut(MatchResult member) {
    Matcher host = HOST.matcher(member.group(2));
    String kept = host.lookingAt() ? host.group(1) + host.group(2) : "";
    return Matcher.quoteReplacement(member.group(1) + kept);
  }
}
