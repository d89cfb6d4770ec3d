package io.serproutes.items;

import java.util.regex.Pattern;

/** The parameters of webhook URLs, which may be secrets: cut off wherever JSON is quoted. */
public final class Webhooks {

  // the URL up to its question mark, which JSON may also write as an escape
  private static final Pattern PARAMETERS =
      Pattern.compile(
          "(\"(?:pingback|postback)_url\"\\s*:\\s*\"(?:[^\"?\\\\]|\\\\(?!u003[fF])[^?])*+)"
              + "(?:\\?|\\\\u003[fF])(?:[^\"\\\\]|\\\\.)*+",
          Pattern.DOTALL);

  private Webhooks() {}

  /** The JSON text with each {@code pingback_url} and {@code postback_url} cut at its {@code ?}. */
  public static String cut(String json) {
    return json.contains("back_url") ? PARAMETERS.matcher(json).replaceAll("$1") : json;
  }
}
