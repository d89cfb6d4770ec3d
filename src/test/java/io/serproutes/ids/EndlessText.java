package io.serproutes.ids;

import java.io.Reader;

/** A text that is too long for the memory: a beginning, and one piece again and again. */
final class EndlessText extends Reader {

  private final String start;
  private final String piece;
  private final long length;
  private long at;

  /** {@code length} characters at most. */
  EndlessText(String start, String piece, long length) {
    this.start = start;
    this.piece = piece;
    this.length = length;
  }

  @Override
  public int read(char[] chars, int offset, int count) {
    int read = (int) Math.min(count, length - at);
    for (int i = 0; i < read; i++, at++) {
      chars[offset + i] =
          at < start.length()
              ? start.charAt((int) at)
              : piece.charAt((int) ((at - start.length()) % piece.length()));
    }
    return read == 0 ? -1 : read;
  }

  @Override
  public void close() {
    // nothing is open
  }
}
