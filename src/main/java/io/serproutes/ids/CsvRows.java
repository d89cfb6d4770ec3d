package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.Closeable;
import java.io.IOException;
import java.io.Reader;

/**
 * The cells of a table one by one, whatever the length of its rows. Not thread-safe.
 *
 * <p>A table is broken where a quote is not closed: what follows it cannot be told from quoted
 * text.
 */
final class CsvRows implements Closeable {

  private static final int LONGEST_CELL = 10_000; // what is longer is cut
  private static final int LONGEST_QUOTED = 100_000;
  private static final CsvFactory FACTORY =
      CsvFactory.builder()
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST_QUOTED).build())
          .build();

  private final CutCells text;
  private final CsvParser cells;

  /**
   * Begins to read a table.
   *
   * @param separator of the cells of a row
   */
  CsvRows(Reader text, char separator) throws IOException {
    this.text = new CutCells(text, separator);
    cells = FACTORY.createParser(this.text);
    cells.setSchema(CsvSchema.emptySchema().withColumnSeparator(separator));
  }

  /** Moves to the next row, once this one has been read; false at the end of the table. */
  boolean next() throws IOException {
    boolean isThere = read() != null;
    if (!isThere) {
      text.checkEnd();
    }
    return isThere;
  }

  /** The next cell of the row, without white space around it; null at the end of the row. */
  String cell() throws IOException {
    return read() == JsonToken.END_ARRAY ? null : cells.getText().strip();
  }

  private JsonToken read() throws IOException {
    try {
      return cells.nextToken();
    } catch (JsonProcessingException e) {
      text.checkEnd();
      boolean isTooLong = e instanceof StreamConstraintsException;
      String why =
          isTooLong ? "a cell does not end; is a quote not closed?" : e.getOriginalMessage();
      throw new IOException("the table is broken: " + why, e);
    }
  }

  /** The line that the last cell ends on, counted from 1. */
  long line() {
    return cells.currentLocation().getLineNr();
  }

  @Override
  public void close() throws IOException {
    cells.close();
  }

  /** A table whose cells are cut, so that none fills the memory; keeps all quotes. */
  private static final class CutCells extends Reader {

    private final Reader in;
    private final char separator;
    private int length;
    private boolean isEndOfLine; // so far
    private IOException broken; // behind the end of a line

    CutCells(Reader in, char separator) {
      this.in = in;
      this.separator = separator;
    }

    @Override
    public int read(char[] chars, int offset, int most) throws IOException {
      int kept = 0;
      for (int read = 0; kept == 0 && read >= 0; ) {
        read = readOn(chars, offset, most);
        kept = read <= 0 ? read : keep(chars, offset, read);
      }
      return kept;
    }

    // the parser looks ahead at the end of a row, which would be lost with a failure
    private int readOn(char[] chars, int offset, int most) throws IOException {
      try {
        int read = broken == null ? in.read(chars, offset, most) : -1;
        if (read > 0) {
          char last = chars[offset + read - 1];
          isEndOfLine = last == '\n' || last == '\r';
        }
        return read;
      } catch (IOException e) {
        if (!isEndOfLine) {
          throw e;
        }
        broken = e;
        return -1;
      }
    }

    /** Throws what the table breaks off with, once its rows have been read. */
    void checkEnd() throws IOException {
      if (broken != null) {
        throw broken;
      }
    }

    private int keep(char[] chars, int offset, int read) {
      int to = offset;
      for (int from = offset; from < offset + read; from++) {
        char c = chars[from];
        length = c == '\n' || c == '\r' || c == separator ? 0 : length + 1;
        if (length <= LONGEST_CELL || c == '"') {
          chars[to++] = c;
        }
        length = Math.min(length, LONGEST_CELL + 1);
      }
      return to - offset;
    }

    @Override
    public void close() throws IOException {
      in.close();
    }
  }
}
