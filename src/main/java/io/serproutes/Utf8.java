package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;

/** Cuts texts by their size in UTF-8. */
public final class Utf8 {

  private Utf8() {}

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
}
