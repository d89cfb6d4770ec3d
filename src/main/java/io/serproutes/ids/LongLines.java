package io.serproutes.ids;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** A text whose lines are cut, so that no line fills the memory. */
final class LongLines extends FilterReader {

  private final int longest;
  private int column;

  /** Cuts lines at so many characters. */
  LongLines(Reader in, int longest) {
    super(in);
    this.longest = longest;
  }

  @Override
  public int read() throws IOException {
    char[] one = new char[1];
    return read(one, 0, 1) < 0 ? -1 : one[0];
  }

  @Override
  public int read(char[] chars, int offset, int length) throws IOException {
    while (true) {
      int read = in.read(chars, offset, length);
      if (read <= 0) {
        return read;
      }
      int kept = keep(chars, offset, read);
      if (kept > 0) {
        return kept;
      }
    }
  }

  private int keep(char[] chars, int offset, int read) {
    int to = offset;
    for (int from = offset; from < offset + read; from++) {
      char c = chars[from];
      column = c == '\n' || c == '\r' ? 0 : column + 1;
      if (column <= longest) {
        chars[to++] = c;
      } else {
        column = longest + 1;
      }
    }
    return to - offset;
  }
}
