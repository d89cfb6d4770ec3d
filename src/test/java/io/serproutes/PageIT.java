package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.page.RawPage;
import io.serproutes.page.RawPage.Answer;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpClientOptions;
import io.vertx.core.http.HttpClientRequest;
import io.vertx.core.http.HttpClientResponse;
import io.vertx.core.http.HttpVersion;
import io.vertx.core.http.RequestOptions;
import io.vertx.core.net.SocketAddress;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The page's requests, sent byte by byte to the program as its users start it. */
@Execution(ExecutionMode.CONCURRENT)
class PageIT {

  private static final Pattern PAGE =
      Pattern.compile("the page is at http://127\\.0\\.0\\.1:(\\d+)/");
  private static final List<String> READS =
      List.of(
          "/",
          "/page/page.js",
          "/page/page.css",
          "/page/icon.svg",
          "/page/uplot.js",
          "/page/uplot.css",
          "/observe",
          "/observe/status",
          "/observe/history",
          "/observe/dead-letters",
          "/observe/parked",
          "/observe/id?id=" + Ids.ZERO,
          "/observe/results?type=organic&format=jsonl");
  private static final List<String> WRITES =
      List.of(
          "/observe/files?name=a.txt",
          "/observe/ids",
          "/observe/ask-again",
          "/observe/pause",
          "/observe/resume");

  @TempDir Path temp;

  private ProgramUnderTest.Start program() {
    return ProgramUnderTest.in(temp.resolve("work"));
  }

  private static RawPage page(ProgramUnderTest program) {
    program.awaitOutput(PAGE.pattern());
    Matcher found = PAGE.matcher(program.output());
    assertThat(found.find()).isTrue();
    return new RawPage(Integer.parseInt(found.group(1)));
  }

