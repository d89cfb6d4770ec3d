package io.serproutes.ids;

import static io.serproutes.Packed.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.serproutes.RawJson;
import io.serproutes.ids.IdReader.Entry;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.io.TempDir;

/**
 * Whatever a drop file is, it is rejected with a reason or no id in it is lost. The first byte of
 * an input chooses the format; a capital letter packs the rest.
 */
class DropFileFuzzTest {

  private static final String PATH = "/v3/serp/naver/organic/task_get/regular";
  private static final List<String> ENDS = List.of(".txt", ".csv", ".tsv", ".json", ".ndjson");
  private static final String FORMATS = "tcvjn";
  private static final String PACKED = "z"; // the rest is what a .txt.gz holds

  @TempDir static Path folder;

  /** What was read, and why no more was; null at the end of the file. */
  private record Found(List<Entry> entries, String failure) {

    List<TaskId> ids() {
      return DropFileFuzzTest.ids(entries.stream().map(Entry::text).toList());
    }
  }

  @FuzzTest(maxDuration = "1m")
  void aFileIsRejectedOrItsIdsAreRead(byte[] input) throws IOException {
    if (input.length == 0) {
      return;
    }
    char first = (char) (input[0] & 0x7f);
    byte[] content = Arrays.copyOfRange(input, 1, input.length);
    if (PACKED.indexOf(first) >= 0) {
      read("ids.txt.gz", content);
      return;
    }
    int format = Math.max(0, FORMATS.indexOf(Character.toLowerCase(first)));
    String name = "ids" + ENDS.get(format);
    Found found = read(name, content);
    if (Character.isUpperCase(first)) {
      assertThat(read(name + ".gz", gzip(content))).isEqualTo(found);
    }
    String text = new String(content, UTF_8);
    text = text.startsWith("\uFEFF") ? text.substring(1) : text;
    switch (format) {
      case 0 -> checkText(found, text, content);
      case 3 -> checkJson(found, text);
      case 4 -> checkLines(found, text);
      default -> checkTable(found, text);
    }
  }

  private static Found read(String name, byte[] content) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    AtomicLong position = new AtomicLong();
    List<Entry> entries = new ArrayList<>();
    String failure = null;
    try (IdReader reader = DropFileContent.open(file, PATH, position)) {
      for (Entry entry; (entry = reader.next()) != null; ) {
        entries.add(entry);
      }
      assertThat(reader.skipped()).isNotNull();
      assertThat(position.get()).isEqualTo(content.length);
    } catch (IOException e) {
      failure = IdFile.inWords(e);
      assertThat(failure).isNotBlank().doesNotContainPattern("\\p{Cntrl}");
    }
    long line = 1;
    for (Entry entry : entries) {
      assertThat(entry.line()).isGreaterThanOrEqualTo(line);
      line = entry.line();
    }
    return new Found(entries, failure);
  }

  private static List<TaskId> ids(List<String> texts) {
    return texts.stream().map(TaskId::parse).filter(id -> id != null).toList();
  }

  private static void checkText(Found found, String text, byte[] content) throws IOException {
    if (found.failure != null) {
      assertThat(found.entries).as("a text is rejected by its first bytes").isEmpty();
      return;
    }
    List<Entry> expected = new ArrayList<>();
    String[] lines = text.split("\r\n|\r|\n", -1);
    for (int i = 0; i < lines.length; i++) {
      String line = lines[i].strip();
      if (!line.isEmpty() && !line.startsWith("#")) {
        expected.add(new Entry(line, i + 1));
      }
    }
    assertThat(found.entries).isEqualTo(expected);
    IdReader standardInput = DropFileContent.lines(new ByteArrayInputStream(content));
    for (Entry entry : expected) {
      assertThat(standardInput.next()).isEqualTo(entry);
    }
    assertThat(standardInput.next()).isNull();
  }

  private static void checkLines(Found found, String text) {
    String[] lines = text.split("\r\n|\r|\n", -1);
    if (found.failure != null || Arrays.stream(lines).anyMatch(line -> line.length() >= 1024)) {
      return; // a long line is read element by element
    }
    List<Entry> expected = new ArrayList<>();
    for (int i = 0; i < lines.length; i++) {
      if (!lines[i].isBlank()) {
        for (String id : IdTexts.of(lines[i].strip())) {
          expected.add(new Entry(id, i + 1));
        }
      }
    }
    assertThat(found.entries).isEqualTo(expected);
  }

  private static void checkJson(Found found, String text) {
    RawJson document = RawJson.of(text);
    if (document == null) {
      assertThat(found.failure == null && !found.entries.isEmpty())
          .as("broken JSON is rejected")
          .isFalse();
    } else if (document.isArray() && found.failure == null) {
      List<String> texts = document.elements().stream().map(IdTextsFuzzTest::idIn).toList();
      assertThat(found.entries).hasSameSizeAs(texts);
      assertThat(found.ids()).isEqualTo(ids(texts));
    }
    assertThat(found.failure == null || !found.failure.contains("malformed") || document == null)
        .as("%s: %s", found.failure, document)
        .isTrue();
  }

  // without quotes a table can be read in a line or two
  private static void checkTable(Found found, String text) throws IOException {
    if (found.failure != null || text.indexOf('"') >= 0) {
      return;
    }
    IdColumn column = IdColumn.find(() -> new StringReader(text));
    List<String> expected = new ArrayList<>();
    for (String row : text.split("\r\n|\r|\n", -1)) {
      String[] cells = row.split(String.valueOf(column.separator()), -1);
      String first = "";
      for (String cell : cells) {
        first = first.isEmpty() ? cell.strip() : first;
      }
      expected.add(cells.length > column.index() ? cells[column.index()].strip() : first);
    }
    assertThat(found.ids()).isEqualTo(ids(expected));
  }
}
