package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.ids.IdReader.Entry;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.util.function.ThrowingSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvIdsTest {

  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000b";

  private static List<Entry> read(String table) throws IOException {
    List<Entry> entries = new ArrayList<>();
    read(() -> new StringReader(table), entries);
    return entries;
  }

  private static void read(ThrowingSupplier<Reader, IOException> table, List<Entry> entries)
      throws IOException {
    try (CsvIds ids = open(table)) {
      for (Entry entry; (entry = ids.next()) != null; ) {
        entries.add(entry);
      }
      assertThat(ids.next()).isNull();
    }
  }

  private static CsvIds open(ThrowingSupplier<Reader, IOException> table) throws IOException {
    return new CsvIds(table.get(), IdColumn.find(table));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "id\n%s\n%s\n",
        "keyword,id,os\nx,%s,w\ny,%s,l\n",
        "keyword, ID \n\"x, y\",%s\n\"z\"\"z\",\" %s \"\n",
        "\"id\"\r\n\"%s\"\r\n\"%s\"",
        "task_id,keyword\n%s,x\n%s,\n",
        "whatever\n%s,more,cells\n%s\n",
        "Task ID;Keyword;Date\r\n%s;키워드 0;2026-11-01\r\n%s;키워드 1;2026-11-01\r\n",
        "Keyword\tTask ID\tDate\na\t%s\tb\na, b; c\t%s\tb\n",
        "\tTask ID\n\t%s\n\t%s\n",
        "키워드;과업 번호\n\"가; 나\";\"%s\"\n다, 라, 마;%s\n",
        "id,keyword,task_id\n1,x,%s\n2,y,%s\n",
        "id;parent\n1;%s\n2;%s\n",
        "keyword;TASK-ID;\nx;%s\ny;%s\n",
        "keyword,taskId,x\na,%s,\"x\"\nb,%s,\"y\"\n"
      })
  void theColumnOfIdsCounts(String table) throws IOException {
    assertThat(read(table.formatted(A, B))).containsExactly(new Entry(A, 2), new Entry(B, 3));
  }

  @Test
  void ofTwoColumnsWithIdsTheOneWithTheHeaderCountsElseTheFuller() throws IOException {
    String rows = "%s,x,%s\n".formatted(A, B) + "%s,x,\n".formatted(A);
    assertThat(read("parent,x,Task ID\n" + rows)).containsExactly(new Entry(B, 2));
    assertThat(read("parent,x,child\n" + rows)).containsExactly(new Entry(A, 2), new Entry(A, 3));
  }

  @Test
  void whereNoColumnHoldsAnIdTheHeaderCounts() throws IOException {
    assertThat(read("id,Task-ID\n1,bad\n")).containsExactly(new Entry("bad", 2));
    assertThat(read("x;ID\n1;bad\n")).containsExactly(new Entry("bad", 2));
    String late = "x,id\n" + "1,late\n".repeat(30) + "1," + A + "\n";
    assertThat(read(late)).hasSize(31).endsWith(new Entry(A, 32));
  }

  @Test
  void aTableWithoutIdsIsRefusedWithItsColumns() {
    assertNoIds("Task Number;Keyword\n1;x\n", "Task Number, Keyword (separator ;)");
    assertNoIds("Keyword\tDate\n1\t2\n", "Keyword, Date (separator tab)");
    assertNoIds("\"Keyword\",Date\n1,2\n", "Keyword, Date (separator ,)");
    assertNoIds(
        "a\u0007b,1,2,3,4,5,6,7,8,9,0,1\n", "a_b, 1, 2, 3, 4, 5, 6, 7, 8, 9, … (separator ,)");
    assertNoIds("Keyword", "Keyword (separator ,)");
    assertNoIds("키".repeat(50), "키".repeat(40) + " (separator ,)");
  }

  private static void assertNoIds(String table, String columns) {
    assertThatIOException()
        .isThrownBy(() -> read(table))
        .withMessage("no ids found; columns: " + columns);
  }

  /** The first rows decide, and are those that are not blank. */
  @Test
  void idsAfterTheFirstRowsDoNotCount() throws IOException {
    String row = "x;y\n";
    String ids = "x;" + A + "\n";
    assertThat(read("k;n\n\n;\n" + row.repeat(18) + ids)).contains(new Entry(A, 22));
    assertThatIOException()
        .isThrownBy(() -> read("k;n\n" + row.repeat(19) + ids))
        .withMessageStartingWith("no ids found; columns: k, n");
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
    assertThat(read("식별자,keyword\n" + A + ",x\n")).containsExactly(new Entry(A, 2));
  }

  @Test
  void aTitleMayStandAboveTheHeader() throws IOException {
    assertThat(read("sep=;\n\nkeyword;nummer\nx;" + A + "\n")).containsExactly(new Entry(A, 4));
    assertThat(read("November\nkeyword,x,n\nx,y," + A + "\n")).containsExactly(new Entry(A, 3));
  }

  @Test
  void aTitleMayStandAboveTheHeaderInItsColumn() throws IOException {
    String rows = "\n" + A + ",x,y\nid,x,y\n";
    List<Entry> expected = List.of(new Entry(A, 3), new Entry("id", 4));
    assertThat(read("Tasks of the week,,\nid,keyword,date" + rows)).isEqualTo(expected);
    assertThat(read("Tasks of the week\nTask ID,keyword,date" + rows)).isEqualTo(expected);
    assertThat(read("Export 2026-11-29,,\nid,keyword,date" + rows)).isEqualTo(expected);
    assertThat(read("Week 48\nid,keyword,date" + rows)).isEqualTo(expected);
  }

  @Test
  void severalTitlesMayStandAboveTheHeader() throws IOException {
    String titles = "Export\n2026-11-29\n\n12 rows,of,13\n";
    assertThat(read(titles + "task_id,keyword,date\n" + A + ",x,y\nbad,x,y\n"))
        .containsExactly(new Entry(A, 6), new Entry("bad", 7));
    assertThat(read("1\n" + B + "\nid,x\n" + A + ",x\n"))
        .as("an id is none")
        .extracting(Entry::text)
        .containsExactly("1", B, "id", A);
  }

  @Test
  void blankCellsAreSkippedAndCounted() throws IOException {
    String table = "keyword,id\nx,\n\ny,  \n  \n,\nz," + A + "\n";
    try (CsvIds ids = open(() -> new StringReader(table))) {
      assertThat(ids.next()).isEqualTo(new Entry(A, 7));
      assertThat(ids.next()).isNull();
      assertThat(ids.skipped()).isEqualTo("3 blank cells");
    }
  }

  /** So a separator that changes loses no id without a word. */
  @Test
  void aRowThatEndsBeforeTheColumnIsAnEntry() throws IOException {
    assertThat(read("keyword;id\nx;" + A + "\ny," + B + "\nTotal\n"))
        .containsExactly(new Entry(A, 2), new Entry("y," + B, 3), new Entry("Total", 4));
  }

  @Test
  void linesAreCountedAlsoWhereACellHasSeveral() throws IOException {
    assertThat(read("id,text\n" + A + ",\"two\nlines\"\n" + B + ",x\n"))
        .extracting(Entry::text, Entry::line)
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple(A, 2L), org.assertj.core.groups.Tuple.tuple(B, 4L));
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
        .isThrownBy(() -> read(() -> new StringReader(table.formatted(A, B)), before))
        .withMessageStartingWith("the table is broken: ");
    assertThat(before).extracting(Entry::text).containsExactly(A);
  }

  /** More than fits into the memory of any test, and none takes long. */
  @Test
  @Timeout(60)
  void aTableWithoutEndDoesNotFillTheMemory() throws IOException {
    assertBroken("id\n" + A + "\n\"", "x".repeat(79) + "\n", "quote");
    assertBroken("id\n" + A + "\n", "\"", "broken");
    assertBroken("", "keyword number one;", "no ids found; columns: keyword number one, ");
    assertBroken("", "x", "no ids found; columns: xxx");
    assertBroken("\"", "x", "quote");
  }

  private static void assertBroken(String start, String rest, String why) {
    List<Entry> before = new ArrayList<>();
    assertThatIOException()
        .isThrownBy(() -> read(() -> new EndlessText(start, rest, Long.MAX_VALUE), before))
        .withMessageContaining(why);
    assertThat(before).hasSize(start.contains(A) ? 1 : 0);
  }

  @Test
  @Timeout(60)
  void aLongRowHasOneId() throws IOException {
    long much = 100_000_000; // more than a test may keep
    List<Entry> entries = new ArrayList<>();
    read(() -> new EndlessText(A, ",cell", much), entries);
    assertThat(entries).containsExactly(new Entry(A, 1));
    entries.clear();
    read(() -> new EndlessText(A + ",", "\"\"", 37 + 50_000), entries);
    assertThat(entries).containsExactly(new Entry(A, 1));
  }

  @Test
  void aTableMayHaveThousandsOfColumns() throws IOException {
    String cells = "long keyword,".repeat(10_000);
    String table = cells + "number\n" + (cells + A + "\n").repeat(30);
    assertThat(read(table)).hasSize(30).contains(new Entry(A, 2));
    assertThat(read(cells + "Task ID\n" + cells + "bad\n")).containsExactly(new Entry("bad", 2));
  }

  @Test
  void aLongCellIsCutAndBreaksNothing() throws IOException {
    String text = "x".repeat(50_000);
    String quoted = "\"" + text + "\"\"\"";
    String table = "id,text\n%s,%s\n%s,%s\n%s\n".formatted(A, text, B, quoted, text);
    try (CsvIds ids = open(() -> new StringReader(table))) {
      assertThat(ids.next()).isEqualTo(new Entry(A, 2));
      assertThat(ids.next()).isEqualTo(new Entry(B, 3));
      assertThat(ids.next().text()).hasSize(10_000);
      assertThat(ids.next()).isNull();
    }
  }
}
