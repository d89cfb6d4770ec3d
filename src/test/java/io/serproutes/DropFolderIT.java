package io.serproutes;

import static io.serproutes.Packed.gzip;
import static java.nio.charset.StandardCharsets.UTF_16;
import static java.nio.charset.StandardCharsets.UTF_16LE;
import static java.nio.charset.StandardCharsets.UTF_8;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Everything that people drop into the folder, given to one program that keeps running. */
@Execution(ExecutionMode.CONCURRENT)
class DropFolderIT {

  @TempDir static Path temp;

  private static StandIn api;
  private static ProgramUnderTest program;
  private static final AtomicInteger NEXT_ID = new AtomicInteger();

  @BeforeAll
  static void start() {
    api = StandIn.start();
    program =
        ProgramUnderTest.in(temp.resolve("work"))
            .api(api)
            .key("serp.api.calls-per-minute", "60000")
            .key("serp.retry.first-delay", "10s")
            .key("serp.folder.settle", "1s")
            .start()
            .awaitStart();
  }

  @AfterAll
  static void stop() {
    program.close();
    api.close();
  }

  private static Path inbox() {
    return temp.resolve("work/inbox");
  }

  private static OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  private static ConditionFactory eventually() {
    return await().atMost(ProgramUnderTest.PATIENCE).pollInterval(Duration.ofMillis(50));
  }

  /** Ids that no other test uses. */
  private static List<String> ids(int count) {
    int first = NEXT_ID.getAndAdd(count);
    return Ids.good(first, first + count);
  }

  private static void drop(String name, byte[] content) throws IOException {
    Path hidden = inbox().resolve("." + name.hashCode());
    Files.write(hidden, content);
    Files.move(hidden, inbox().resolve(name), StandardCopyOption.ATOMIC_MOVE);
  }

  private static void drop(String name, String... lines) throws IOException {
    drop(name, (String.join("\n", lines) + "\n").getBytes(UTF_8));
  }

  /** Waits until a file has moved and tells where. */
  private static Path ended(String kind, String name) {
    Path[] found = new Path[1];
    eventually()
        .until(
            () -> {
              found[0] = find(inbox().resolve(kind), "Z-" + name);
              return found[0] != null;
            });
    assertThat(found[0].getFileName().toString()).matches("\\d{8}T\\d{9}Z-.*");
    return found[0];
  }

