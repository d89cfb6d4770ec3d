package io.serproutes.ids;

import static io.serproutes.Packed.gzip;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.OpenFiles;
import io.serproutes.ids.IdReader.Entry;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.Charset;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipEntry;
import java.util.zip.ZipException;
import java.util.zip.ZipOutputStream;
import org.apache.camel.util.function.ThrowingSupplier;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class DropFileContentTest {

  private static final String A = "00000000-0000-0000-0000-00000000000a";
  private static final String B = "00000000-0000-0000-0000-00000000000b";
  private static final String TWO_LINES = A + "\n" + B + "\n";
  private static final String PATH = "/v3/serp/naver/organic/task_get/regular";

  @TempDir private Path folder;
  private final AtomicLong position = new AtomicLong();

  private List<Entry> read(String name, byte[] content) throws IOException {
    List<Entry> entries = new ArrayList<>();
    read(name, content, entries);
    return entries;
  }

  private void read(String name, byte[] content, List<Entry> entries) throws IOException {
    Path file = Files.write(folder.resolve(name), content);
    try (IdReader reader = DropFileContent.open(file, PATH, position)) {
      for (Entry entry; (entry = reader.next()) != null; ) {
        entries.add(entry);
      }
    }
  }

  private static byte[] bytes(String text) {
    return text.getBytes(UTF_8);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "ids.txt    | # c\\nA\\nB\\n",
        "IDS.TXT    | A\\r\\nB",
        "a.b.csv    | id,x\\nA,1\\nB,2\\n",
        "x.csv      | Keyword;Task ID\\r\\nx;A\\r\\ny;B\\r\\n",
        "x.tsv      | Keyword\\tTask ID\\nx\\tA\\ny\\tB\\n",
        "y.json     | [{\"task_id\":\"A\"},{\"task_id\":\"B\"}]",
        "x.json     | [\"A\",{\"id\":\"B\"}]",
        "x.ndjson   | \"A\"\\n{\"id\":\"B\"}\\n",
        "x.jsonl    | [\"A\",\"B\"]\\n"
      })
  void aFileIsReadAsWhatItsNameSays(String name, String content) throws IOException {
    String text = content.replace("\\n", "\n").replace("\\r", "\r").replace("\\t", "\t");
    byte[] bytes = bytes(text.replace("A", A).replace("B", B));
    assertThat(read(name, bytes)).extracting(Entry::text).containsExactly(A, B);
    assertThat(read(name + ".gz", gzip(bytes))).extracting(Entry::text).containsExactly(A, B);
    byte[] marked = bytes("\uFEFF" + new String(bytes, UTF_8));
    assertThat(read(name, marked)).extracting(Entry::text).containsExactly(A, B);
    assertThat(read(name + ".GZ", gzip(marked))).extracting(Entry::text).containsExactly(A, B);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.csv", "a.tsv", "a.json", "a.ndjson", "a.txt.gz", "a.json.gz"})
  void anEmptyFileHasNoIds(String name) throws IOException {
    assertThat(read(name, new byte[0])).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "ids",
        "ids.xml",
        "ids.txt.zip",
        "ids.gz",
        "ids.txt.bak",
        "ids.xlsx"
      }) // by its name only
  void aFileOfAnotherKindIsNotRead(String name) throws IOException {
    byte[] content = name.endsWith(".gz") ? gzip(bytes(TWO_LINES)) : bytes(TWO_LINES);
    assertThatIOException()
        .isThrownBy(() -> read(name, content))
        .withMessage(
            "a format that is not supported; supported are .txt, .csv, .tsv, .json, .ndjson and"
                + " .jsonl, each also with .gz");
  }

  @ParameterizedTest
  @ValueSource(strings = {"UTF-16", "x-UTF-16LE-BOM", "UTF-16LE", "UTF-16BE", "UTF-32"})
  void aFileInAnotherUnicodeFormIsNotRead(String charset) throws IOException {
    byte[] content = TWO_LINES.getBytes(Charset.forName(charset));
    assertThatIOException()
        .isThrownBy(() -> read("a.txt", content))
        .withMessageContaining("UTF-16");
    assertThatIOException()
        .isThrownBy(() -> read("a.json.gz", gzip(content)))
        .withMessageContaining("UTF-16");
  }

  @ParameterizedTest
  @ValueSource(strings = {"ids.xlsx", "ids.csv", "ids.txt", "ids.json", "ids", "ids.csv.gz"})
  void aWorkbookIsNotReadWhateverItsName(String name) throws IOException {
    byte[] zip = zip("[Content_Types].xml", "<Types/>");
    byte[] ole = {(byte) 0xd0, (byte) 0xcf, 0x11, (byte) 0xe0, (byte) 0xa1, (byte) 0xb1, 0x1a};
    for (byte[] workbook : List.of(zip, ole, gzip(zip))) {
      if (workbook != zip && workbook != ole && !name.endsWith(".gz")) {
        continue;
      }
      assertThatIOException()
          .isThrownBy(() -> read(name, workbook))
          .withMessage("an Excel workbook; save it as CSV UTF-8 and drop that");
    }
  }

  @Test
  void anArchiveIsNotRead() throws IOException {
    byte[] zip = zip("ids.txt", A);
    assertThatIOException()
        .isThrownBy(() -> read("ids.zip", zip))
        .withMessageStartingWith("a ZIP archive; drop the files in it");
    assertThatIOException()
        .isThrownBy(() -> read("ids.txt", gzip(bytes(A))))
        .withMessage(
            "compressed with gzip; give its name the ending .gz, or decompress it if it has that");
  }

  private static byte[] zip(String name, String content) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(name));
      zip.write(bytes(content));
    }
    return out.toByteArray();
  }

  @Test
  void aBinaryFileIsNotRead() {
    assertThatIOException()
        .isThrownBy(() -> read("a.txt", bytes(A + "\n\0")))
        .withMessageContaining("binary");
  }

  @Test
  void bytesThatAreNoUtf8SpoilTheirLineOnly() throws IOException {
    byte[] latin = (A + "\né\n" + B + "\n").getBytes(Charset.forName("ISO-8859-1"));
    assertThat(read("a.txt", latin)).extracting(Entry::text).containsExactly(A, "\uFFFD", B);
  }

  @Test
  void aCutOffGzipIsBrokenAndWhatStoodBeforeIsRead() throws IOException {
    StringBuilder text = new StringBuilder();
    Random random = new Random(1);
    for (int i = 0; i < 20_000; i++) {
      text.append(TaskId.of(random.nextLong(), i)).append('\n');
    }
    byte[] gzip = gzip(bytes(text.toString()));
    List<Entry> before = new ArrayList<>();
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> read("a.txt.gz", Arrays.copyOf(gzip, gzip.length / 2), before));
    assertThat(before.size()).isBetween(5_000, 15_000);
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> read("b.txt.gz", Arrays.copyOf(gzip, gzip.length - 1)));
    assertThatExceptionOfType(EOFException.class)
        .isThrownBy(() -> read("c.txt.gz", Arrays.copyOf(gzip, 5)));
  }

  /** Not even the last few ids before the break are left out, and a short file is no exception. */
  @ParameterizedTest
  @ValueSource(strings = {"a.txt.gz", "a.ndjson.gz", "a.csv.gz"})
  void ofACutOffGzipAllIsReadThatStoodBefore(String name) throws IOException {
    for (int count : List.of(1, 10, 1000)) {
      StringBuilder text = new StringBuilder();
      for (int i = 0; i < count; i++) {
        text.append(TaskId.of(i, 7)).append('\n');
      }
      byte[] gzip = gzip(bytes(text.toString()));
      List<Entry> before = new ArrayList<>();
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> read(name, Arrays.copyOf(gzip, gzip.length - 1), before));
      assertThat(before).hasSize(count);
      gzip[gzip.length - 8]++; // of the checksum
      before.clear();
      assertThatExceptionOfType(ZipException.class).isThrownBy(() -> read(name, gzip, before));
      assertThat(before).hasSize(count);
    }
  }

  /** Cut off in a row, quoted or not, the rows above it are read and this one is not. */
  @Test
  void ofATableThatBreaksOffInARowAllRowsAboveItAreRead() throws IOException {
    for (String rest : List.of(B, "\"" + B + "\nx", "\"a\"\"\n")) {
      byte[] gzip = gzip(bytes("id\n" + A + "\n" + rest));
      List<Entry> before = new ArrayList<>();
      assertThatExceptionOfType(EOFException.class)
          .isThrownBy(() -> read("a.csv.gz", Arrays.copyOf(gzip, gzip.length - 1), before));
      assertThat(before).containsExactly(new Entry(A, 2));
    }
  }

  private static byte[] joined(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  /** The JDK goes from one part to the next by calling itself. */
  @Test
  void aGzipMayHaveVeryManyEmptyParts() throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    for (int i = 0; i < 50_000; i++) {
      packed.write(gzip(new byte[0]));
    }
    packed.write(gzip(bytes(A + "\n")));
    assertThat(read("a.txt.gz", packed.toByteArray())).containsExactly(new Entry(A, 1));
  }

  /** Somebody appends a line to a packed file as one does to a text. */
  @Test
  void whatIsAppendedToAGzipAndIsNotPackedIsNotPassedOver() throws IOException {
    byte[] packed = gzip(bytes(A + "\n"));
    assertThat(read("a.txt.gz", joined(packed, gzip(bytes(B + "\n")))))
        .extracting(Entry::text)
        .containsExactly(A, B);
    assertThat(read("a.txt.gz", joined(packed, new byte[1000]))).hasSize(1); // padding
    for (String appended : List.of(B + "\n", "\0".repeat(1000) + B, "x")) {
      List<Entry> before = new ArrayList<>();
      assertThatExceptionOfType(ZipException.class)
          .isThrownBy(() -> read("a.txt.gz", joined(packed, bytes(appended)), before))
          .withMessage("what follows its end is not compressed");
      assertThat(before).extracting(Entry::text).containsExactly(A);
    }
  }

  /** The page gives such a stream; that of the test ends a block where its first part ends. */
  @Test
  void allOfAGzipIsReadOfAStreamThatDoesNotSayHowMuchThereIs() throws IOException {
    StringBuilder text = new StringBuilder();
    Random random = new Random(3);
    for (int i = 0; i < 500; i++) {
      text.append(TaskId.of(random.nextLong(), random.nextLong())).append('\n');
    }
    byte[] first = gzip(bytes(text.toString()));
    byte[] second = gzip(bytes(B + "\n"));
    ThrowingSupplier<InputStream, IOException> both =
        () ->
            new SequenceInputStream(
                new ByteArrayInputStream(first), new ByteArrayInputStream(second));
    List<Entry> entries = new ArrayList<>();
    try (IdReader reader = DropFileContent.open("a.txt.gz", both, PATH, position)) {
      for (Entry entry; (entry = reader.next()) != null; ) {
        entries.add(entry);
      }
    }
    assertThat(entries).hasSize(501).endsWith(new Entry(B, 501));
  }

  @Test
  void whatIsNoGzipIsBroken() {
    assertThatExceptionOfType(ZipException.class)
        .isThrownBy(() -> read("a.txt.gz", bytes(TWO_LINES)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.txt.gz"})
  void aLineOfTenMegabytesIsOneBadId(String name) throws IOException {
    String text = A + "\n" + "x".repeat(10_000_000) + "\n" + B + "\n";
    List<Entry> entries = read(name, name.endsWith("gz") ? gzip(bytes(text)) : bytes(text));
    assertThat(entries).hasSize(3);
    assertThat(entries.get(1).text()).hasSizeLessThanOrEqualTo(10_000);
    assertThat(entries.get(2)).isEqualTo(new Entry(B, 3));
  }

  @Test
  void linesOfAMacOfOldAreLines() throws IOException {
    String line = A + "\r";
    assertThat(read("a.txt", bytes(line.repeat(1000))))
        .hasSize(1000)
        .allMatch(e -> e.text().equals(A));
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.ndjson", "a.jsonl"})
  void aLineOfJsonMayHoldThousandsOfIds(String name) throws IOException {
    String ids = ("\"" + A + "\",").repeat(5000);
    assertThat(read(name, bytes("[" + ids + "\"" + B + "\"]\n\"" + B + "\"\n")))
        .hasSize(5002)
        .endsWith(new Entry(B, 1), new Entry(B, 2));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {"a.ndjson|{'text':'%s','id':'%s'}", "a.csv|text,id;'%s',%s"})
  void aTextBesideAnIdMayBeLong(String name, String content) throws IOException {
    String text =
        content.replace("'", "\"").replace(';', '\n').formatted("long ".repeat(20_000), A);
    assertThat(read(name, bytes(text + "\n"))).extracting(Entry::text).containsExactly(A);
  }

  @Test
  void howFarTheFileIsReadIsKnown() throws IOException {
    byte[] content = bytes(TWO_LINES.repeat(10_000));
    read("a.txt", content);
    assertThat(position).hasValue(content.length);
  }

  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.json", "a.csv", "a.ndjson"})
  void howFarAFileIsReadCountsItsMarkAndItsPackedBytes(String name) throws IOException {
    String ids = ("\"" + A + "\",\n").repeat(3000);
    String text = name.endsWith("json") && !name.endsWith("ndjson") ? "[" + ids + "1]" : ids;
    byte[] content = bytes("\uFEFF" + text);
    assertThat(read(name, content)).hasSizeGreaterThan(2999);
    assertThat(position).hasValue(content.length);
    position.set(0);
    byte[] packed = gzip(content);
    read(name + ".gz", packed);
    assertThat(position).hasValue(packed.length);
  }

  /** Whoever reads may be asked how far it is, and how long the rest takes. */
  @ParameterizedTest
  @ValueSource(strings = {"a.txt", "a.txt.gz"})
  void aFileIsNotReadFarAhead(String name) throws IOException {
    StringBuilder text = new StringBuilder();
    Random random = new Random(2);
    for (int i = 0; i < 5000; i++) {
      text.append(TaskId.of(random.nextLong(), random.nextLong())).append('\n');
    }
    byte[] content = name.endsWith("gz") ? gzip(bytes(text.toString())) : bytes(text.toString());
    Path file = Files.write(folder.resolve(name), content);
    try (IdReader reader = DropFileContent.open(file, PATH, position)) {
      for (int i = 0; i < 2500; i++) {
        reader.next();
      }
      assertThat(position.get() / (double) content.length).isBetween(0.45, 0.65);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"a.xml", "a.txt", "a.csv", "a.json", "a.txt.gz", "a.xml.gz", "workbook.csv.gz"})
  void aFileThatIsRefusedIsClosed(String name) throws IOException {
    byte[] binary = {'P', 'K', 3, 4, 0};
    byte[] content = name.equals("workbook.csv.gz") ? gzip(binary) : binary;
    assertThatIOException().isThrownBy(() -> read(name, content));
    assertThat(openFiles()).isEmpty();
  }

  @Test
  void aFileThatIsReadIsClosed() throws IOException {
    byte[] table = bytes("id,x\n" + A + ",1\n");
    assertThat(read("a.csv", table)).hasSize(1);
    assertThat(read("a.csv.gz", gzip(table))).hasSize(1);
    assertThat(read("a.json", bytes("[]"))).isEmpty();
    assertThat(read("a.ndjson", bytes("\"" + A + "\""))).hasSize(1);
    assertThatIOException().isThrownBy(() -> read("b.csv", bytes("a,b\n1,2\n")));
    assertThatIOException().isThrownBy(() -> read("b.xml", table));
    assertThat(openFiles()).isEmpty();
  }

  private List<String> openFiles() throws IOException {
    return OpenFiles.with(folder.toRealPath().toString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"_rels/.rels", "xl/workbook.xml", "[Content_Types].xml"})
  void aWorkbookIsKnownByAnyOfItsParts(String part) throws IOException {
    byte[] workbook = zip(part, "x");
    assertThatIOException()
        .isThrownBy(() -> read("a.csv", workbook))
        .withMessageStartingWith("an Excel workbook");
  }

  @Test
  void aStreamIsTextAsAFileIs() throws IOException {
    byte[] marked = bytes("\uFEFF" + TWO_LINES);
    IdReader lines = DropFileContent.lines(new ByteArrayInputStream(marked));
    assertThat(lines.next()).isEqualTo(new Entry(A, 1));
    assertThat(lines.next()).isEqualTo(new Entry(B, 2));
    assertThat(lines.next()).isNull();
    byte[] other = TWO_LINES.getBytes(Charset.forName("UTF-16"));
    assertThatIOException()
        .isThrownBy(() -> DropFileContent.lines(new ByteArrayInputStream(other)))
        .withMessage("text in UTF-16; save it as UTF-8");
  }
}
