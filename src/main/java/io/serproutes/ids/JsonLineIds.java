package io.serproutes.ids;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Queue;

/** A JSON value a line: an id as text, an object with {@code id}, or an array of these. */
final class JsonLineIds implements IdReader {

  private final BufferedReader lines;
  private final Queue<String> found = new ArrayDeque<>();
  private long line;

  JsonLineIds(Reader text) {
    lines = new BufferedReader(text);
  }

  @Override
  public Entry next() throws IOException {
    while (found.isEmpty()) {
      String text = lines.readLine();
      if (text == null) {
        return null;
      }
      line++;
      if (!text.isBlank()) {
        found.addAll(IdTexts.of(text.strip()));
      }
    }
    return new Entry(found.remove(), line);
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
