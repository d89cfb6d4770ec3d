package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.IdReader.Entry;
import java.io.IOException;
import java.io.Reader;
import java.io.StringReader;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class JsonLineIdsTest {

  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000b";

  @Test
  void everyLineIsAValueOfItsOwn() throws IOException {
    String lines =
        """
        "%1$s"

        {"id":"%2$s","more":1}
        [{"id":"%1$s"},"%2$s",7]
        {"task_id":"%2$s","outcome":"dead-lettered"}
        []
        {broken
        %1$s
        {"no":"id"}"""
            .formatted(A, B);
    List<Entry> entries = new ArrayList<>();
    try (JsonLineIds ids = new JsonLineIds(new StringReader(lines))) {
      for (Entry entry; (entry = ids.next()) != null; ) {
        entries.add(entry);
      }
    }
    assertThat(entries)
        .containsExactly(
            new Entry(A, 1),
            new Entry(B, 3),
            new Entry(A, 4),
            new Entry(B, 4),
            new Entry("7", 4),
            new Entry(B, 5),
            new Entry("{broken", 7),
            new Entry(A, 8),
            new Entry("{\"no\":\"id\"}", 9));
  }

  private static List<Entry> read(Reader text) throws IOException {
    List<Entry> entries = new ArrayList<>();
    try (JsonLineIds ids = new JsonLineIds(text)) {
      for (Entry entry; (entry = ids.next()) != null; ) {
        entries.add(entry);
      }
    }
    return entries;
  }

  private static List<Entry> read(String lines) throws IOException {
    return read(new StringReader(lines));
  }

  private static final String MUCH = "\"x\":\"" + "y".repeat(300_000) + "\"";

  @Test
  void aLongLineHasTheSameIdsAsAShortOne() throws IOException {
    String filler = " ".repeat(2000);
    String lines =
        """
        [%3$s"%1$s",{"task_id":"%2$s",%4$s,"id":17},7,["%1$s"],{"no":"id"},null]
        {"data":{"id":"%1$s"},%4$s,"id":"%2$s"}
        %3$s"%1$s"\r
        %3$s[]
        %3$s
        "%2$s"
        """
            .formatted(A, B, filler, MUCH);
    assertThat(read(lines))
        .containsExactly(
            new Entry(A, 1),
            new Entry(B, 1),
            new Entry("7", 1),
            new Entry("an array", 1),
            new Entry("an object without id", 1),
            new Entry("null", 1),
            new Entry(B, 2),
            new Entry(A, 3),
            new Entry(B, 6));
  }

  @Test
  void aLongLineThatBreaksOffIsOneEntryMore() throws IOException {
    String broken = "[\"" + A + "\"," + "1,".repeat(600);
    String trailing = "[\"" + A + "\"" + " ".repeat(2000) + "] x";
    String noJson = "no JSON ".repeat(1_000);
    List<Entry> entries = read(String.join("\n", broken, trailing, noJson, "\"" + B + "\"\n"));
    assertThat(entries.stream().filter(entry -> !entry.text().equals("1")))
        .containsExactly(
            new Entry(A, 1),
            new Entry(broken.substring(0, 1024), 1),
            new Entry(A, 2),
            new Entry(trailing.substring(0, 1024), 2),
            new Entry(noJson.substring(0, 1024), 3),
            new Entry(B, 4));
  }

  @ParameterizedTest
  @ValueSource(strings = {"\"", "[\"", "{\"", "{\"id\":\"", "{\"id\":1", "1", "[[[["})
  void aLineWithoutEndDoesNotFillTheMemory(String start) throws IOException {
    String end = "\n\"" + B + "\"\n";
    long length = 3_000_000_000L / 8; // more than fits into the memory of a test
    Reader endless = new RepeatingReader(start, start.endsWith("[") ? "[" : "1", length, end);
    List<Entry> entries = read(endless);
    assertThat(entries).hasSize(2);
    assertThat(entries.get(0).text()).hasSizeLessThanOrEqualTo(1024);
    assertThat(entries.get(1)).isEqualTo(new Entry(B, 2));
  }

  /** A text that begins and ends as given and is as long as one likes. */
  private static final class RepeatingReader extends Reader {
    private final String start;
    private final char middle;
    private final long length;
    private final String end;
    private long at;

    RepeatingReader(String start, String middle, long length, String end) {
      this.start = start;
      this.middle = middle.charAt(0);
      this.length = length;
      this.end = end;
    }

    @Override
    public int read(char[] chars, int offset, int count) {
      int read = 0;
      while (read < count && at < start.length() + length + end.length()) {
        chars[offset + read++] = next();
      }
      return read == 0 ? -1 : read;
    }

    private char next() {
      long now = at++;
      if (now < start.length()) {
        return start.charAt((int) now);
      }
      long after = now - start.length() - length;
      return after < 0 ? middle : end.charAt((int) after);
    }

    @Override
    public void close() {
      // nothing is open
    }
  }
}