  private static Path find(Path folder, String end) throws IOException {
    if (!Files.exists(folder)) {
      return null;
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().endsWith(end)).findFirst().orElse(null);
    }
  }

  private static void done(String name) {
    ended(".done", name);
  }

  /** Waits until a file is rejected and tells why. */
  private static String rejected(String plainName) throws IOException {
    Path file = ended(".rejected", plainName);
    Path reason = file.resolveSibling(file.getFileName() + ".reason.txt");
    eventually().until(() -> Files.exists(reason) && Files.readString(reason).endsWith("\n"));
    return Files.readString(reason);
  }

  /** The line comes after the move. */
  private static void said(String line) {
    eventually().until(() -> program.output().contains(line));
  }

  private static List<JsonNode> letters(String plainName) {
    return out().all("dead-letters").entrySet().stream()
        .filter(letter -> letter.getKey().contains("-" + plainName + "-line-"))
        .map(Map.Entry::getValue)
        .toList();
  }

  private static void delivered(List<String> ids) {
    assertThat(ids)
        .allSatisfy(
            id -> {
              assertThat(out().receipt(id)).isNotNull();
              assertThat(out().receipt(id).path("outcome").textValue()).isEqualTo("delivered");
            });
  }

  @Test
  void everyFormatAtOnce() throws IOException {
    List<String> ids = ids(33);
    drop("f.txt", "# a comment", ids.get(0), "", "  " + ids.get(1).toUpperCase() + "  ");
    drop("f.csv", "name,id", "a," + ids.get(2), "\"b, c\"," + ids.get(3));
    drop("first-column.csv", "task_id,name", ids.get(4) + ",a", ids.get(5) + ",b");
    drop("no-header.csv", ids.get(6) + ",a", ids.get(7) + ",b");
    drop("texts.json", "[\"" + ids.get(8) + "\", \"" + ids.get(9) + "\"]");
    drop("objects.json", "[{\"tag\":1,\"id\":\"" + ids.get(10) + "\"}]");
    drop(
        "task_post.json",
        ("{'status_code':20000,'tasks':[{'id':'%s','status_code':20100},"
                + "{'status_code':40501,'id':'%s'},{'id':'%s','status_code':20100,'result':null}]}")
            .formatted(ids.get(11), ids.get(12), ids.get(13))
            .replace('\'', '"'));
    drop(
        "tasks_ready.json",
        ("{'tasks':[{'id':'00000000-0000-0000-0000-00000000000f','status_code':20000,'result':["
                + "{'id':'%s','endpoint_regular':'/v3/serp/naver/organic/task_get/regular/%1$s'},"
                + "{'id':'%s','endpoint_regular':'/v3/serp/google/organic/task_get/regular/%2$s'}]}]}")
            .formatted(ids.get(14), ids.get(15))
            .replace('\'', '"'));
    drop("lines.ndjson", "\"" + ids.get(16) + "\"", "{\"id\":\"" + ids.get(17) + "\",\"x\":[]}");
    drop("lines.jsonl", "[\"" + ids.get(18) + "\",{\"id\":\"" + ids.get(19) + "\"}]");
    drop("g.txt.gz", gzip((ids.get(20) + "\r\n" + ids.get(21)).getBytes(UTF_8)));
    drop("g.csv.gz", gzip(("id\r\n" + ids.get(22) + "\r\n").getBytes(UTF_8)));
    drop("g.json.gz", gzip(("[\"" + ids.get(23) + "\"]").getBytes(UTF_8)));
    drop("g.ndjson.gz", gzip(("\"" + ids.get(24) + "\"\n").getBytes(UTF_8)));
    drop("g.jsonl.gz", gzip(("\"" + ids.get(25) + "\"\n").getBytes(UTF_8)));
    drop("UPPER.TXT", ids.get(26));
    drop("crlf.txt", "\ufeff" + ids.get(27) + "\r\n" + ids.get(28) + "\r");
    drop("bom.csv", "\ufeffid\n" + ids.get(29));
    drop("bom.json", "\ufeff[\"" + ids.get(30) + "\"]");
    drop("bom.ndjson", "\ufeff\"" + ids.get(31) + "\"\r\n\"" + ids.get(32) + "\"\r\n");

    for (String name :
        List.of(
            "f.txt",
            "f.csv",
            "first-column.csv",
            "no-header.csv",
            "texts.json",
            "objects.json",
            "task_post.json",
            "tasks_ready.json",
            "lines.ndjson",
            "lines.jsonl",
            "g.txt.gz",
            "g.csv.gz",
            "g.json.gz",
            "g.ndjson.gz",
            "g.jsonl.gz",
            "UPPER.TXT",
            "crlf.txt",
            "bom.csv",
            "bom.json",
            "bom.ndjson")) {
      done(name);
      assertThat(letters(name)).as(name).isEmpty();
    }
    said("task_post.json: 2 delivered, skipped 1 task not created; moved to ");
    said("tasks_ready.json: 1 delivered, skipped 1 task of other endpoints; moved to ");
    said("f.csv: 2 delivered; moved to ");
    List<String> others = List.of(ids.get(12), ids.get(15));
    assertThat(others).noneMatch(out()::hasReceipt);
    List<String> ours = new ArrayList<>(ids);
    ours.removeAll(others);
    delivered(ours);
    assertThat(out().receipt(ids.get(3)).path("source").textValue()).isEqualTo("folder:f.csv:3");
    assertThat(out().receipt(ids.get(1)).path("source").textValue()).isEqualTo("folder:f.txt:4");
  }

  @Test
  void linesThatAreNoIds() throws IOException {
    String good = ids(1).get(0);
    String[] lines = {
      "../../etc/passwd",
      "a?b=c",
      "{{serp.api.password}}",
      "${exchangeId}",
      "${bean:serpGate?method=stop}",
      "http://127.0.0.1:1/",
      good + "/../../x",
      good + "?a=b",
      good.substring(1),
      "g" + good.substring(1),
      "null",
      "\u0007\u001b[31mred",
      "line\u2028separator",
      good.replace('-', '\u2010'),
      "\uff10" + good.substring(1),
    };
    List<String> content = new ArrayList<>(Arrays.asList(lines));
    content.add(good);
    drop("junk.txt", content.toArray(String[]::new));
    done("junk.txt");

    delivered(List.of(good));
    assertThat(letters("junk.txt"))
        .extracting(letter -> letter.path("input").textValue())
        .containsExactlyInAnyOrder(lines);
    assertThat(letters("junk.txt"))
        .allSatisfy(
            letter -> {
              assertThat(letter.path("reason").textValue()).isEqualTo("invalid-id");
              assertThat(letter.path("attempts").intValue()).isZero();
              assertThat(letter.has("task_id")).isFalse();
            })
        .extracting(letter -> letter.path("source").textValue())
        .containsExactlyInAnyOrderElementsOf(
            IntStream.rangeClosed(1, lines.length).mapToObj(n -> "folder:junk.txt:" + n).toList());
    assertThat(api.asked().keySet()).allMatch(id -> id.matches("[0-9a-f-]{36}"));
    assertThat(api.answers("200/40501")).as("malformed ids asked for").isZero();
  }

  @Test
  void aLineOfTenMegabytes() throws IOException {
    List<String> ids = ids(4);
    String long10 = "x".repeat(10 * 1024 * 1024);
    drop("long.txt", ids.get(0), long10, ids.get(1));
    drop("long.csv", "id", ids.get(2), long10, ids.get(3));
    done("long.txt");
    done("long.csv");

    delivered(ids);
    for (String name : List.of("long.txt", "long.csv")) {
      assertThat(letters(name)).hasSize(1);
      assertThat(letters(name).get(0).path("input").textValue()).hasSizeLessThanOrEqualTo(1024);
    }
  }

  @Test
  void filesThatAreBrokenAsAWhole() throws IOException {
    String id = ids(1).get(0);
    byte[] binary = new byte[10_000];
    new Random(1).nextBytes(binary);
    drop("binary.txt", binary);
    drop("utf-16.txt", id.getBytes(UTF_16));
    drop("utf-16-without-mark.csv", id.getBytes(UTF_16LE));
    drop("shape.json", "{\"ids\":[\"" + id + "\"]}");
    drop("number.json", "5");
    drop("page.html", "<html>");
    drop("no-extension", id);
    drop("no-gzip.txt.gz", id);
    drop("ids.xlsx", zip("[Content_Types].xml"));

    assertThat(rejected("binary.txt")).contains("binary");
    assertThat(rejected("utf-16.txt")).contains("UTF-16");
    assertThat(rejected("utf-16-without-mark.csv")).contains("UTF-16");
    assertThat(rejected("shape.json")).contains("JSON without ids");
    assertThat(rejected("number.json")).contains("JSON without ids");
    assertThat(rejected("page.html")).contains("not supported");
    assertThat(rejected("no-extension")).contains("not supported");
    assertThat(rejected("no-gzip.txt.gz")).contains("gzip");
    assertThat(rejected("ids.xlsx")).contains("Excel workbook");
    assertThat(out().hasReceipt(id)).isFalse();
  }

  private static byte[] zip(String entry) throws IOException {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(out)) {
      zip.putNextEntry(new ZipEntry(entry));
    }
    return out.toByteArray();
  }

  @Test
  void idsBeforeABreakAreFinished() throws IOException {
    List<String> ids = new ArrayList<>(ids(3000));
    Collections.shuffle(ids, new Random(1));
    byte[] whole = gzip(String.join("\n", ids).getBytes(UTF_8));
    drop("cut.txt.gz", Arrays.copyOf(whole, whole.length / 10));
    List<String> before = ids(2);
    drop("cut.json", "[\"" + before.get(0) + "\", {\"id\":\"" + before.get(1) + "\"}, \"");

    assertThat(rejected("cut.txt.gz")).startsWith("bad gzip");
    assertThat(rejected("cut.json")).contains("malformed JSON");
    List<String> asked = ids.stream().filter(out()::hasReceipt).toList();
    assertThat(asked).hasSizeBetween(100, 400);
    assertThat(asked).isEqualTo(ids.subList(0, asked.size()));
    delivered(before);
  }

  @Test
  void filesWithoutIds() throws IOException {
    drop("empty.txt", new byte[0]);
    drop("empty.csv", new byte[0]);
    drop("empty.json", new byte[0]);
    drop("empty.txt.gz", new byte[0]);
    drop("no-ids.txt", "", "# nothing", "");
    drop("header-only.csv", "id,name");
    drop("empty-array.json", "[]");
    for (String name :
        List.of(
            "empty.txt",
            "empty.csv",
            "empty.json",
            "empty.txt.gz",
            "no-ids.txt",
            "header-only.csv",
            "empty-array.json")) {
      done(name);
      assertThat(letters(name)).as(name).isEmpty();
    }
  }

  @Test
  void tablesWithoutAColumnOfIds() throws IOException {
    List<String> ids = ids(1);
    drop("other-header.csv", "keyword,rank", ids.get(0) + ",1", "iphone,2");
    drop("no-ids.csv", "순위;rank", "\"iphone\";1");
    done("other-header.csv");
    assertThat(rejected("no-ids.csv")).isEqualTo("no ids found; columns: 순위, rank (separator ;)\n");

    delivered(ids);
    assertThat(letters("no-ids.csv")).isEmpty();
    assertThat(letters("other-header.csv")).hasSize(1);
    assertThat(letters("other-header.csv").get(0).path("source").textValue())
        .isEqualTo("folder:other-header.csv:3");
  }

  /** As a spreadsheet program writes it where a comma is the decimal point. */
  @Test
  void aSpreadsheetOfSemicolons() throws IOException {
    List<String> ids = ids(4);
    drop(
        "과업 목록.csv",
        "\ufeffKeyword;Task ID;Date\r",
        "\"a; b, c\";" + ids.get(0) + ";2026-11-01\r",
        "x;;2026-11-01\r",
        "y;\"" + ids.get(1) + "\";2026-11-01\r",
        ";;\r");
    drop("tabs.tsv", "task_id\tkeyword", ids.get(2) + "\ta");
    drop("receipt.json", "{\"task_id\":\"" + ids.get(3) + "\",\"outcome\":\"delivered\"}");
    done("과업 목록.csv");
    done("tabs.tsv");
    done("receipt.json");
    delivered(ids);
    assertThat(letters("과업 목록.csv")).isEmpty();
    said("과업 목록.csv: 2 delivered, skipped 2 blank cells; moved to .done/");
  }

  @Test
  void namesWithAnyCharacters() throws IOException {
    List<String> names =
        List.of(
            "my ids (1), final; really.txt",
            "$HOME ${exchangeId} {{serp.api.password}}.txt",
            "${bean:serpGate?method=stop}.txt",
            "'quoted' \"twice\" `ls`.txt",
            "üñï-漢字-🙂.txt",
            "100%41+a&b=c#d?e.txt",
            "new\nline.txt",
            "-rf.txt",
            "네이버 순위 (최종).txt",
            "a\\b.txt",
            "b\\..\\..\\c.txt",
            "true.txt",
            "null.txt",
            "x".repeat(240) + ".txt");
    List<String> ids = ids(names.size());
    for (int i = 0; i < names.size(); i++) {
      drop(names.get(i), ids.get(i));
    }
    out().awaitReceipts(ids);
    for (String name : names) {
      eventually().until(() -> !Files.exists(inbox().resolve(name)));
    }
    delivered(ids);
    assertThat(program.isRunning()).isTrue();
    for (int i = 0; i < names.size(); i++) {
      String kept =
          names.get(i).replace('\n', '_').replaceFirst("x{240}", "x".repeat(196)); // 200 bytes
      assertThat(out().receipt(ids.get(i)).path("source").textValue())
          .isEqualTo("folder:" + kept + ":1");
      done(kept);
    }
  }

  @Test
  void anIdThatStandsTwiceInAFileIsAskedForOnce() throws IOException {
    String id = ids(1).get(0);
    drop("twice.txt", id, id.toUpperCase(), "", id);
    done("twice.txt");
    assertThat(api.asked()).containsEntry(id, 1);
  }

  @Test
  void manyInputsOnOneLineHaveTheirDeadLetters() throws IOException {
    String[] inputs = IntStream.range(0, 60).mapToObj(n -> "no id " + n).toArray(String[]::new);
    drop("one-line.json", "[\"" + String.join("\",\"", inputs) + "\"]");
    done("one-line.json");
    assertThat(letters("one-line.json"))
        .extracting(letter -> letter.path("input").textValue())
        .containsExactlyInAnyOrder(inputs);
  }

  @Test
  void whatIsNotYetAFileIsLeftAlone() throws IOException {
    List<String> ids = ids(4);
    drop("slow.txt.part", ids.get(0));
    drop("slow.csv.TMP", ids.get(1));
    drop(".hidden.txt", ids.get(2));
    Files.createDirectories(inbox().resolve("folder.txt"));
    Files.writeString(inbox().resolve("folder.txt/inner.txt"), ids.get(3));
    List<String> after = ids(1);
    drop("after.txt", after.get(0));
    done("after.txt");
    List<String> more = ids(1);
    drop("after-that.txt", more.get(0));
    done("after-that.txt");

    assertThat(ids).noneMatch(out()::hasReceipt);
    assertThat(inbox().resolve("slow.txt.part")).exists();
    Files.move(inbox().resolve("slow.txt.part"), inbox().resolve("slow.txt"));
    done("slow.txt");
    delivered(ids.subList(0, 1));
  }

  @Test
  void aFileThatGrowsIsTakenWhenItStandsStill() throws IOException {
    List<String> ids = ids(2);
    Path file = inbox().resolve("growing.txt");
    Files.writeString(file, ids.get(0) + "\n");
    long twiceTheTimeToSettle = System.nanoTime() + SECONDS.toNanos(2);
    while (System.nanoTime() < twiceTheTimeToSettle) {
      Files.writeString(file, "# goes on\n", StandardOpenOption.APPEND);
    }
    assertThat(out().hasReceipt(ids.get(0))).isFalse();
    Files.writeString(file, ids.get(1) + "\n", StandardOpenOption.APPEND);
    done("growing.txt");
    delivered(ids);
    assertThat(api.asked()).containsEntry(ids.get(0), 1);
  }

  /** A writer that pauses for longer than the file has to stand still loses nothing. */
  @Test
  void aFileThatGrowsWhileItIsWorkedOnIsTakenAgain() throws IOException {
    List<String> ids = ids(2);
    String slow = Ids.failing(500, 1, 0);
    drop("appended.txt", ids.get(0), slow);
    out().awaitReceipts(ids.subList(0, 1));
    Files.writeString(
        inbox().resolve("appended.txt"), ids.get(1) + "\n", StandardOpenOption.APPEND);
    done("appended.txt");
    delivered(List.of(ids.get(0), slow, ids.get(1)));
  }

  /** Somebody drops a new file of the same name while the old one is in work. */
  @Test
  void aFileThatIsReplacedWhileItIsWorkedOnIsTakenAgain() throws IOException {
    List<String> ids = ids(2);
    String slow = Ids.failing(503, 1, 0);
    drop("replaced.txt", ids.get(0), slow);
    out().awaitReceipts(ids.subList(0, 1));
    drop("replaced.txt", ids.get(1));
    done("replaced.txt");
    delivered(List.of(ids.get(0), slow, ids.get(1)));
  }

  @Test
  void aSlowIdHoldsUpNoOtherFile() throws IOException {
    String slow = Ids.failing(502, 1, 0);
    List<String> ids = ids(40);
    drop("slow-id.txt", slow, ids.get(0));
    out().awaitReceipts(ids.subList(0, 1));
    for (int i = 1; i < ids.size(); i++) {
      drop("quick-" + i + ".txt", ids.get(i));
    }
    out().awaitReceipts(ids);
    assertThat(out().hasReceipt(slow)).isFalse();
    assertThat(inbox().resolve("slow-id.txt")).exists();
    done("slow-id.txt");
    delivered(List.of(slow));
  }

  /** With a program of its own, whose calls are so slow that two at once would overlap. */
  @Test
  void theSameIdInTwoFilesIsDoneOneAfterTheOther() throws IOException {
    String id = Ids.good(1);
    Path work = temp.resolve("slow");
    try (StandIn slow = StandIn.start(Map.of("serp.sandbox.latency", "2s"));
        ProgramUnderTest own =
            ProgramUnderTest.in(work)
                .api(slow)
                .file("inbox/same-1.txt", id + "\n")
                .file("inbox/same-2.txt", id + "\n")
                .start()) {
      eventually().until(() -> new OutFolder(work.resolve("inbox/.done")).names("").size() == 2);
      assertThat(slow.asked()).containsExactly(Map.entry(id, 2));
      assertThat(slow.mostInFlight()).isEqualTo(1);
      assertThat(new OutFolder(work.resolve("out")).names("receipts")).hasSize(1);
    }
  }

  @Test
  void aDeliveryReplacesWhatTheIdHadAsASet() throws IOException {
    String id = Ids.failing(0, 1, 40401);
    drop("set-1.txt", id);
    done("set-1.txt");
    assertThat(out().deadLetter(id).path("reason").textValue()).isEqualTo("not-found");
    assertThat(out().receipt(id).path("outcome").textValue()).isEqualTo("dead-lettered");
    plant("other", id);
    plant("organic", id);

    drop("set-2.txt", id);
    done("set-2.txt");
    delivered(List.of(id));
    assertThat(out().deadLetter(id)).isNull();
    assertThat(out().find("other", id)).isNull();
    assertThat(out().find("organic", id).toString()).contains("\"rank_group\"");
  }

  @Test
  void anEmptyDeliveryReplacesToo() throws IOException {
    String id = Ids.failing(40102);
    plant("organic", id);
    plant("paid", id);
    drop("nothing-found.txt", id);
    done("nothing-found.txt");
    assertThat(out().receipt(id).path("outcome").textValue()).isEqualTo("empty");
    assertThat(out().find("organic", id)).isNull();
    assertThat(out().find("paid", id)).isNull();
  }

  @Test
  void aFailedDeliveryRemovesNothing() throws IOException {
    String id = Ids.failing(40403);
    plant("organic", id);
    drop("failed.txt", id);
    done("failed.txt");
    assertThat(out().deadLetter(id).path("reason").textValue()).isEqualTo("expired");
    assertThat(out().find("organic", id)).isNotNull();
  }

  private static void plant(String kind, String id) throws IOException {
    Path file = out().dir().resolve(kind).resolve(id + ".json");
    Files.createDirectories(file.getParent());
    Files.writeString(file, "[\"of an earlier delivery\"]");
  }
}
