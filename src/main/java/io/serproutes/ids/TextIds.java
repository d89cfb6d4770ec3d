package io.serproutes.ids;

import java.io.IOException;
import java.io.Reader;

/** One id a line; blank lines and comments that start with {@code #} are skipped. */
final class TextIds implements IdReader {

  private static final int LONGEST_LINE = 10_000; // what is longer is cut

  private final LineByLine lines;
  private long line;

  TextIds(Reader text) {
    lines = new LineByLine(text, LONGEST_LINE);
  }

  @Override
  public Entry next() throws IOException {
    while (lines.next()) {
      line++;
      String text = lines.head().strip();
      if (!text.isEmpty() && !text.startsWith("#")) {
        return new Entry(text, line);
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
