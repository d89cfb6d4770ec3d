package io.serproutes.ids;

import java.util.regex.Pattern;

/** The names under which a file may be given to the drop folder from outside. */
public final class DropFileName {

  private static final Pattern KIND =
      Pattern.compile("(?is).+\\.(txt|csv|tsv|json|ndjson|jsonl)(\\.gz)?");
  private static final Pattern SEPARATORS = Pattern.compile("[/\\\\]");

  private DropFileName() {}

  /** Whether a name tells a format that the drop folder reads. */
  public static boolean isOfAKind(String name) {
    return KIND.matcher(name).matches();
  }

  /**
   * A name from outside as a file of the inbox may have it: one part, without control characters,
   * not hidden, at most 200 bytes with its ending kept.
   */
  public static String clean(String name) {
    String one = SEPARATORS.matcher(name).replaceAll("_").strip();
    String shown = one.startsWith(".") ? "_" + one.substring(1) : one;
    return Source.readable(shown);
  }
}
