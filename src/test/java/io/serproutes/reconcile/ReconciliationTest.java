package io.serproutes.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import io.serproutes.ids.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ReconciliationTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Instant NOW = Instant.now();

  @TempDir Path dir;

  private final Map<String, String> keys = new HashMap<>();
  private final List<JsonNode> asked = new ArrayList<>();
  private final List<Long> pauses = new ArrayList<>();
  private final Deque<String> failures = new ArrayDeque<>(); // HTTP status and body
  private final List<String> rows = new ArrayList<>();
  private HttpServer server;

  @BeforeEach
  void listen() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/v3/serp/id_list", this::answer);
    server.start();
    keys.put("serp.api.base-url", "http://127.0.0.1:" + server.getAddress().getPort());
    keys.put("serp.api.login", "login");
    keys.put("serp.api.password", "password");
    keys.put("serp.files.dir", dir.resolve("out").toString());
    keys.put("serp.folder.inbox", dir.resolve("inbox").toString());
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  private void answer(HttpExchange call) throws IOException {
    JsonNode request = JSON.readTree(call.getRequestBody()).get(0);
    asked.add(request);
    String failure = failures.poll();
    int status = failure == null ? 200 : Integer.parseInt(failure.substring(0, 3));
    String body = failure == null ? page(request) : failure.substring(3);
    byte[] bytes = body.getBytes(UTF_8);
    call.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    call.getResponseBody().write(bytes);
    call.close();
  }

  private String page(JsonNode request) {
    int offset = request.path("offset").intValue();
    int end = Math.min(rows.size(), offset + request.path("limit").intValue());
    List<String> page = rows.subList(Math.min(offset, end), end);
    return "{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result_count\":%s,\"result\":[%s]}]}"
        .formatted(page.size(), String.join(",", page));
  }

  private static TaskId id(int n) {
    return TaskId.of(0xabcd_0000_0000_0000L | n % 3, n);
  }

  private void list(int from, int to) {
    for (int n = from; n < to; n++) {
      rows.add(
          "{\"id\":\"%s\",\"datetime_done\":\"2026-11-26 10:00:00 +00:00\",\"metadata\":{\"se\":\"naver\",\"se_type\":\"organic\"}}"
              .formatted(id(n)));
    }
  }

  private void file(String name, String content) throws IOException {
    Path file = dir.resolve(name);
    Files.createDirectories(file.getParent());
    Files.writeString(file, content);
  }

  private Findings run(boolean feed) throws Exception {
    return new Reconciliation(new Settings(keys::get), time -> pauses.add(time.toSeconds()))
        .run(NOW.minus(Duration.ofHours(24)), NOW, feed);
  }

  private static String text(Findings findings) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    new Report(findings).writeText(out);
    return out.toString(UTF_8);
  }

  @Test
  void countsByOutcomeAndWhatIsMissing() throws Exception {
    list(0, 14);
    list(0, 2); // twice
    rows.add(
        "{\"id\":\"%s\",\"metadata\":{\"se\":\"naver\",\"se_type\":\"organic\"}}"
            .formatted(id(90)));
    rows.add(
        "{\"id\":\"%s\",\"datetime_done\":\"x\",\"metadata\":{\"se\":\"bing\",\"se_type\":\"organic\"}}"
            .formatted(id(91)));
    rows.add(
        "{\"id\":\"x\",\"datetime_done\":\"x\",\"metadata\":{\"se\":\"naver\",\"se_type\":\"organic\"}}");
    file("out/receipts/" + id(0) + ".json", "{\"outcome\":\"delivered\",\"data\":{\"outcome\":7}}");
    file("out/receipts/abcd/" + id(1) + ".json", "{\"outcome\":\"partial\"}");
    file(
        "out/receipts/" + id(2) + ".json",
        "{\"outcome\":\"dead-lettered\",\"reason\":\"not-ready\"}");
    file(
        "out/receipts/" + id(3) + ".json",
        "{\"outcome\":\"dead-lettered\",\"reason\":\"expired\"}");
    file("out/receipts/" + id(4) + ".json", "{\"outcome\":\"delivered\",\"sandbox\":true}");
    file("out/receipts/" + id(5) + ".json", "{\"outc");
    file("out/parked/" + id(6) + ".json", "{}");
    file(
        "out/receipts/" + id(6) + ".json",
        "{\"outcome\":\"dead-lettered\",\"reason\":\"not-ready\"}");
    file("inbox/ids.csv", "id\n" + id(7) + "\n" + id(0) + "\nx\n");
    file("inbox/.hidden.txt", id(8).toString());
    String pipe = dir.resolve("inbox/.tasks-ready-y.txt.part").toString();
    assertThat(new ProcessBuilder("mkfifo", pipe).start().waitFor()).isZero(); // must not be opened
    file("inbox/.tasks-ready-x.txt.part", id(12) + "\n" + id(8).value().substring(1));
    file("inbox/.done/ids.txt", id(8).toString());
    file("inbox/broken.json", "[\"" + id(9) + "\",");
    file(
        "out/receipts/" + id(10) + ".json",
        "{\"outcome\":\"dead-lettered\",\"reason\":\"expired\"}");
    file("out/receipts/abcd/" + id(10) + ".json", "{\"outcome\":\"delivered\"}");
    file("out/receipts/" + id(11) + ".json", "{\"outcome\":\"empty\"}");
    file("out/parked/" + id(11) + ".json", "{}");
    file("out/postbacks/" + id(13) + ".json.gz", "its answer");
    file("out/postbacks/" + id(0) + ".json.gz", "its answer, delivered and not yet removed");

    Findings found = run(false);
    assertThat(found.finished()).isEqualTo(14);
    assertThat(found.delivered()).isEqualTo(Map.of("delivered", 2, "partial", 1, "empty", 1));
    assertThat(found.deadLettered()).isEqualTo(Map.of("not-ready", 1, "expired", 1));
    assertThat(found.count(Findings.INBOX)).isEqualTo(3);
    assertThat(found.count(Findings.PARKED)).isEqualTo(1);
    assertThat(found.count(Findings.POSTED)).isEqualTo(1);
    assertThat(found.missingIds()).containsExactly(id(4), id(5), id(8));
    assertThat(found.missing()).isEqualTo(3);
    assertThat(text(found))
        .contains(
            "to ask again: replay --reason not-ready\n",
            "asking again brings nothing\n",
            "not compared: 1 unfinished task, 1 task of another kind\n",
            "1 listed task without a well-formed id\n")
        .endsWith("missing:\n" + id(4) + "\n" + id(5) + "\n" + id(8) + "\n");

    ByteArrayOutputStream json = new ByteArrayOutputStream();
    new Report(found).writeJson(json);
    JsonNode report = JSON.readTree(json.toByteArray());
    assertThat(report.at("/delivered/partial").intValue()).isEqualTo(1);
    assertThat(report.at("/dead_lettered/expired").intValue()).isEqualTo(1);
    assertThat(report.at("/waiting/inbox").intValue()).isEqualTo(3);
    assertThat(report.at("/waiting/posted").intValue()).isEqualTo(1);
    assertThat(report.at("/missing/2").textValue()).isEqualTo(id(8).value());
    assertThat(report.path("fed_to").isNull()).isTrue();
    assertThat(report.fieldNames())
        .toIterable()
        .containsExactly(
            "engine",
            "from",
            "to",
            "finished",
            "delivered",
            "dead_lettered",
            "waiting",
            "ids_topic_lag",
            "unfinished",
            "other_kinds",
            "malformed",
            "receipts_since",
            "fed_to",
            "missing");
    assertThat(report.path("waiting").fieldNames())
        .toIterable()
        .containsExactly("inbox", "parked", "posted", "topic");
    assertThat(json.toString(UTF_8)).endsWith("]}\n");
  }

  @Test
  void pagesAreAskedSixSecondsApartUntilOneIsNotFull() throws Exception {
    list(0, 2000);
    assertThat(run(false).missing()).isEqualTo(2000);
    assertThat(asked)
        .extracting(one -> one.path("offset").intValue())
        .containsExactly(0, 1000, 2000);
    assertThat(pauses).containsExactly(0L, 6L, 6L);
    assertThat(asked)
        .allMatch(one -> one.path("sort").textValue().equals("asc"))
        .allMatch(one -> one.path("include_metadata").booleanValue())
        .allMatch(one -> one.path("datetime_from").textValue().matches("[-\\d]+ [:\\d]+ \\+00:00"));
  }

  @Test
  void theListIsAskedForInPlainDigitsWhateverTheLocaleOfTheSystem() throws Exception {
    Locale before = Locale.getDefault();
    Locale.setDefault(Locale.forLanguageTag("ar-EG"));
    try {
      list(0, 1);
      assertThat(run(false).missing()).isEqualTo(1);
    } finally {
      Locale.setDefault(before);
    }
    assertThat(asked.get(0).path("limit").intValue()).isEqualTo(1000);
  }

  @Test
  void whatMayPassIsAskedAgain() throws Exception {
    list(0, 1);
    failures.add("200{\"status_code\":40202,\"status_message\":\"Rate limit.\"}");
    failures.add("429");
    failures.add("503");
    failures.add("200{\"status_code\":20000,\"tasks\":[");
    failures.add(
        "200{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result_count\":2,\"result\":[]}]}");
    assertThat(run(false).missing()).isEqualTo(1);
    assertThat(pauses).containsExactly(0L, 6L, 12L, 24L, 48L, 60L);
  }

  @Test
  void whatCannotPassIsToldInALine() {
    fails("401", "the login or the password is rejected (HTTP 401). Set serp.api.login and");
    fails("402", "the account has no money left (HTTP 402). Top it up");
    fails("404", "the host or the path is wrong (HTTP 404). Check serp.api.base-url");
    fails("200{\"status_code\":40200}", "the account has no money left (40200)");
    fails(
        "200{\"status_code\":20000,\"tasks\":[{\"status_code\":40501,\"status_message\":\"Invalid"
            + " Field.\"}]}",
        "/v3/serp/id_list brings no list: 40501 Invalid Field");
    keys.put("serp.retry.max-attempts", "1");
    fails("503", "/v3/serp/id_list brings no list: HTTP 503");
    server.stop(0);
    fails("200", "/v3/serp/id_list brings no list: Connect to http://");
  }

  private void fails(String answer, String words) {
    failures.add(answer);
    assertThatThrownBy(() -> run(false))
        .isInstanceOf(IOException.class)
        .hasMessageContaining(words)
        .hasMessageNotContaining("\n");
  }

  @Test
  void theMissingAreFedWholeAndOnlyThey() throws Exception {
    list(0, 3);
    file("out/receipts/" + id(1) + ".json", "{\"outcome\":\"delivered\"}");
    Findings found = run(true);
    Path fed = Path.of(found.fedTo);
    assertThat(fed.getParent()).isEqualTo(dir.resolve("inbox"));
    assertThat(fed.getFileName().toString()).matches("reconcile-\\d{8}T\\d{9}Z\\.txt");
    assertThat(fed).hasContent(id(0) + "\n" + id(2) + "\n");
    assertThat(text(found)).contains("2 missing ids given to " + fed);
    assertThat(run(true).fedTo).as("they wait now").isNull();
  }

  /** As where the folder is misspelt, or its disk is not mounted: all would be asked for again. */
  @Test
  void withoutAFolderOfReceiptsNothingIsFed() throws Exception {
    list(0, 2);
    Files.createDirectories(dir.resolve("out"));
    assertThatThrownBy(() -> run(true))
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageContaining(dir.resolve("out/receipts").toString())
        .hasMessageContaining("serp.files.dir");
    assertThat(dir.resolve("inbox")).doesNotExist();
    assertThat(run(false).missing()).isEqualTo(2);
  }

  @Test
  void whatItCannotCompareIsRefused() {
    keys.put("serp.to", "endpoints");
    assertThatThrownBy(() -> run(false)).hasMessageContaining("serp.to=endpoints");
    keys.put("serp.to", "files");
    keys.put("serp.api.path", "/v3/serp/naver");
    assertThatThrownBy(() -> run(false)).hasMessageContaining("serp.api.path=/v3/serp/naver is no");
  }
}
