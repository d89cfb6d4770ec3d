package io.serproutes.ids;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;

/** One id a line; blank lines and comments that start with {@code #} are skipped. */
final class TextIds implements IdReader {

  private final BufferedReader lines;
  private long line;

  TextIds(Reader text) {
    lines = new BufferedReader(text);
  }

  @Override
  public Entry next() throws IOException {
    for (String text; (text = lines.readLine()) != null; ) {
      line++;
      String stripped = text.strip();
      if (!stripped.isEmpty() && !stripped.startsWith("#")) {
        return new Entry(stripped, line);
      }
    }
    return null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
