package io.serproutes.ids;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.StreamReadConstraints;
import com.fasterxml.jackson.core.exc.StreamConstraintsException;
import com.fasterxml.jackson.dataformat.csv.CsvFactory;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import java.io.IOException;
import java.io.Reader;
import java.util.regex.Pattern;

/**
 * The column {@code id} of a table, or its first column where none has that name.
 *
 * <p>The first row is a header if it names a column {@code id}, or if its first cell is a plain
 * word and no id. A table is broken where a quote is not closed: what follows is not told from what
 * is quoted. Of a row only the cell that counts is kept.
 */
final class CsvIds implements IdReader {

  private static final Pattern WORD = Pattern.compile("[A-Za-z_][A-Za-z0-9_ .-]*");
  private static final int LONGEST_CELL = 100_000;
  private static final CsvFactory FACTORY =
      CsvFactory.builder()
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .streamReadConstraints(
              StreamReadConstraints.builder().maxStringLength(LONGEST_CELL).build())
          .build();

  private final JsonParser cells;
  private int column = -1;

  private int count;
  private String first;
  private String cell;
  private int named;
  private long line;

  CsvIds(Reader text) throws IOException {
    cells = FACTORY.createParser(text);
  }

  @Override
  public Entry next() throws IOException {
    try {
      while (readRow()) {
        if (column < 0 && isHeader()) {
          continue;
        }
        if (!cell.isEmpty() || count > 1) {
          return new Entry(cell, line);
        }
      }
      return null;
    } catch (StreamConstraintsException e) {
      throw new IOException("the table is broken: a cell without end; is a quote not closed?", e);
    } catch (JsonProcessingException e) {
      throw new IOException("the table is broken: " + e.getOriginalMessage(), e);
    }
  }

  private boolean readRow() throws IOException {
    if (cells.nextToken() == null) {
      return false;
    }
    cell = "";
    named = -1;
    for (count = 0; cells.nextToken() != JsonToken.END_ARRAY; count++) {
      line = cells.currentLocation().getLineNr(); // of the last line of a cell that has several
      if (count == 0) {
        first = cells.getText().strip();
      }
      if (count == column) {
        cell = cells.getText().strip();
      } else if (column < 0 && named < 0 && cells.getText().strip().equalsIgnoreCase("id")) {
        named = count;
      }
    }
    return true;
  }

  private boolean isHeader() {
    column = Math.max(0, named);
    cell = first;
    return named >= 0 || TaskId.parse(first) == null && WORD.matcher(first).matches();
  }

  @Override
  public void close() throws IOException {
    cells.close();
  }
}
