package io.serproutes.ids;

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
 * word and no id.
 */
final class CsvIds implements IdReader {

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_ .-]*");
  private static final CSVFormat FORMAT =
      CSVFormat.DEFAULT.builder().setIgnoreEmptyLines(true).setLenientEof(true).get();

  private final CSVParser parser;
  private final Iterator<CSVRecord> rows;
  private int column = -1;

  CsvIds(Reader text) throws IOException {
    parser = FORMAT.parse(text);
    rows = parser.iterator();
  }

  @Override
  public Entry next() throws IOException {
    try {
      while (rows.hasNext()) {
        CSVRecord row = rows.next();
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
