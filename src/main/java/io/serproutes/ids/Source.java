package io.serproutes.ids;

import java.util.regex.Pattern;

/**
 * Where an id came from.
 *
 * @param label as receipts and logs name it: {@code folder:ids.txt:17}, {@code command-line}
 * @param fileStem the same as part of a file name, for input that is no id: {@code ids.txt-line-17}
 */
public record Source(String label, String fileStem) {

  private static final Pattern OUTSIDE = Pattern.compile("[^A-Za-z0-9._-]");
  private static final int LONGEST_NAME = 120;

  // breaks a line of a log, colours it or turns its direction
  private static final Pattern UNSAFE =
      Pattern.compile(
          "[\\p{Cc}\\p{Cs}\\u2028\\u2029\\u061c\\u200e\\u200f\\u202a-\\u202e\\u2066-\\u2069]");
  private static final int LONGEST_LABEL = 300;

  /** Line {@code line} of something that has lines, counted from 1. */
  public static Source line(String kind, String name, long line) {
    return new Source(kind + ":" + safeName(name) + ":" + line, safeName(name) + "-line-" + line);
  }

  /** A source without lines; what may come from outside is cut, and without control characters. */
  public static Source named(String label) {
    String plain = UNSAFE.matcher(label).replaceAll("_");
    String bounded = plain.length() <= LONGEST_LABEL ? plain : plain.substring(0, LONGEST_LABEL);
    return new Source(bounded, safeName(bounded));
  }

  /** A name from outside as it may stand in a file name or a log: 120 plain characters at most. */
  public static String safeName(String name) {
    String safe = OUTSIDE.matcher(name).replaceAll("_");
    return safe.length() <= LONGEST_NAME ? safe : safe.substring(0, LONGEST_NAME);
  }

  @Override
  public String toString() {
    return label;
  }
}
