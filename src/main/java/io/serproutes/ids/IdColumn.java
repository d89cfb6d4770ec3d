package io.serproutes.ids;

import java.io.FilterReader;
import java.io.IOException;
import java.io.Reader;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import org.apache.camel.util.function.ThrowingSupplier;

/**
 * Where the ids of a table are, as its first 20 rows that are not blank show.
 *
 * @param separator of the cells of a row
 * @param index of the column, counted from 0
 * @param hasHeader whether a cell that names ids is among these rows of the column, above its ids
 */
record IdColumn(char separator, int index, boolean hasHeader) {

  private static final char[] SEPARATORS = {',', ';', '\t'};
  private static final int ROWS = 20;
  private static final int MOST_CHARS = 1_000_000; // a row may be longer than the memory
  private static final int MOST_CANDIDATES = 1000;
  private static final int NAMES = 10;
  private static final int LONGEST_NAME = 40;

  /**
   * Finds the column. Of the columns that hold an id, it is the one whose header is {@code task_id}
   * or {@code id}, else the one with most ids. Where no column holds one, it is the one with such a
   * header.
   *
   * @param table opens the text of the table at its beginning
   * @throws IOException where there is none, or the first rows are broken; the message says which
   */
  static IdColumn find(ThrowingSupplier<Reader, IOException> table) throws IOException {
    Sample best = null;
    for (char separator : SEPARATORS) {
      try (CsvRows rows = new CsvRows(new Beginning(table.get()), separator)) {
        Sample sample = new Sample(separator);
        sample.read(rows);
        best = best == null || sample.tellsMoreThan(best) ? sample : best;
      }
    }
    return best.column();
  }

  /** Whether the first cell of a column is its header: a word. */
  static boolean isHeader(String cell) {
    return cell.chars().noneMatch(c -> c >= '0' && c <= '9')
        && cell.chars().anyMatch(c -> Character.isLetter(c) && Character.digit(c, 16) < 0);
  }

  /** Whether a cell is a header that names ids, such as {@code task_id}. */
  static boolean namesIds(String cell) {
    return Header.of(cell) != Header.OTHER;
  }

  /** What a header says of its column, the best first. */
  private enum Header {
    TASK_ID,
    ID,
    OTHER;

    static Header of(String cell) {
      if (cell.length() > LONGEST_NAME) {
        return OTHER;
      }
      return switch (cell.replaceAll("[\\s_-]", "").toLowerCase(Locale.ROOT)) {
        case "taskid" -> TASK_ID;
        case "id" -> ID;
        default -> OTHER;
      };
    }
  }

  /** A column that may hold the ids. */
  private static final class Candidate {

    static final Comparator<Candidate> BEST_FIRST =
        Comparator.<Candidate, Boolean>comparing(column -> column.ids == 0)
            .thenComparing(column -> column.header)
            .thenComparing(column -> -column.ids);

    private final int index;
    private Header header = Header.OTHER;
    private int ids;

    Candidate(int index) {
      this.index = index;
    }
  }

  /** What the first rows show when they are read with one separator. */
  private static final class Sample {

    private final char separator;
    private final List<String> names = new ArrayList<>();
    private final Map<Integer, Candidate> candidates = new TreeMap<>();
    private final BitSet headed = new BitSet(); // columns with such a header, in any of the rows
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
      List<String> row = new ArrayList<>();
      boolean isBlank = true;
      int count = 0;
      for (String cell; (cell = rows.cell()) != null; count++) {
        isBlank &= cell.isEmpty();
        note(count, cell, isFirst);
        if (count < NAMES) {
          row.add(cell.substring(0, Math.min(cell.length(), LONGEST_NAME)));
        }
      }
      if (isFirst && !isBlank) {
        names.addAll(row);
        columns = count;
      }
      return !isBlank;
    }

    private void note(int column, String cell, boolean isFirst) {
      if (TaskId.parse(cell) != null) {
        candidate(column).ids++;
      } else if (namesIds(cell)) {
        if (isFirst) {
          candidate(column).header = Header.of(cell);
        }
        if (!candidates.containsKey(column) || candidates.get(column).ids == 0) {
          headed.set(column);
        }
      }
    }

    private Candidate candidate(int column) {
      return candidates.size() < MOST_CANDIDATES
          ? candidates.computeIfAbsent(column, Candidate::new)
          : candidates.getOrDefault(column, new Candidate(column));
    }

    private Candidate best() {
      return candidates.values().stream().min(Candidate.BEST_FIRST).orElse(new Candidate(0));
    }

    boolean tellsMoreThan(Sample other) {
      int order = Candidate.BEST_FIRST.compare(best(), other.best());
      return order < 0 || order == 0 && columns > other.columns;
    }

    IdColumn column() throws IOException {
      if (!candidates.isEmpty() || columns == 0 && broken == null) { // it may be an empty table
        return new IdColumn(separator, best().index, headed.get(best().index));
      }
      throw broken != null ? broken : new IOException("no ids found; " + inWords());
    }

    private String inWords() {
      return "columns: "
          + Source.readable(String.join(", ", names))
          + (columns > names.size() ? ", …" : "")
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
