package io.serproutes.ids;

import io.serproutes.Count;
import java.io.IOException;
import java.io.Reader;

/**
 * The ids of one column of a table. Blank cells are skipped, and so is the header.
 *
 * <p>A row that ends before the column is an entry, with the text of its first cell: it may hold an
 * id that is lost otherwise. Of a row only the cell that counts is kept.
 */
final class CsvIds implements IdReader {

  private final CsvRows rows;
  private final int column;
  private final boolean hasHeader;
  private boolean isBegun;
  private long blank;

  CsvIds(Reader text, IdColumn column) throws IOException {
    this.rows = new CsvRows(text, column.separator());
    this.column = column.index();
    this.hasHeader = column.hasHeader();
  }

  @Override
  public Entry next() throws IOException {
    while (rows.next()) {
      Entry entry = readRow();
      if (entry != null) {
        return entry;
      }
    }
    return null;
  }

  private Entry readRow() throws IOException {
    String text = "";
    String first = "";
    long line = 0;
    int count = 0;
    for (String cell; (cell = rows.cell()) != null; count++) {
      if (count <= column) {
        text = cell;
        line = rows.line(); // the last line of a cell that has several
      }
      first = first.isEmpty() ? cell : first;
    }
    boolean isShort = count <= column;
    boolean isId = TaskId.parse(first) != null || TaskId.parse(text) != null;
    return isBegun || isId
        ? entry(isShort ? first : text, line)
        : firstEntry(isShort ? "" : text, line);
  }

  // titles may precede the header; without one, they end at the first cell that is not blank
  private Entry firstEntry(String text, long line) {
    if (hasHeader) {
      isBegun = IdColumn.namesIds(text);
      return null;
    }
    isBegun = !text.isEmpty();
    return text.isEmpty() || IdColumn.isHeader(text) ? null : new Entry(text, line);
  }

  private Entry entry(String text, long line) {
    isBegun = true;
    if (text.isEmpty()) {
      blank++;
      return null;
    }
    return new Entry(text, line);
  }

  @Override
  public String skipped() {
    return blank == 0 ? "" : Count.of(blank, "blank cell");
  }

  @Override
  public void close() throws IOException {
    rows.close();
  }
}
