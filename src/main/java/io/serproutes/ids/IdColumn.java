package io.serproutes.ids;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;

/**
 * Where the ids of a table are, as its first 20 rows that are not blank show.
 *
 * @param separator of the cells of a row
 * @param index of the column, counted from 0
 */
record IdColumn(char separator, int index) {

  private static final char[] SEPARATORS = {',', ';', '\t'};
  private static final int ROWS = 20;
  private static final int MOST_CHARS = 1_000_000; // a row may be longer than the memory
  private static final int NAMES = 10;
  private static final int LONGEST_NAME = 40;

  /** Opens the text of a table at its beginning. */
  @FunctionalInterface
  interface Table {
    Reader open() throws IOException;
  }

  /**
   * Finds the column. Of the columns that hold an id, it is the one whose header is {@code task_id}
   * or {@code id}, else the one with most ids. Where no column holds one, it is the one with such a
   * header.
   *
   * @throws IOException where there is none, or the first rows are broken; the message says which
   */
  static IdColumn find(Table table) throws IOException {
    Sample best = null;
    for (char separator : SEPARATORS) {
      try (CsvRows rows = new CsvRows(new Beginning(table.open()), separator)) {
        Sample sample = new Sample(separator);
        sample.read(rows);
        best = best == null || sample.tellsMoreThan(best) ? sample : best;
      }
    }
    return best.column();
  }

  /** Whether the first cell of a column is its header: it names an id, or is a word. */
  static boolean isHeader(String cell) {
    return isIdHeader(cell)
        || isTaskIdHeader(cell)
        || cell.chars().noneMatch(c -> c >= '0' && c <= '9')
            && cell.chars().anyMatch(c -> Character.isLetter(c) && Character.digit(c, 16) < 0);
  }

  private static boolean isIdHeader(String cell) {
    return plain(cell).equals("id");
  }

  private static boolean isTaskIdHeader(String cell) {
    return plain(cell).equals("taskid");
  }

  private static String plain(String header) {
    return header.length() > LONGEST_NAME
        ? ""
        : header.replaceAll("[\\s_-]", "").toLowerCase(Locale.ROOT);
  }

  /** What the first rows show when they are read with one separator. */
  private static final class Sample {

    private final char separator;
    private final List<String> names = new ArrayList<>();
    private final BitSet idHeaders = new BitSet();
    private final BitSet taskIdHeaders = new BitSet();
    private final Map<Integer, Integer> ids = new TreeMap<>();
    private int columns;
    private IOException broken;

    Sample(char separator) {
      this.separator = separator;
    }

    void read(CsvRows rows) {
      try {
        for (int row = 0; row < ROWS && rows.next(); ) {
          row += readRow(rows, row == 0) ? 1 : 0;
        }
      } catch (IOException e) {
        broken = e;
      }
    }

    private boolean readRow(CsvRows rows, boolean isFirst) throws IOException {
      boolean isBlank = true;
      int column = 0;
      for (String cell; (cell = rows.cell()) != null; column++) {
        isBlank &= cell.isEmpty();
        if (TaskId.parse(cell) != null) {
          ids.merge(column, 1, Integer::sum);
        }
        if (isFirst) {
          noteHeader(column, cell);
        }
      }
      if (isFirst && isBlank) {
        names.clear();
      } else if (isFirst) {
        columns = column;
      }
      return !isBlank;
    }

    private void noteHeader(int column, String cell) {
      idHeaders.set(column, isIdHeader(cell));
      taskIdHeaders.set(column, isTaskIdHeader(cell));
      if (column < NAMES) {
        names.add(cell.substring(0, Math.min(cell.length(), LONGEST_NAME)));
      }
    }

    private int mostIds() {
      return ids.values().stream().mapToInt(Integer::intValue).max().orElse(0);
    }

    private boolean hasHeader() {
      return !idHeaders.isEmpty() || !taskIdHeaders.isEmpty();
    }

    boolean tellsMoreThan(Sample other) {
      if (mostIds() != other.mostIds()) {
        return mostIds() > other.mostIds();
      }
      return hasHeader() == other.hasHeader() ? columns > other.columns : hasHeader();
    }

    IdColumn column() throws IOException {
      if (!ids.isEmpty()) {
        int most = mostIds();
        return columnOf(
            first(taskIdHeaders, true),
            first(idHeaders, true),
            ids.keySet().stream().filter(column -> ids.get(column) == most).findFirst().get());
      }
      if (broken == null && columns == 0) {
        return new IdColumn(separator, 0); // an empty table
      }
      if (!hasHeader()) {
        throw broken != null ? broken : new IOException("no ids found; " + inWords());
      }
      return columnOf(first(taskIdHeaders, false), first(idHeaders, false));
    }

    private int first(BitSet headers, boolean withIds) {
      return headers.stream().filter(c -> !withIds || ids.containsKey(c)).findFirst().orElse(-1);
    }

    private IdColumn columnOf(int... candidates) {
      for (int column : candidates) {
        if (column >= 0) {
          return new IdColumn(separator, column);
        }
      }
      throw new IllegalStateException("no column");
    }

    private String inWords() {
      String more = columns > names.size() ? ", …" : "";
      return "columns: "
          + Source.readable(String.join(", ", names))
          + more
          + " (separator "
          + (separator == '\t' ? "tab" : separator)
          + ")";
    }
  }

  /** As much of a text as a sample may need. */
  private static final class Beginning extends FilterReader {

    private int left = MOST_CHARS;

    Beginning(Reader text) {
      super(text);
    }

    @Override
    public int read(char[] chars, int offset, int length) throws IOException {
      int read = left == 0 ? -1 : in.read(chars, offset, Math.min(length, left));
      left -= Math.max(read, 0);
      return read;
    }
  }
}
