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

  /** Line {@code line} of something that has lines, counted from 1. */
  public static Source line(String kind, String name, long line) {
    return new Source(kind + ":" + safeName(name) + ":" + line, safeName(name) + "-line-" + line);
  }

  /** A source without lines. */
  public static Source named(String label) {
    return new Source(label, safeName(label));
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
