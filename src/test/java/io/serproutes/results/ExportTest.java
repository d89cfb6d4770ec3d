package io.serproutes.results;

import static io.serproutes.fetch.TestTasks.id;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.deliver.lines.LineKind;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.results.Export.Counts;
import io.serproutes.results.Export.Format;
import io.serproutes.results.Export.Request;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ExportTest {

  private static final ObjectMapper JSON = new ObjectMapper();

  @TempDir private Path dir;
  private Delivered delivered;
  private final List<String> problems = new ArrayList<>();
  private Counts counts;

  @BeforeEach
  void make() {
    delivered = new Delivered(dir.resolve("out"));
  }

  private String lines(LineKind type) throws IOException {
    return lines(type, null);
  }

  private String lines(LineKind type, Instant since) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    Request request = new Request(type, Format.JSONL, since, ',', true);
    counts = new Export(delivered.settings()).write(request, out, problems::add);
    return out.toString(UTF_8);
  }

  private List<String> ids(LineKind type) throws IOException {
    List<String> ids = new ArrayList<>();
    for (String line : lines(type).lines().toList()) {
      JsonNode json = JSON.readTree(line);
      ids.add(json.path("task_id").asText(json.at("/task/id").asText()));
    }
    return ids;
  }

  @Test
  void anItemIsALineAndKeepsItsBytes() throws IOException {
    String item =
        "{\"type\":\"organic\",\"n\":1.50,\"t\":\"a\\r\\n\\u0007 é네\",\"x\":[1, 2,\n\r\n\t3]}";
    delivered.deliver(id(1), item + ", {\"type\":\"paid\"}, {\"type\":\"organic\",\"n\":2}");

    String expected = item.replace('\n', ' ').replace('\r', ' ').replaceFirst("}$", "");
    assertThat(lines(LineKind.ORGANIC).split("\n", -1))
        .hasSize(3)
        .satisfies(lines -> assertThat(lines[0]).startsWith(expected + ",\"task\":{\"id\":\""))
        .satisfies(lines -> assertThat(lines[1]).startsWith("{\"type\":\"organic\",\"n\":2,"))
        .satisfies(lines -> assertThat(lines[2]).isEmpty());
    assertThat(counts).isEqualTo(new Counts(1, 2, 0));
    assertThat(lines(LineKind.PAID).lines()).hasSize(1);
    assertThat(lines(LineKind.OTHER)).isEmpty();
    assertThat(lines(LineKind.RECEIPTS))
        .isEqualTo(Files.readString(dir.resolve("out/receipts/" + id(1) + ".json")) + "\n");
  }

  @Test
  void onlyIdsWithAReceiptThatHasItemsAreWritten() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\"}");
    delivered.deliver(id(2), "");
    delivered.deliver(id(3), "{\"type\":\"organic\"}");
    Files.delete(dir.resolve("out/receipts/" + id(3) + ".json")); // killed before its receipt
    delivered.deliver(id(4), "{\"type\":\"organic\"}");
    delivered.end(id(4), TestTasks.body(id(4), 40403, "{}", "null"));

    assertThat(ids(LineKind.ORGANIC)).containsExactly(id(1).value());
    assertThat(ids(LineKind.RECEIPTS))
        .containsExactlyInAnyOrder(id(1).value(), id(2).value(), id(4).value());
    assertThat(problems).isEmpty();
  }

  @Test
  void allLayoutsAreReadAndAnIdIsThereOnce() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\",\"layout\":\"flat\"}");
    delivered.deliver(id(2), "{\"type\":\"organic\",\"layout\":\"flat\"}");
    delivered.keys.put("serp.files.layout", "by-day");
    delivered.deliver(id(2), "{\"type\":\"organic\",\"layout\":\"by-day\"}");
    TaskId other = TaskId.parse("12345678-0000-0000-0000-000000000000");
    delivered.deliver(other, "{\"type\":\"organic\",\"layout\":\"by-day\"}");
    FileTime copied = FileTime.from(Instant.now().plusSeconds(60)); // which counts for nothing
    Files.setLastModifiedTime(dir.resolve("out/receipts/" + id(2) + ".json"), copied);

    assertThat(ids(LineKind.ORGANIC))
        .containsExactlyInAnyOrder(id(1).value(), id(2).value(), other.value());
    assertThat(lines(LineKind.ORGANIC).lines().filter(line -> line.contains("flat"))).hasSize(1);
  }

  /** Such as a folder that may not be entered; here it is none. */
  @Test
  void aReceiptWhoseOtherPlaceCannotBeLookedAtCountsAndIsTold() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\"}");
    Files.writeString(dir.resolve("out/receipts/0000"), "");
    assertThat(ids(LineKind.ORGANIC)).containsExactly(id(1).value());
    assertThat(problems)
        .isNotEmpty()
        .allMatch(line -> line.contains("/0000/" + id(1)) && line.contains("Not a directory"));
  }

  @Test
  void sinceIsTheTimeOfTheReceipt() throws IOException {
    delivered.deliver(id(1), "{\"type\":\"organic\"}");
    Instant now = Instant.now();
    Path old = delivered.put("receipts/" + id(2) + ".json", "");
    Files.writeString(
        old,
        "{\"task_id\":\"%s\",\"organic\":1,\"fetched_at\":\"2026-01-01T00:00:00.000Z\"}"
            .formatted(id(2)));
    assertThat(lines(LineKind.RECEIPTS, now.minus(Duration.ofHours(1))).lines()).hasSize(1);
    assertThat(lines(LineKind.RECEIPTS, Instant.parse("2026-01-01T00:00:00Z")).lines()).hasSize(2);
    assertThat(lines(LineKind.ORGANIC, now.plus(Duration.ofHours(1)))).isEmpty();
    assertThat(problems).isEmpty();
  }

  @Test
  void whatIsBrokenIsLeftOutAsAWholeAndNamed() throws Exception {
    for (int i = 1; i <= 8; i++) {
      delivered.deliver(id(i), "{\"type\":\"organic\"},{\"type\":\"organic\"}");
    }
    String whole = Files.readString(dir.resolve("out/organic/" + id(1) + ".json"));
    delivered.put("organic/" + id(1) + ".json", whole.substring(0, whole.length() - 9));
    delivered.put("organic/" + id(2) + ".json", whole + "{}");
    delivered.put("organic/" + id(3) + ".json", "{\"type\":\"organic\"}");
    delivered.put("organic/" + id(4) + ".json", "[\"\u001b[2J\"]");
    Files.delete(dir.resolve("out/organic/" + id(5) + ".json"));
    Path pipe = dir.resolve("out/organic/" + id(6) + ".json");
    Files.delete(pipe);
    assertThat(new ProcessBuilder("mkfifo", pipe.toString()).start().waitFor()).isZero();
    delivered.put("receipts/" + id(7) + ".json", "{\"organic\":2,");
    delivered.put("receipts/no-id.json", "x");
    delivered.put("receipts/.hidden.json", "x");

    assertThat(ids(LineKind.ORGANIC)).containsExactly(id(8).value(), id(8).value());
    assertThat(counts).isEqualTo(new Counts(1, 2, 7));
    assertThat(problems)
        .hasSize(7)
        .allMatch(line -> line.matches(".*0000000000[0-9a-f]{2}\\.json is left out: [ -~]+"))
        .anyMatch(line -> line.endsWith("it holds no whole JSON document"))
        .anyMatch(line -> line.endsWith("it is no regular file"))
        .anyMatch(line -> line.endsWith("but there is no such file"));
  }

  @Test
  void manyProblemsAreCountedAndNotAllTold() throws IOException {
    for (int i = 1; i <= 25; i++) {
      delivered.deliver(id(i), "{\"type\":\"organic\"}");
      Files.delete(dir.resolve("out/organic/" + id(i) + ".json"));
    }
    assertThat(ids(LineKind.ORGANIC)).isEmpty();
    assertThat(counts.problems()).isEqualTo(25);
    assertThat(problems).hasSize(20);
  }

  @Test
  void aFileThatIsLargerThanMemoryAllowsIsWrittenOrLeftOutAsAWhole() throws IOException {
    String item = "{\"type\":\"organic\",\"t\":\"%s\"}".formatted("x".repeat(700_000));
    delivered.deliver(id(1), String.join(",", item, item, item));
    assertThat(lines(LineKind.ORGANIC).lines())
        .hasSize(3)
        .allMatch(line -> line.startsWith("{\"type"));

    Path file = dir.resolve("out/organic/" + id(1) + ".json");
    String whole = Files.readString(file);
    Files.writeString(file, whole.substring(0, whole.length() - 3));
    assertThat(lines(LineKind.ORGANIC)).isEmpty();
    assertThat(problems).hasSize(1);
  }

  @Test
  void linesAreWholeWhileAnIdIsDeliveredAnewAndRemoved() throws Exception {
    delivered.deliver(id(1), "{\"type\":\"organic\",\"n\":1}");
    AtomicBoolean isOver = new AtomicBoolean();
    Thread writer =
        new Thread(
            () -> {
              for (int n = 2; !isOver.get(); n++) {
                String one = "{\"type\":\"organic\",\"n\":" + n + "}";
                delivered.deliver(id(1), String.join(",", one, one, one));
                delivered.deliver(id(1), "{\"type\":\"paid\"}");
              }
            });
    writer.start();
    try {
      for (int i = 0; i < 300; i++) {
        List<String> lines = lines(LineKind.ORGANIC).lines().toList();
        List<Integer> deliveries = new ArrayList<>();
        for (String line : lines) {
          deliveries.add(JSON.readTree(line).path("n").intValue());
        }
        assertThat(deliveries.size()).isIn(0, 1, 3);
        assertThat(deliveries.stream().distinct().count()).isLessThanOrEqualTo(1);
      }
    } finally {
      isOver.set(true);
      writer.join();
    }
    assertThat(problems).allMatch(line -> line.contains("there is no such file"));
  }

  @Test
  void aFailureOfTheOutputEndsIt() {
    delivered.deliver(id(1), "{\"type\":\"organic\"}");
    OutputStream full =
        new OutputStream() {
          @Override
          public void write(int b) throws IOException {
            throw new IOException("Broken pipe");
          }
        };
    Request request = new Request(LineKind.ORGANIC, Format.JSONL, null, ',', true);
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> new Export(delivered.settings()).write(request, full, problems::add))
        .withMessage("Broken pipe");
    assertThat(problems).isEmpty();
  }

  @Test
  void aFolderWithoutReceiptsIsNamed() {
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(() -> lines(LineKind.ORGANIC))
        .withMessageContaining("there is no folder " + dir.resolve("out/receipts"));
  }
}
