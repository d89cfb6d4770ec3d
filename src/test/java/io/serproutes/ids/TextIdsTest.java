package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.IdReader.Entry;
import java.io.IOException;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class TextIdsTest {

  private static List<Entry> read(String text) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (TextIds ids = new TextIds(new StringReader(text))) {
      for (Entry entry; (entry = ids.next()) != null; ) {
        entries.add(entry);
      }
      assertThat(ids.next()).isNull();
      assertThat(ids.skipped()).isEmpty();
    }
    return entries;
  }

  @Test
  void everyLineIsAnIdButBlankOnesAndComments() throws IOException {
    assertThat(read("a\r\n\r\n# comment\n  b  \n\t\n #c\nd # no comment\n\n"))
        .containsExactly(new Entry("a", 1), new Entry("b", 4), new Entry("d # no comment", 7));
  }

  @Test
  void theLastLineNeedsNoEnd() throws IOException {
    assertThat(read("a\nb")).containsExactly(new Entry("a", 1), new Entry("b", 2));
    assertThat(read("a\rb\r")).containsExactly(new Entry("a", 1), new Entry("b", 2));
    assertThat(read("")).isEmpty();
  }
}