  private List<String> inbox() throws IOException {
    try (Stream<Path> files = Files.list(temp.resolve("work/inbox"))) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> !Set.of(".serp", ".done", ".rejected").contains(name))
          .sorted()
          .toList();
    } catch (NoSuchFileException e) {
      return List.of();
    }
  }

  private static JsonNode status(RawPage page) {
    Answer answer = page.get("/observe/status");
    assertThat(answer.status()).isEqualTo(200);
    return answer.json();
  }

  @Test
  void underAForeignNameNothingIsReadOrDone() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).key("serp.page.hosts", "serp.test").start()) {
      RawPage page = page(program);
      for (String host : List.of("Host: evil.example", "Host: 127.0.0.1.evil.example:80", "X: y")) {
        for (String path : READS) {
          Answer answer = page.send("GET", path, null, host);
          assertThat(answer.status()).as(path).isIn(421, 400); // 400: no Host at all
          assertThat(answer.body()).doesNotContain("\"");
        }
        for (String path : WRITES) {
          Answer answer = page.send("POST", path, Ids.ZERO, host, RawPage.OWN);
          assertThat(answer.status()).as(path).isIn(421, 400);
        }
      }
      assertThat(page.send("GET", "/", null, "Host: evil.example").body())
          .contains("http://127.0.0.1:8084/", "serp.page.hosts");
      for (String host : List.of("127.0.0.1:1", "[::1]", "localhost", "a.localhost", "serp.test")) {
        assertThat(page.send("GET", "/observe/status", null, "Host: " + host).status())
            .isEqualTo(200);
      }
      for (String path : List.of("/observe/health", "/observe/health/live", "/observe/metrics")) {
        assertThat(page.send("GET", path, null, "Host: evil.example").status()).isEqualTo(200);
      }
      assertThat(status(page).path("state").asText()).isEqualTo("idle");
      assertThat(inbox()).isEmpty();
    }
  }

  @Test
  void fromAnotherWebPageNothingIsDone() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      RawPage page = page(program);
      for (String path : WRITES) {
        for (String[] headers :
            new String[][] {
              {"Sec-Fetch-Site: cross-site", RawPage.OWN},
              {"Sec-Fetch-Site: same-site", RawPage.OWN},
              {"Origin: https://evil.example", RawPage.OWN},
              {"Origin: null", RawPage.OWN},
              {"Content-Type: text/plain"} // as a form of another page may send
            }) {
          Answer answer = page.post(path, Ids.ZERO, headers);
          assertThat(answer.status()).as(path + headers[0]).isEqualTo(403);
          assertThat(answer.json().path("error").asText()).endsWith(".");
        }
        assertThat(page.get(path).status()).as(path).isEqualTo(405);
        Answer preflight =
            page.send("OPTIONS", path, null, "Host: localhost", "Origin: https://evil.example");
        assertThat(preflight.status()).isEqualTo(405);
        assertThat(preflight.headers().keySet())
            .noneMatch(name -> name.startsWith("access-control"));
      }
      for (String path : List.of("/observe/status", "/observe/id?id=" + Ids.ZERO)) {
        Answer answer = page.get(path, "Sec-Fetch-Site: cross-site", "Sec-Fetch-Mode: no-cors");
        assertThat(answer.status()).as(path).isEqualTo(403);
      }
      assertThat(status(page).path("state").asText()).isEqualTo("idle");
      assertThat(inbox()).isEmpty();
      assertThat(
              page.post("/observe/ids", Ids.ZERO, RawPage.OWN, "Sec-Fetch-Site: same-origin")
                  .status())
          .isEqualTo(200);
      new OutFolder(temp.resolve("work/out")).awaitReceipts(List.of(Ids.ZERO));
    }
  }

  @Test
  void beyondThisMachineNothingNamesAnIdWithoutTheToken() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).key("serp.server.host", "0.0.0.0").start()) {
      RawPage page = page(program);
      assertThat(program.output())
          .containsPattern("health and metrics at \\S+/observe, also from other machines\n");
      Files.writeString(temp.resolve("work/inbox/secret-name.txt"), Ids.failing(40401) + "\n");
      await().atMost(ProgramUnderTest.PATIENCE).until(() -> status(page).path("done").asInt() == 1);
      for (String path : READS.subList(9, READS.size())) {
        assertThat(page.get(path).status()).as(path).isEqualTo(403);
      }
      for (String path : WRITES) {
        assertThat(page.post(path, Ids.ZERO, RawPage.OWN).status()).as(path).isEqualTo(403);
      }
      assertThat(status(page).path("actions").asText()).isEqualTo("off");
      assertThat(page.get("/observe/status").body())
          .doesNotContain("secret-name", Ids.failing(40401));
      assertThat(page.get("/").status()).isEqualTo(200);
      assertThat(page.get("/observe/history").status()).isEqualTo(200);
    }
  }

  @Test
  void theTokenOpensWhatNamesAnIdAndAppearsNowhere() throws IOException {
    String token = "t0ken-of.the~page";
    String bearer = "Authorization: Bearer " + token;
    Path file = Files.writeString(temp.resolve("token"), token + "\n");
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            program()
                .api(api)
                .key("serp.server.host", "0.0.0.0")
                .environment("SERP_PAGE_TOKEN_FILE", file.toString())
                .start()) {
      RawPage page = page(program);
      for (String wrong : List.of("X: y", bearer + "x", "Authorization: Basic " + token)) {
        for (String path : READS.subList(9, READS.size())) {
          Answer answer = page.get(path, wrong);
          assertThat(answer.status()).as(path).isEqualTo(401);
          assertThat(answer.headers()).containsEntry("www-authenticate", "Bearer");
        }
        for (String path : WRITES) {
          assertThat(page.post(path, Ids.ZERO, RawPage.OWN, wrong).status()).isEqualTo(401);
        }
        assertThat(page.post("/observe/results/ticket", "", RawPage.OWN, wrong).status())
            .isEqualTo(401);
      }
      assertThat(status(page).path("actions").asText()).isEqualTo("token");
      assertThat(inbox()).isEmpty();

      assertThat(page.post("/observe/ids", Ids.ZERO, RawPage.OWN, bearer).status()).isEqualTo(200);
      new OutFolder(temp.resolve("work/out")).awaitReceipts(List.of(Ids.ZERO));
      assertThat(page.get("/observe/id?id=" + Ids.ZERO, bearer).json().path("outcome").asText())
          .isEqualTo("delivered");
      assertThat(page.get("/observe/status", bearer).json().path("sources").get(0).path("files"))
          .hasSize(1);
      String ticket =
          page.post("/observe/results/ticket", "", RawPage.OWN, bearer)
              .json()
              .path("ticket")
              .asText();
      String download = "/observe/results?type=organic&format=jsonl&ticket=" + ticket;
      Answer first = page.get(download);
      assertThat(first.status()).isEqualTo(200);
      assertThat(first.body().lines()).isNotEmpty().allMatch(line -> line.contains(Ids.ZERO));
      assertThat(page.get(download).status()).as("a ticket counts once").isEqualTo(401);
      for (String path : READS) {
        assertThat(page.get(path, bearer).body()).as(path).doesNotContain(token);
      }
      assertThat(page.get("/observe/metrics").body()).doesNotContain(token);
      assertThat(program.output()).doesNotContain(token);
    }
  }

  /** There it is the pseudo-header {@code :authority}, at once or after an upgrade. */
  @Test
  void theHostOfHttp2IsCheckedToo() throws Exception {
    Vertx vertx = Vertx.vertx();
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      RawPage page = page(program);
      assertThat(status(page).path("state").asText()).isEqualTo("idle");
      SocketAddress address = SocketAddress.inetSocketAddress(page.port(), "127.0.0.1");
      for (boolean isUpgraded : new boolean[] {false, true}) {
        HttpClient client =
            vertx.createHttpClient(
                new HttpClientOptions()
                    .setProtocolVersion(HttpVersion.HTTP_2)
                    .setHttp2ClearTextUpgrade(isUpgraded));
        // twice each: an upgrade is asked for over HTTP/1.1, and what follows is all HTTP/2
        for (String host : List.of("localhost", "evil.example", "localhost", "evil.example")) {
          HttpClientResponse answer =
              client
                  .request(
                      new RequestOptions()
                          .setServer(address)
                          .setHost(host)
                          .setURI("/observe/status"))
                  .compose(HttpClientRequest::send)
                  .toCompletionStage()
                  .toCompletableFuture()
                  .get(1, TimeUnit.MINUTES);
          assertThat(answer.version()).isEqualTo(HttpVersion.HTTP_2);
          assertThat(answer.statusCode()).as(host).isEqualTo(host.equals("localhost") ? 200 : 421);
        }
      }
    } finally {
      vertx.close();
    }
  }

  @Test
  void noPathLeavesTheListOfPaths() {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            program().api(api).configFile("serp.not-ready.delay=59s").start()) {
      RawPage page = page(program);
      for (String path :
          List.of(
              "/config/application.properties",
              "/../config/application.properties",
              "/page/../config/application.properties",
              "/page/..%2fconfig%2fapplication.properties",
              "/page/%2e%2e/config/application.properties",
              "/page/..\\config\\application.properties",
              "/page//config/application.properties",
              "/page/%252e%252e/config/application.properties",
              "//config/application.properties",
              "/page/",
              "/page/index.html",
              "/page/page.js/",
              "/page/page.js%00.html",
              "/page/io/serproutes/page/Page.class",
              "/serp-routes/application.properties",
              "/META-INF/MANIFEST.MF",
              "/observe/files",
              "/observe/status/x",
              "/out/.from-sandbox")) {
        Answer answer = page.get(path);
        assertThat(answer.status()).as(path).isIn(400, 404, 405);
        assertThat(answer.body()).doesNotContain("59s", "serp.api", "Manifest");
      }
      String names = "../../x.txt\n/etc/cron.d/x.txt\n..%2f..%2fx.txt\n.serp%2fx.txt\n.x.txt";
      for (String name : names.lines().toList()) {
        Answer answer = page.post("/observe/files?name=" + name, "# no ids\n", RawPage.OWN);
        assertThat(answer.status()).as(name).isEqualTo(200);
        assertThat(answer.json().path("to").asText()).startsWith("_").doesNotContain("/");
      }
      assertThat(temp.resolve("x.txt")).doesNotExist();
      assertThat(temp.resolve("work/x.txt")).doesNotExist();
      for (String name : List.of("a", "a.xlsx", "a.txt.part", ".txt", "..", "a.txt%2f", "")) {
        Answer answer = page.post("/observe/files?name=" + name, "x", RawPage.OWN);
        assertThat(answer.status()).as(name).isIn(400, 415);
      }
    }
  }

  @Test
  void aMalformedRequestIsRefusedAndNoErrorOfTheProgram() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start();
        Socket unanswered = page(program).begin("GET / HTTP/1.1\r\nHost: x%00.y\r\n\r\n")) {
      RawPage page = page(program);
      for (String path : List.of("/%zz", "*", "?x", "/observe/history?after=%zz")) {
        assertThat(page.get(path).status()).as(path).isIn(400, 404);
      }
      assertThat(page.post("/observe/files?name=%zz", "x", RawPage.OWN).status()).isEqualTo(400);
      assertThat(page.send("GET", "/", null, "Host: user@localhost").status()).isEqualTo(400);
      assertThat(page.send("GET", "/", null).status()).isEqualTo(400);
      assertThat(status(page).path("state").asText()).isEqualTo("idle");
      assertThat(program.output()).doesNotContain("ERROR", "WARN");
    }
  }

  @Test
  void whatComesFromOutsideIsTextInJson() throws IOException {
    String markup = "<img src=x onerror=alert(1)>";
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      RawPage page = page(program);
      String name = "%3Cimg%20src=x%20onerror=alert(1)%3E%0A%1B%5B31m.txt";
      assertThat(
              page.post("/observe/files?name=" + name, markup + "\u001b[31m\u0007\n", RawPage.OWN)
                  .status())
          .isEqualTo(200);
      await().atMost(ProgramUnderTest.PATIENCE).until(() -> status(page).path("done").asInt() == 1);
      Answer pasted = page.post("/observe/ids", markup + "\u0000 " + Ids.ZERO, RawPage.OWN);
      assertThat(pasted.json().path("not_ids")).isNotEmpty();
      for (String path : READS.subList(7, 11)) {
        Answer answer = page.get(path);
        assertThat(answer.headers())
            .containsEntry("content-type", "application/json; charset=utf-8")
            .containsEntry("x-content-type-options", "nosniff")
            .containsEntry("content-security-policy", "default-src 'self'; frame-ancestors 'none'");
        assertThat(answer.body()).as(path).matches("(?s)\\P{Cntrl}*");
        assertThat(answer.headers().keySet()).noneMatch(h -> h.startsWith("access-control"));
      }
      JsonNode letter = page.get("/observe/dead-letters").json().path("rows").get(0);
      assertThat(letter.path("input").asText()).startsWith(markup);
      assertThat(letter.path("source").asText()).contains("<img src=x onerror=alert(1)>__[31m.txt");
      assertThat(page.get("/observe/status").body()).contains("<img src=x");
      assertThat(program.output()).doesNotContain("\u001b", "\u0007");
      for (String bad : List.of("id=%3Cscript%3E", "id=", "x=y", "id=../../x")) {
        assertThat(page.get("/observe/id?" + bad).status()).isEqualTo(400);
      }
      for (String body :
          List.of(
              "",
              "[]",
              "{",
              "{}",
              "{\"ids\":[]}",
              "{\"ids\":[\"x\"]}",
              "{\"reason\":\"x\"}",
              "{\"reason\":\"expired\"}",
              "{\"ids\":[\"" + Ids.ZERO + "\"],\"reason\":\"not-ready\"}",
              "[".repeat(5000))) {
        assertThat(page.post("/observe/ask-again", body, RawPage.OWN).status())
            .as(body)
            .isEqualTo(400);
      }
    }
  }

  @Test
  void anUploadThatIsCutOffLeavesNothing() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      RawPage page = page(program);
      Socket cut = page.begin(page.head("cut.txt", 1000) + Ids.good(1) + "\n");
      Socket slow = page.begin(page.head("slow.txt", 1000) + Ids.good(2) + "\n");
      await().atMost(ProgramUnderTest.PATIENCE).until(this::inbox, names -> names.size() == 2);
      cut.setSoLinger(true, 0);
      cut.close();
      await("the part of the slow one alone")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(
              this::inbox, names -> names.size() == 1 && names.get(0).matches("\\.page-.*\\.part"));
      program.kill();
      slow.close();
      assertThat(inbox()).hasSize(1);
    }
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      page(program);
      assertThat(inbox()).isEmpty();
      assertThat(api.calls()).isZero();
    }
  }

  @Test
  void anUploadThatDoesNotFitLeavesNothing() throws IOException {
    Path inbox = Files.createDirectories(temp.resolve("work/inbox"));
    try (TinyDisk disk = TinyDisk.mount(inbox, 512);
        StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      RawPage page = page(program);
      String large = (Ids.good(1) + "\n").repeat(30_000); // 1.1 MB
      Answer announced = page.post("/observe/files?name=a.txt", large, RawPage.OWN);
      assertThat(announced.status()).isEqualTo(507);
      assertThat(announced.json().path("error").asText()).contains("no room");
      byte[] head =
          ("POST /observe/files?name=b.txt HTTP/1.1\r\nHost: localhost\r\n"
                  + RawPage.OWN
                  + "\r\nTransfer-Encoding: chunked\r\nConnection: close\r\n\r\n"
                  + Integer.toHexString(large.length())
                  + "\r\n")
              .getBytes(UTF_8);
      byte[] end = "\r\n0\r\n\r\n".getBytes(UTF_8);
      Answer chunked = page.exchange(List.of(head, large.getBytes(UTF_8), end));
      assertThat(chunked.status()).isEqualTo(507);
      await().atMost(ProgramUnderTest.PATIENCE).until(this::inbox, List::isEmpty);
      assertThat(page.post("/observe/files?name=c.txt", Ids.good(3) + "\n", RawPage.OWN).status())
          .isEqualTo(200);
      new OutFolder(temp.resolve("work/out")).awaitReceipts(List.of(Ids.good(3)));
      assertThat(page.post("/observe/ids", " ".repeat((1 << 20) + 1), RawPage.OWN).status())
          .isEqualTo(413);
      Answer tooLarge = page.exchange(List.of(page.head("d.txt", (1L << 30) + 1).getBytes(UTF_8)));
      assertThat(tooLarge.status()).isEqualTo(413);
      assertThat(status(page).path("state").asText()).isEqualTo("idle");
    }
  }

  @Test
  void aLargeFileComesThroughWhole() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).jvm("-Xmx96m").start()) {
      RawPage page = page(program);
      StringBuilder large = new StringBuilder();
      for (int i = 0; i < 100_000; i++) {
        large.append("# a comment that makes the file a large one ").append(i).append('\n');
      }
      large.append(Ids.good(1)).append('\n');
      Answer answer = page.post("/observe/files?name=large.txt", large.toString(), RawPage.OWN);
      assertThat(answer.status()).isEqualTo(200);
      new OutFolder(temp.resolve("work/out")).awaitReceipts(List.of(Ids.good(1)));
      Path done = temp.resolve("work/inbox/.done");
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> Files.isDirectory(done) && inbox().isEmpty());
      try (Stream<Path> files = Files.list(done)) {
        assertThat(files.toList())
            .singleElement()
            .satisfies(file -> assertThat(file).hasContent(large.toString()));
      }
    }
  }

  @Test
  void theLookUpHoldsOfALargeItemOnlyWhatItShows() throws IOException {
    Path organic = Files.createDirectories(temp.resolve("work/out/organic"));
    String large = "{\"a\":1},".repeat(1_900_000); // 15 MB
    Files.writeString(
        organic.resolve(Ids.good(1) + ".json"),
        "[1,[2],{\"x\":[" + large + "3],\"rank_group\":4,\"title\":\"t\",\"url\":{}}]");
    String title = "t".repeat(2 << 20);
    Files.writeString(organic.resolve(Ids.good(2) + ".json"), "[{\"title\":\"" + title + "\"}]");
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).jvm("-Xmx96m").start()) {
      RawPage page = page(program);
      JsonNode found = page.get("/observe/id?id=" + Ids.good(1)).json();
      assertThat(found.path("problems")).isEmpty();
      assertThat(found.path("items")).hasSize(3);
      assertThat(found.path("items").get(0).path("title").isNull()).isTrue();
      JsonNode item = found.path("items").get(2);
      assertThat(item.path("rank_group").asInt()).isEqualTo(4);
      assertThat(item.path("title").asText()).isEqualTo("t");
      assertThat(item.path("url").isNull()).isTrue();
      JsonNode cut = page.get("/observe/id?id=" + Ids.good(2)).json();
      assertThat(cut.path("problems").get(0).asText()).contains("cannot be read");
    }
  }

  @Test
  void manyBodiesAtOnceTakeNoMoreMemoryThanAFew() throws Exception {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).jvm("-Xmx96m").start()) {
      RawPage page = page(program);
      String body = (Ids.ZERO + "\n").repeat(28_000); // 1 MB
      String head =
          "POST /observe/ids HTTP/1.1\r\nHost: localhost\r\nConnection: close\r\n"
              + (RawPage.OWN + "\r\nContent-Length: " + body.length() + "\r\n\r\n");
      List<Socket> clients = new ArrayList<>();
      for (int i = 0; i < 100; i++) {
        try {
          clients.add(page.begin(head + body.substring(1)));
        } catch (UncheckedIOException e) {
          // it is refused and closed before all was written
        }
      }
      assertThat(status(page).path("state").asText()).isEqualTo("idle");
      assertThat(page.post("/observe/ids", Ids.ZERO, RawPage.OWN).status()).isEqualTo(503);
      for (Socket client : clients) {
        client.close();
      }
      await("a place for another") // none that was cut off keeps one
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> page.post("/observe/ids", body, RawPage.OWN).status() == 200);
    }
  }

  @Test
  void pausedItTakesNoIdAndMakesNoCallUntilItIsResumed() throws IOException {
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    List<String> ids = Ids.good(1, 201);
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            program().api(api).key("serp.api.calls-per-minute", "600").start()) {
      RawPage page = page(program);
      Files.write(temp.resolve("work/inbox/before.txt"), ids);
      await().atMost(ProgramUnderTest.PATIENCE).until(() -> api.calls() > 3);
      Answer answer = page.post("/observe/pause", "", RawPage.OWN);
      assertThat(answer.json().path("state").asText()).isEqualTo("paused");
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> status(page).path("in_flight").asInt() == 0);
      int calls = api.calls();
      Files.writeString(temp.resolve("work/inbox/after.txt"), Ids.good(300) + "\n");
      await()
          .during(Duration.ofSeconds(3))
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> api.calls() == calls);
      JsonNode status = status(page);
      assertThat(status.path("state").asText()).isEqualTo("paused");
      assertThat(status.at("/sources/0/files"))
          .extracting(file -> file.path("name").asText() + " " + file.path("state").asText())
          .containsExactly("after.txt waiting", "before.txt in-work");
      assertThat(status.path("banner").asText())
          .startsWith("Paused at ")
          .containsPattern(" [1-9]\\d* ids? (is|are) kept\\. Resume");
      assertThat(status.path("done").asInt()).isLessThan(200);
      assertThat(page.get("/observe/health/ready").status()).isEqualTo(200);
      assertThat(page.get("/observe/health/live").status()).isEqualTo(200);
      assertThat(program.output()).containsPattern("WARN +serp-routes - Paused at ");
      assertThat(out.hasReceipt(Ids.good(300))).isFalse();

      assertThat(page.post("/observe/resume", "", RawPage.OWN).json().path("state").asText())
          .isEqualTo("working");
      out.awaitReceipts(ids);
      out.awaitReceipts(List.of(Ids.good(300)));
      assertThat(api.asked().values()).allMatch(times -> times == 1);
      assertThat(program.output()).contains("Resumed by the page: ");
    }
  }

  @Test
  void pausedItStopsAtOnceAndAStartGoesOn() throws IOException {
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    List<String> ids = Ids.good(1, 101);
    try (StandIn api = StandIn.start()) {
      try (ProgramUnderTest program =
          program().api(api).key("serp.api.calls-per-minute", "600").start()) {
        RawPage page = page(program);
        Files.write(temp.resolve("work/inbox/ids.txt"), ids);
        await().atMost(ProgramUnderTest.PATIENCE).until(() -> api.calls() > 3);
        page.post("/observe/pause", "", RawPage.OWN);
        program.terminate();
        assertThat(program.exitCode(Duration.ofSeconds(30))).isZero();
      }
      try (ProgramUnderTest program = program().api(api).start()) {
        out.awaitReceipts(ids);
        assertThat(status(page(program)).path("state").asText()).isIn("idle", "working");
      }
    }
  }

  @Test
  void deadLettersFromBeforeTheStartAreShownAndAskedAgain() throws IOException {
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    String later = Ids.failing(0, 1, 50000);
    List<String> never = List.of(Ids.failing(40401), Ids.failing(40403));
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).key("serp.retry.max-attempts", "1").start()) {
      RawPage page = page(program);
      List<String> all = new ArrayList<>(never);
      all.add(later);
      Files.write(temp.resolve("work/inbox/ids.txt"), all);
      out.awaitReceipts(all);
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(this::inbox, List::isEmpty); // none comes again
    }
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      RawPage page = page(program);
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> page.get("/observe/dead-letters").json().path("rows").size() == 3);
      JsonNode rows =
          page.get("/observe/dead-letters?reason=retries-exhausted").json().path("rows");
      assertThat(rows).hasSize(1);
      assertThat(rows.get(0).path("id").asText()).isEqualTo(later);
      String body = "{\"reason\":\"retries-exhausted\"}";
      Answer again = page.post("/observe/ask-again", body, RawPage.OWN);
      assertThat(again.json().path("ids").asInt()).as(again.body()).isOne();
      await().atMost(ProgramUnderTest.PATIENCE).until(() -> out.deadLetter(later) == null);
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> page.get("/observe/dead-letters").json().path("rows").size() == 2);
      assertThat(page.post("/observe/ask-again", body, RawPage.OWN).status()).isEqualTo(409);
    }
  }

  @Test
  void parkedIdsAreListedInTheOrderInWhichTheyAreDue() throws IOException {
    String later = Ids.failing(0, 0, 40602);
    String sooner = Ids.failing(0, 0, 40601);
    Path parked = Files.createDirectories(temp.resolve("work/out/parked"));
    Instant now = Instant.now().truncatedTo(ChronoUnit.MILLIS);
    Files.writeString(parked.resolve(later + ".json"), parked(later, now, 90));
    Files.writeString(parked.resolve(sooner + ".json"), parked(sooner, now, 60));
    Files.writeString(parked.resolve(Ids.ZERO + ".json"), "no record");
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = program().api(api).start()) {
      RawPage page = page(program);
      new OutFolder(temp.resolve("work/out")).awaitReceipts(List.of(Ids.ZERO)); // asked at once
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> page.get("/observe/parked").json().path("parked").asInt() == 2);
      JsonNode rows = page.get("/observe/parked").json().path("rows");
      assertThat(rows.findValuesAsText("id")).containsExactly(sooner, later);
      assertThat(rows.get(0).path("first_asked_at").asText())
          .isEqualTo(Times.record(now.minusSeconds(100)));
      assertThat(rows.get(0).path("asks").asInt()).isEqualTo(2);
      assertThat(rows.get(0).path("source").asText()).isEqualTo("folder:ids.txt:17");
      Instant due = Instant.parse(rows.get(0).path("due_at").asText());
      assertThat(due).isBetween(now.plusSeconds(50), now.plusSeconds(62));
    }
  }

  private static String parked(String id, Instant now, int dueSeconds) {
    return """
        {"task_id":"%s","outcome":"parked","status_code":40602,"source":"folder:ids.txt:17",
         "first_asked_at":"%s","due_at":"%s","asks":2,"attempts":2}
        """
        .formatted(id, now.minusSeconds(100), now.plusSeconds(dueSeconds));
  }

  /** The working folder holds what the keys name and nothing that a library leaves there. */
  @Test
  void theStatusIsAsDocumentedAndNothingElseAppears() throws IOException {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            program()
                .api(api)
                .key("serp.from", "folder,tasks-ready,webhooks")
                .key("serp.webhooks.port", "0")
                .key("serp.webhooks.token", "t0ken-0f-tests_and.n0thing~else")
                .start()) {
      RawPage page = page(program);
      page.post("/observe/files?name=a.txt", Ids.good(1) + "\n", RawPage.OWN);
      page.post("/observe/files?name=b.json", "[", RawPage.OWN);
      Files.createSymbolicLink(temp.resolve("work/inbox/link.txt"), temp.resolve("nowhere"));
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .until(
              () -> {
                JsonNode folder = status(page).path("sources").get(0);
                return folder.path("files").size() == 2 && folder.path("notices").size() == 1;
              });
      String docs = Files.readString(Path.of("src/docs/page.md"));
      JsonNode status = status(page);
      assertThat(names(status)).isEqualTo(members(docs, "### Status", "An object in `sources`"));
      for (JsonNode source : status.path("sources")) {
        String kind = source.path("kind").asText();
        String row =
            docs.lines().filter(l -> l.startsWith("| `" + kind + "` |")).findFirst().orElseThrow();
        Set<String> documented =
            Pattern.compile("`([a-z_]+)`: ")
                .matcher(row)
                .results()
                .map(m -> m.group(1))
                .collect(Collectors.toCollection(TreeSet::new));
        documented.add("kind");
        assertThat(names(source)).as(kind).isEqualTo(documented);
      }
      assertThat(status.path("sources")).hasSize(3);
      for (JsonNode file : status.path("sources").get(0).path("files")) {
        assertThat(names(file))
            .isEqualTo(members(docs, "`files`: while it is paused", "### History"));
      }
      assertThat(names(page.get("/observe/history").json()))
          .isEqualTo(members(docs, "### History", "### Dead letters"));
      Files.delete(temp.resolve("work/inbox/link.txt"));
      try (Stream<Path> files = Files.list(temp.resolve("work"))) {
        assertThat(files.map(file -> file.getFileName().toString()))
            .containsExactlyInAnyOrder("inbox", "out");
      }
    }
  }

  private static Set<String> names(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The members that the tables between two texts name in their first column. */
  private static Set<String> members(String docs, String from, String to) {
    int start = docs.indexOf(from);
    String part = docs.substring(start, docs.indexOf(to, start));
    Set<String> members = new TreeSet<>();
    for (String line : part.lines().filter(l -> l.startsWith("| `")).toList()) {
      Pattern.compile("`([a-z_]+)`")
          .matcher(line.split("\\|")[1])
          .results()
          .map((MatchResult m) -> m.group(1))
          .forEach(members::add);
    }
    return members;
  }
}
