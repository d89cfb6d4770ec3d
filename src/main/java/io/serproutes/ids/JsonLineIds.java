package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayDeque;
import java.util.Queue;

/**
 * The ids of a file with one JSON value a line; see {@link IdTexts}. Of a long line only one
 * element is in memory.
 */
final class JsonLineIds implements IdReader {

  private static final int SHORT = 1024; // as much as a dead letter quotes

  private final LineByLine lines;
  private final Queue<String> found = new ArrayDeque<>();
  private JsonParser longLine;
  private boolean inArray;
  private long line;

  JsonLineIds(Reader text) {
    lines = new LineByLine(text, SHORT);
  }

  @Override
  public Entry next() throws IOException {
    while (found.isEmpty()) {
      if (longLine != null) {
        findNext();
      } else if (lines.next()) {
        line++;
        begin();
      } else {
        return null;
      }
    }
    return new Entry(found.remove(), line);
  }

  private void begin() throws IOException {
    if (!lines.isShort()) {
      longLine = IdTexts.FACTORY.createParser(lines.reader());
      inArray = false;
    } else if (!lines.head().isBlank()) {
      found.addAll(IdTexts.of(lines.head().strip()));
    }
  }

  private void findNext() throws IOException {
    try {
      JsonToken token = longLine.nextToken();
      if (!inArray && token == JsonToken.START_ARRAY) {
        inArray = true;
      } else if (inArray && token != JsonToken.END_ARRAY) {
        found.add(IdTexts.next(longLine));
      } else {
        end(inArray || token == null ? null : IdTexts.next(longLine));
      }
    } catch (JsonProcessingException e) {
      close(longLine);
      found.add(lines.head());
    }
  }

  private void end(String id) throws IOException {
    String text = longLine.nextToken() == null ? id : lines.head(); // something follows the value
    close(longLine);
    if (text != null) {
      found.add(text);
    }
  }

  private void close(JsonParser parser) throws IOException {
    parser.close();
    longLine = null;
  }

  @Override
  public void close() throws IOException {
    lines.close();
  }
}
