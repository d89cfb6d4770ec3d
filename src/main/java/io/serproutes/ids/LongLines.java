package io.serproutes.ids;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;

/** Cuts the lines of a text, or the cells of a table, so that none fills the memory. */
final class LongLines extends FilterReader {

  private static final int NONE = -1;

  private final int longest;
  private final int separator;
  private final int quote;
  private int column;

  private LongLines(Reader in, int longest, int separator, int quote) {
    super(in);
    this.longest = longest;
    this.separator = separator;
    this.quote = quote;
  }

  /** Cuts lines at so many characters. */
  LongLines(Reader in, int longest) {
    this(in, longest, NONE, NONE);
  }

  /** Cuts the text between two separators at so many characters; keeps all quotes. */
  static LongLines cells(Reader in, int longest, char separator) {
    return new LongLines(in, longest, separator, '"');
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
      column = c == '\n' || c == '\r' || c == separator ? 0 : column + 1;
      if (column <= longest || c == quote) {
        chars[to++] = c;
      }
      column = Math.min(column, longest + 1);
    }
    return to - offset;
  }
}
