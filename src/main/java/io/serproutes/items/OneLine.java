package io.serproutes.items;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** JSON on one line: its line breaks, all of which lie between tokens, become spaces. */
public final class OneLine extends FilterOutputStream {

  /** Passes on to {@code out}. */
  public OneLine(OutputStream out) {
    super(out);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    int end = offset + length;
    int at = firstBreak(bytes, offset, end);
    if (at == end) {
      out.write(bytes, offset, length);
      return;
    }
    byte[] line = Arrays.copyOfRange(bytes, offset, end);
    for (at -= offset; at < length; at++) {
      line[at] = isBreak(line[at]) ? (byte) ' ' : line[at];
    }
    out.write(line, 0, length);
  }

  private static int firstBreak(byte[] bytes, int from, int end) {
    int at = from;
    while (at < end && !isBreak(bytes[at])) {
      at++;
    }
    return at;
  }

  private static boolean isBreak(byte b) {
    return b == '\n' || b == '\r';
  }
}
