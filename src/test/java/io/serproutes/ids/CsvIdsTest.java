package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.ids.IdReader.Entry;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvIdsTest {

  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000b";

  private static List<Entry> read(String table) throws IOException {
    List<Entry> entries = new ArrayList<>();
    read(new StringReader(table), entries);
    return entries;
  }

  private static void read(Reader table, List<Entry> entries) throws IOException {
    try (CsvIds ids = new CsvIds(table)) {
      for (Entry entry; (entry = ids.next()) != null; ) {
        entries.add(entry);
      }
      assertThat(ids.next()).isNull();
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id\n%s\n%s\n",
        "keyword,id,os\nx,%s,w\ny,%s,l\n",
        "keyword, ID \n\"x, y\",%s\n\"z\"\"z\",\" %s \"\n",
        "\"id\"\r\n\"%s\"\r\n\"%s\"",
        "task_id,keyword\n%s,x\n%s,\n",
        "task id\n%s\n%s\n",
        "whatever\n%s,more,cells\n%s\n"
      })
  void theColumnIdCountsElseTheFirst(String table) throws IOException {
    assertThat(read(table.formatted(A, B))).containsExactly(new Entry(A, 2), new Entry(B, 3));
  }

  @Test
  void aTableNeedsNoHeader() throws IOException {
    assertThat(read(A + ",x\n" + B + ",id\n")).extracting(Entry::text).containsExactly(A, B);
    assertThat(read(A + "\n")).containsExactly(new Entry(A, 1));
  }

  @Test
  void aFirstCellThatIsNeitherWordNorIdIsAnEntry() throws IOException {
    assertThat(read("0000-bad\n" + A + "\n"))
        .containsExactly(new Entry("0000-bad", 1), new Entry(A, 2));
    assertThat(read("식별자,keyword\n" + A + ",x\n")).hasSize(2);
  }

  @Test
  void rowsWithoutAnIdAreEntriesButBlankLinesAreNone() throws IOException {
    assertThat(read("keyword,id\nx\n\ny,\n  \n,\nz," + A + "\n"))
        .containsExactly(new Entry("", 4), new Entry("", 6), new Entry(A, 7));
  }

  @Test
  void linesAreCountedAlsoWhereACellHasSeveral() throws IOException {
    assertThat(read("id,text\n" + A + ",\"two\nlines\"\n" + B + ",x\n"))
        .extracting(Entry::text, Entry::line)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(A, 3L), org.assertj.core.groups.Tuple.tuple(B, 4L));
  }

  @Test
  void anEmptyTableHasNoIds() throws IOException {
    assertThat(read("")).isEmpty();
    assertThat(read("id\n")).isEmpty();
    assertThat(read("\n\n")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id\n%s\n\"never closed\n%s\n", // else the rest of the file would be one cell
        "id\n%s\n\"closed\" too soon\n%s\n",
        "id\n%s\n\"%s"
      })
  void aTableWithABrokenQuoteIsBroken(String table) {
    List<Entry> before = new ArrayList<>();
    assertThatIOException()
        .isThrownBy(() -> read(new StringReader(table.formatted(A, B)), before))
        .withMessageStartingWith("the table is broken: ");
    assertThat(before).extracting(Entry::text).containsExactly(A);
  }

  @Test
  void aQuoteThatIsNeverClosedDoesNotFillTheMemory() {
    // more than fits into the memory of any test
    Reader endless =
        new Reader() {
          private final String start = "id\n" + A + "\n\"";
          private long at;

          @Override
          public int read(char[] chars, int offset, int length) {
            for (int i = 0; i < length; i++, at++) {
              chars[offset + i] =
                  at < start.length() ? start.charAt((int) at) : at % 80 == 0 ? '\n' : 'x';
            }
            return length;
          }

          @Override
          public void close() {
            // nothing is open
          }
        };
    List<Entry> before = new ArrayList<>();
    assertThatIOException()
        .isThrownBy(() -> read(endless, before))
        .withMessageContaining("the table is broken: ")
        .withMessageContaining("quote");
    assertThat(before).containsExactly(new Entry(A, 2));
  }

  @Test
  void aLongCellIsCutAndBreaksNothing() throws IOException {
    String text = "x".repeat(50_000);
    String quoted = "\"" + text + "\"\"\"";
    String table = "id,text\n%s,%s\n%s,%s\n%s\n".formatted(A, text, B, quoted, text);
    try (CsvIds ids = new CsvIds(LongLines.cells(new StringReader(table), 10_000))) {
      assertThat(ids.next()).isEqualTo(new Entry(A, 2));
      assertThat(ids.next()).isEqualTo(new Entry(B, 3));
      assertThat(ids.next().text()).hasSize(10_000);
      assertThat(ids.next()).isNull();
    }
  }
}
