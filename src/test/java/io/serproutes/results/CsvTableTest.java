package io.serproutes.results;

import static io.serproutes.fetch.TestTasks.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.fetch.TestTasks;
import io.serproutes.results.Export.Format;
import io.serproutes.results.Export.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class CsvTableTest {

  private static final String ITEM =
      """
      {"type":"organic","rank_group":1,"rank_absolute":-2,"page":1.50,"domain":"d.kr",
       "title":"갤럭시, \\"울트라\\"; 💡","description":"a\\nb\\tc","url":"https://d.kr/",
       "breadcrumb":null,"more":7}\
      """;

  @TempDir private Path dir;
  private Delivered delivered;
  private final List<String> problems = new ArrayList<>();

  @BeforeEach
  void make() {
    delivered = new Delivered(dir.resolve("out"));
  }

  private byte[] csv(LineKind type, char separator, boolean byteOrderMark) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Request request = new Request(type, Format.CSV, null, separator, byteOrderMark);
    new Export(delivered.settings()).write(request, out, problems::add);
    return out.toByteArray();
  }

  private List<Map<String, String>> rows(LineKind type) throws IOException {
    String text = new String(csv(type, ';', false), UTF_8);
    CsvSchema schema = CsvSchema.emptySchema().withHeader().withColumnSeparator(';');
    try (MappingIterator<Map<String, String>> rows =
        new CsvMapper().readerForMapOf(String.class).with(schema).readValues(text)) {
      return rows.readAll();
    }
  }

  /** The cell of a title. */
  private String title(String json) throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\",\"title\":" + json + "}");
    return rows(LineKind.ORGANIC).get(0).get("title");
  }

  @Test
  void anItemIsARowOfTheDocumentedFields() throws IOException {
    delivered.deliver(
        id(1),
        ITEM,
        "\"se_domain\":\"search.naver.com\",\"location_code\":0,\"datetime\":\"2026-11-26\","
            + "\"spell\":{\"keyword\":\"a\",\n\"n\":1.0},");
    byte[] csv = csv(LineKind.ORGANIC, ',', true);
    assertThat(csv).startsWith(0xef, 0xbb, 0xbf);
    assertThat(new String(csv, UTF_8).substring(1))
        .isEqualTo(
            "task_id,keyword,type,rank_group,rank_absolute,page,domain,title,description,url,"
                + "breadcrumb,tag,se_domain,location_code,language_code,device,os,check_url,"
                + "datetime,spell\r\n"
                + "\""
                + id(1)
                + "\",\"아이폰\",\"organic\",1,-2,1.50,\"d.kr\",\"갤럭시, \"\"울트라\"\"; 💡\","
                + "\"a\nb\tc\",\"https://d.kr/\",,\"'=tag\",\"search.naver.com\",0,,\"desktop\","
                + "\"windows\",,\"2026-11-26\",\"{\"\"keyword\"\":\"\"a\"\", \"\"n\"\":1.0}\"\r\n");
    assertThat(csv(LineKind.ORGANIC, ';', false)).startsWith("task_id;keyword;".getBytes(UTF_8));
    assertThat(rows(LineKind.ORGANIC))
        .singleElement()
        .satisfies(row -> assertThat(row.get("description")).isEqualTo("a\nb\tc"))
        .satisfies(row -> assertThat(row.get("title")).isEqualTo("갤럭시, \"울트라\"; 💡"));
    assertThat(problems).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "=1+1",
        "+82-2-123",
        "-5",
        "@SUM(A1)",
        "\\t=1",
        "\\r=1",
        "\\n=1",
        "＝1",
        "＋1",
        "－1",
        "＠a"
      })
  void aTextThatMayBeAFormulaIsHarmless(String text) throws IOException {
    String said = text.replace("\\t", "\t").replace("\\r", "\r").replace("\\n", "\n");
    assertThat(title("\"" + text + "\"")).isEqualTo("'" + said);
  }

  @Test
  void numbersAndOtherTextsStayAsTheyAre() throws IOException {
    assertThat(title("-5.00")).isEqualTo("-5.00");
    assertThat(title("12345678901234567890.1e-7")).isEqualTo("12345678901234567890.1e-7");
    assertThat(title("true")).isEqualTo("true");
    assertThat(title("\"'a\"")).isEqualTo("'a");
    assertThat(title("\"1=2\"")).isEqualTo("1=2");
    assertThat(title("[ \"=1\" ]")).isEqualTo("[ \"=1\" ]");
    assertThat(title("\"\"")).isEmpty();
  }

  @Test
  void controlCharactersAndHalvesOfCharactersAreReplaced() throws IOException {
    assertThat(title("\"a\\u0000b\\u001b[2J\\u009bc\\ud800d\u0085\""))
        .isEqualTo("a\uFFFDb\uFFFD[2J\uFFFDc\uFFFDd\uFFFD");
    assertThat(title("{\"a\":\"\u009b\"}")).isEqualTo("{\"a\":\"\uFFFD\"}");
  }

  @Test
  void theTaskIsFoundBesideAMemberOfThatName() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\",\"task\":{\"id\":\"x\"},\"title\":1}");
    assertThat(rows(LineKind.ORGANIC).get(0).get("task_id")).isEqualTo(id(1).value());
    delivered.deliver(id(1), "{\"type\":\"organic\",\"serp_task\":{\"id\":\"x\"},\"title\":1}");
    assertThat(rows(LineKind.ORGANIC).get(0).get("task_id")).isEqualTo(id(1).value());
  }

  @Test
  void itemsOfOtherTypesAreThereAsAWholeToo() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"map\",\n\"place\":\"서울\"},17");
    List<Map<String, String>> rows = rows(LineKind.OTHER);
    assertThat(rows.get(0).get("type")).isEqualTo("map");
    assertThat(rows.get(0).get("item"))
        .startsWith("{\"type\":\"map\", \"place\":\"서울\",\"task\":{\"id\":");
    assertThat(rows.get(1).get("item")).startsWith("{\"item\":17,\"task\":{\"id\":");
    assertThat(rows.get(1).get("task_id")).isEqualTo(id(1).value());
  }

  @Test
  void aReceiptIsARowOfItsFlatMembers() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\"},{\"type\":\"paid\"}", "\"items_count\":3,");
    delivered.end(id(2), TestTasks.body(id(2), 40401, "{\"tag\":{\"a\":[1]}}", "null"));
    assertThat(rows(LineKind.RECEIPTS))
        .anySatisfy(
            row ->
                assertThat(row)
                    .containsEntry("task_id", id(1).value())
                    .containsEntry("outcome", "delivered")
                    .containsEntry("organic", "1")
                    .containsEntry("count_mismatch", "true")
                    .containsEntry("tag", "'=tag")
                    .containsEntry("source", "folder:ids.txt:17")
                    .doesNotContainKeys("data", "results"))
        .anySatisfy(
            row ->
                assertThat(row)
                    .containsEntry("reason", "not-found")
                    .containsEntry("tag", "{\"a\":[1]}"))
        .hasSize(2);
  }

  @Test
  void aLongTextIsACell() throws IOException {
    assertThat(title("\"" + "x".repeat(1_000_000) + "\"")).hasSize(1_000_000);
  }

  @Test
  void anItemThatIsTooLargeForARowIsLeftOutWithItsId() throws IOException {
    String large = "{\"type\":\"organic\",\"title\":\"%s\"}".formatted("x".repeat(2 << 20));
    delivered.deliver(id(1), "{\"type\":\"organic\"}," + large);
    delivered.deliver(id(2), "{\"type\":\"organic\"}");
    assertThat(rows(LineKind.ORGANIC))
        .singleElement()
        .extracting("task_id")
        .isEqualTo(id(2).value());
    assertThat(problems).singleElement().asString().contains("bytes is too large for a row");
  }
}
