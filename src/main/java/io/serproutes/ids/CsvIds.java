package io.serproutes.ids;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVParser;
import org.apache.commons.csv.CSVRecord;

/**
 * The column {@code id} of a table, or its first column where none has that name.
 *
 * <p>The first row is a header if it names a column {@code id}, or if its first cell is a plain
 * word and no id. A table is broken where a quote is not closed: what follows is not told from what
 * is quoted.
 */
final class CsvIds implements IdReader {

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_ .-]*");
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setIgnoreEmptyLines(true).get();
  private static final int LONGEST_ROW = 4_000_000;

  private final CSVParser parser;
  private final Iterator<CSVRecord> rows;
  private int column = -1;
  private long readSinceRow;

  CsvIds(Reader text) throws IOException {
    parser = FORMAT.parse(bounded(text));
    rows = parser.iterator();
  }

  // a quote that is never closed would make one cell of all the rest
  private Reader bounded(Reader text) {
    return new FilterReader(text) {
      @Override
      public int read(char[] chars, int offset, int length) throws IOException {
        int read = in.read(chars, offset, length);
        readSinceRow += Math.max(read, 0);
        if (readSinceRow > LONGEST_ROW) {
          throw new IOException("a row without end; is a quote not closed?");
        }
        return read;
      }
    };
  }

  @Override
  public Entry next() throws IOException {
    try {
      while (rows.hasNext()) {
        CSVRecord row = rows.next();
        readSinceRow = 0;
        if (column < 0 && isHeader(row)) {
          continue;
        }
        String cell = column < row.size() ? row.get(column).strip() : "";
        if (!cell.isEmpty() || row.size() > 1) {
          return new Entry(cell, parser.getCurrentLineNumber());
        }
      }
      return null;
    } catch (UncheckedIOException | IllegalStateException e) {
      throw new IOException("the table is broken: " + cause(e), e);
    }
  }

  private static String cause(RuntimeException e) {
    return e.getCause() == null ? e.getMessage() : e.getCause().getMessage();
  }

  private boolean isHeader(CSVRecord row) {
    for (int i = 0; i < row.size(); i++) {
      if (row.get(i).strip().equalsIgnoreCase("id")) {
        column = i;
        return true;
      }
    }
    column = 0;
    String first = row.get(0).strip();
    return TaskId.parse(first) == null && WORD.matcher(first).matches();
  }

  @Override
  public void close() throws IOException {
    parser.close();
  }
}
