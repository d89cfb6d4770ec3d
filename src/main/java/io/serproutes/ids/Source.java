package io.serproutes.ids;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.regex.Pattern;

/**
 * Where an id came from.
 *
 * @param label for receipts and logs: {@code folder:ids.txt:17}, {@code command-line}
 * @param fileStem for the file name of a dead letter without an id: {@code ids.txt-line-17}
 */
public record Source(String label, String fileStem) {

  private static final Pattern OUTSIDE = Pattern.compile("[^A-Za-z0-9._-]");
  // control characters, characters that change the direction of text, and lone surrogates
  private static final Pattern CONTROL =
      Pattern.compile(
          "[\\p{Cc}\\p{Zl}\\p{Zp}\\u200E\\u200F\\u061C\\u202A-\\u202E\\u2066-\\u2069\\p{Cs}]");
  private static final int LONGEST_NAME = 120;
  private static final int LONGEST_READABLE_BYTES = 200;
  private static final int LONGEST_LABEL_BYTES = 300;
  private static final int LONGEST_EXTENSION = 20;

  /** A line of a file, counted from 1. */
  public static Source line(String kind, String name, long line) {
    return new Source(kind + ":" + readable(name) + ":" + line, safeName(name) + "-line-" + line);
  }

  /** A source without lines. The label may come from outside: it is cut and made printable. */
  public static Source named(String label) {
    String bounded = cut(printable(label), LONGEST_LABEL_BYTES);
    return new Source(bounded, safeName(bounded));
  }

  /**
   * A name from outside, safe for a log: without control characters, at most 200 bytes in UTF-8,
   * the extension kept.
   */
  public static String readable(String name) {
    String text = printable(name);
    if (text.getBytes(UTF_8).length <= LONGEST_READABLE_BYTES) {
      return text;
    }
    String extension = extension(text);
    String stem = text.substring(0, text.length() - extension.length());
    return cut(stem, LONGEST_READABLE_BYTES - extension.getBytes(UTF_8).length) + extension;
  }

  /**
   * Returns the longest beginning of a text that has at most so many bytes and no half character.
   */
  public static String cut(String text, int mostBytes) {
    byte[] bytes = text.getBytes(UTF_8);
    if (bytes.length <= mostBytes) {
      return text;
    }
    int end = mostBytes;
    while (end > 0 && (bytes[end] & 0xc0) == 0x80) {
      end--;
    }
    return new String(bytes, 0, end, UTF_8);
  }

  private static String extension(String name) {
    int gzip = name.endsWith(".gz") ? name.length() - 3 : name.length();
    int dot = name.lastIndexOf('.', gzip - 1);
    return dot < 0 || name.length() - dot > LONGEST_EXTENSION ? "" : name.substring(dot);
  }

  /** A text from outside without control characters. */
  public static String printable(String text) {
    return CONTROL.matcher(text).replaceAll("_");
  }

  /** A name from outside, safe as part of a file name: at most 120 plain ASCII characters. */
  public static String safeName(String name) {
    String safe = OUTSIDE.matcher(name).replaceAll("_");
    return safe.length() <= LONGEST_NAME ? safe : safe.substring(0, LONGEST_NAME);
  }

  @Override
  public String toString() {
    return label;
  }
}
