package io.serproutes;

import static io.serproutes.Packed.gzip;
import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.ProgramUnderTest.Start;
import io.serproutes.feed.ReadyApi;
import io.serproutes.feed.webhooks.RawCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Answers that the vendor posts, delivered as they are. */
@Execution(ExecutionMode.CONCURRENT)
class PostbacksIT {

  private static final String TOKEN = ReadyApi.SECRET;
  private static final int MIB = 1 << 20;

  @TempDir Path temp;

  @AutoClose private final ReadyApi api = new ReadyApi();

  @AutoClose("shutdownNow")
  private final ExecutorService callers = Executors.newFixedThreadPool(16);

  private Start program() {
    return ProgramUnderTest.in(temp.resolve("work"))
        .webhooks()
        .key("serp.webhooks.postback", "body");
  }

  private Start onApi() {
    return program().api(api).key("serp.api.calls-per-minute", "60000");
  }

  private OutFolder out() {
    return new OutFolder(temp.resolve("work/out"));
  }

  private Path postbacks() {
    return temp.resolve("work/out/postbacks");
  }

  private List<String> waiting() throws IOException {
    return names().filter(name -> !name.startsWith(".")).toList();
  }

  private Stream<String> names() throws IOException {
    try (Stream<Path> files = Files.list(postbacks())) {
      return files.map(file -> file.getFileName().toString()).toList().stream();
    }
  }

  private void awaitNoneWaiting() {
    await("no answer waits").atMost(ProgramUnderTest.PATIENCE).until(() -> waiting().isEmpty());
  }

  /** What the vendor posts; it repeats the URLs of the task. */
  private static String answer(String id) {
    String url = "https://h.example:8443/%s?token=" + TOKEN + "&id=$id&tag=$tag";
    return ("{'version':'0.1','status_code':20000,'tasks':[{'id':'%s','status_code':20000,"
            + "'path':['v3','serp','naver','organic','task_get','regular','%s'],"
            + "'data':{'api':'serp','function':'task_get','se':'naver','se_type':'organic',"
            + "'keyword':'\uc11c\uc6b8','tag':'a','pingback_url':'%s','postback_url':'%s',"
            + "'postback_data':'regular'},'result':[{'keyword':'\uc11c\uc6b8','items_count':3,"
            + "'items':[{'type':'organic','rank_absolute':1},{'type':'paid','rank_absolute':2},"
            + "{'type':'organic','rank_absolute':3}]}]}]}")
        .formatted(id, id, url.formatted("pingback"), url.formatted("postback"))
        .replace('\'', '"');
  }

  private static String head(String id, long length, String... headers) {
    return "POST /postback?token="
        + TOKEN
        + "&id="
        + id
        + "&tag=$tag HTTP/1.1\r\nHost: x\r\nContent-Length: "
        + length
        + "\r\n"
        + String.join("", headers)
        + "\r\n";
  }

  private static int post(int port, String id, byte[] body, String... headers) {
    try (RawCall call = new RawCall(port)) {
      call.send(head(id, body.length, headers));
      try {
        call.send(body);
      } catch (UncheckedIOException e) {
        // refused while it sends
      }
      return RawCall.statusOf(call.answer());
    }
  }

  private static int post(int port, String id) {
    return post(port, id, gzip(answer(id)), "Content-Encoding: gzip\r\n");
  }

  private void assertDelivered(String id) {
    JsonNode receipt = out().receipt(id);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("source").textValue()).isEqualTo("postback");
    assertThat(receipt.path("attempts").intValue()).isZero();
    assertThat(receipt.has("http_status")).isFalse();
    assertThat(receipt.at("/data/pingback_url").textValue()).isEqualTo("https://h.example:8443");
    assertThat(out().find("organic", id)).hasSize(2);
    assertThat(out().find("paid", id)).hasSize(1);
  }

  private void assertNoFileHoldsTheToken() throws IOException {
    try (Stream<Path> files = Files.walk(temp.resolve("work/out")).filter(Files::isRegularFile)) {
      assertThat(files)
          .isNotEmpty()
          .allSatisfy(file -> assertThat(Files.readString(file, ISO_8859_1)).doesNotContain(TOKEN));
    }
  }

  /** The whole way without an account, and without a trace of the token. */
  @ParameterizedTest
  @ValueSource(strings = {"info", "trace"})
  void aPostedTaskIsDeliveredByItsPostback(String level) throws Exception {
    int sandbox = ProgramUnderTest.freePort();
    String levels = Files.readString(Path.of("config/log4j2.properties"));
    Start start =
        program()
            .key("serp.sandbox.port", Integer.toString(sandbox))
            .key("serp.sandbox.turnaround", "1s")
            .file(
                "config/log4j2.properties",
                levels.replaceAll("(?m)^(\\S+\\.level) = .*$", "$1 = " + level));
    try (ProgramUnderTest program = start.start().awaitStart()) {
      program.awaitOutput("; postbacks: body");
      String url =
          "http://127.0.0.1:" + program.webhooksPort() + "/postback?token=" + TOKEN + "&id=$id";
      String task =
          "{'keyword':'\uc5ec\uad8c','postback_url':'%s','postback_data':'%s'}".replace('\'', '"');
      String tasks = "[" + task.formatted(url, "regular") + "," + task.formatted(url, "advanced");
      JsonNode posted = new ObjectMapper().readTree(postTasks(sandbox, tasks + "]"));
      String id = posted.at("/tasks/0/id").textValue();
      String advanced = posted.at("/tasks/1/id").textValue();
      out().awaitReceipts(List.of(id, advanced));
      JsonNode receipt = out().receipt(id);
      assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
      assertThat(receipt.path("source").textValue()).isEqualTo("postback");
      assertThat(receipt.path("attempts").intValue()).isZero();
      assertThat(out().find("organic", id)).isNotEmpty();
      assertThat(out().deadLetter(advanced).path("reason").textValue()).isEqualTo("wrong-endpoint");
      awaitNoneWaiting();
      assertThat(program.observe("/metrics").body())
          .contains("serp_webhooks_calls_total{answer=\"200\",kind=\"postback\"} 2.0")
          .doesNotContain(TOKEN);
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).doesNotContain(TOKEN);
    }
    assertNoFileHoldsTheToken();
  }

  private static String postTasks(int port, String tasks) throws Exception {
    URI uri = URI.create("http://127.0.0.1:" + port + "/v3/serp/naver/organic/task_post");
    String credentials = Base64.getEncoder().encodeToString("sandbox:sandbox".getBytes(UTF_8));
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Basic " + credentials)
            .header("Content-Type", "application/json")
            .POST(ofString(tasks))
            .build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  @Test
  void whatComesIsTakenForWhatItIs() throws Exception {
    List<String> ids = Ids.good(0, 12);
    api.finish(ids);
    try (ProgramUnderTest program = onApi().key("serp.api.max-response-size", "20MiB").start()) {
      int port = program.webhooksPort();
      List<String> answered = ids.subList(0, 3);
      assertThat(post(port, ids.get(0))).as("gzip that says so").isEqualTo(200);
      assertThat(post(port, ids.get(1), gzip(answer(ids.get(1))))).as("just gzip").isEqualTo(200);
      byte[] plain = answer(ids.get(2)).getBytes(UTF_8);
      assertThat(post(port, ids.get(2), plain, "Content-Encoding: gzip\r\n"))
          .as("plain that says gzip")
          .isEqualTo(200);

      List<String> fetched = ids.subList(3, 7);
      byte[] whole = gzip(answer(ids.get(3)));
      assertThat(post(port, ids.get(3), Arrays.copyOf(whole, whole.length - 20))).isEqualTo(200);
      assertThat(post(port, ids.get(4), "<html>".getBytes(UTF_8))).isEqualTo(200);
      assertThat(post(port, ids.get(5), new byte[0])).isEqualTo(200);
      String refused = answer(ids.get(6)).replace("\"status_code\":20000", "\"status_code\":40200");
      assertThat(post(port, ids.get(6), gzip(refused))).as("account").isEqualTo(200);

      List<String> strangers = ids.subList(7, 9);
      assertThat(post(port, ids.get(7), gzip(answer(Ids.good(99))))).as("other id").isEqualTo(200);
      String google = answer(ids.get(8)).replace("\"naver\"", "\"google\"");
      assertThat(post(port, ids.get(8), gzip(google))).as("other engine").isEqualTo(200);

      long before = System.nanoTime();
      byte[] bomb = gzip(new byte[MIB], 512);
      long packed = System.nanoTime();
      assertThat(post(port, ids.get(9), bomb)).as("512 MiB unpacked").isEqualTo(413);
      System.out.printf(
          "bomb of %d bytes: refused in %d ms (packed in %d ms)%n",
          bomb.length, (System.nanoTime() - packed) / 1_000_000, (packed - before) / 1_000_000);
      assertThat(post(port, ids.get(10), new byte[17 * MIB])).as("as sent").isEqualTo(413);
      assertThat(RawCall.status(port, "POST", "/postback?token=wrong&id=" + ids.get(11)))
          .isEqualTo(404);

      out().awaitReceipts(ids.subList(0, 9));
      answered.forEach(this::assertDelivered);
      for (String id : fetched) {
        JsonNode receipt = out().receipt(id);
        assertThat(receipt.path("outcome").textValue()).as(id).isEqualTo("delivered");
        assertThat(receipt.path("source").textValue()).startsWith("folder:webhooks-");
        assertThat(receipt.path("attempts").intValue()).isOne();
      }
      for (String id : strangers) {
        assertThat(out().receipt(id).path("reason").textValue()).isEqualTo("wrong-endpoint");
        assertThat(out().deadLetter(id).path("source").textValue()).isEqualTo("postback");
      }
      awaitNoneWaiting();
      assertThat(api.asked()).containsOnlyKeys(fetched);
      assertThat(post(port, ids.get(0))).as("a repeat").isEqualTo(200);
      assertThat(waiting()).isEmpty();
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).doesNotContain(TOKEN).doesNotContain("Halted");
    }
    assertNoFileHoldsTheToken();
  }

  /** Between keeping and answering, wherever that is. */
  @Test
  void nothingThatWasAnsweredWith200IsLostByAKill() throws Exception {
    Set<String> answered = new ConcurrentSkipListSet<>();
    AtomicInteger next = new AtomicInteger();
    for (int kill = 1; kill <= 3; kill++) {
      try (ProgramUnderTest program = onApi().start()) {
        int port = program.webhooksPort();
        AtomicBoolean over = new AtomicBoolean();
        List<Future<?>> calls = new ArrayList<>();
        for (int i = 0; i < 16; i++) {
          calls.add(callers.submit(() -> postUntil(over, port, next, answered)));
        }
        int enough = 300 * kill;
        await("answers").atMost(ProgramUnderTest.PATIENCE).until(() -> answered.size() >= enough);
        program.kill();
        over.set(true);
        for (Future<?> call : calls) {
          call.get(1, TimeUnit.MINUTES);
        }
      }
    }
    try (ProgramUnderTest program = onApi().start()) {
      out().awaitReceipts(answered, Duration.ofMinutes(5));
      awaitNoneWaiting();
    }
    answered.forEach(this::assertDelivered);
    try (Stream<String> halves = names().filter(name -> name.endsWith(".part"))) {
      for (String half : halves.toList()) { // of a kill; they go a minute later
        Files.delete(postbacks().resolve(half));
      }
    }
    assertThat(new TreeSet<>(api.asked().keySet())).doesNotContainAnyElementsOf(answered);
    assertNoFileHoldsTheToken();
  }

  private static void postUntil(
      AtomicBoolean over, int port, AtomicInteger next, Set<String> answered) {
    while (!over.get()) {
      String id = Ids.good(next.getAndIncrement());
      try {
        if (post(port, id) == 200) {
          answered.add(id);
        }
      } catch (UncheckedIOException killed) {
        // no answer, no promise
      }
    }
  }

  /** An output that is unavailable holds them up; a kill then, and one after the receipt. */
  @Test
  void whatAKillLeavesIsDeliveredByTheNextStart() throws Exception {
    String id = Ids.good(1);
    Files.createDirectories(temp.resolve("work/out"));
    try (ProgramUnderTest program =
        onApi().key("serp.circuit.probe-interval", "1s").start().awaitStart()) {
      int port = program.webhooksPort();
      Files.deleteIfExists(temp.resolve("work/out/organic"));
      Files.writeString(temp.resolve("work/out/organic"), "no folder");
      assertThat(post(port, id)).isEqualTo(200);
      program.awaitOutput("Halted: cannot deliver");
      program.kill();
    }
    assertThat(waiting()).containsExactly(id + ".json.gz");
    byte[] kept = Files.readAllBytes(postbacks().resolve(id + ".json.gz"));
    assertThat(kept).isEqualTo(gzip(answer(id)));
    Files.delete(temp.resolve("work/out/organic"));
    try (ProgramUnderTest program = onApi().start()) {
      out().awaitReceipts(List.of(id));
      assertDelivered(id);
      awaitNoneWaiting();
      program.kill();
    }
    // as a kill between receipt and removal leaves it
    Files.write(postbacks().resolve(id + ".json.gz"), kept);
    Files.writeString(postbacks().resolve(id + ".json.gz.tmp"), "of somebody else");
    try (ProgramUnderTest program = onApi().key("serp.webhooks.postback", "refetch").start()) {
      await("removed")
          .atMost(ProgramUnderTest.PATIENCE)
          .until(() -> waiting().equals(List.of(id + ".json.gz.tmp")));
      assertDelivered(id);
    }
    assertThat(api.asked()).isEmpty();
  }

  @Test
  void aHaltedAccountHoldsUpNoAnswer() throws Exception {
    try (StandIn refusing = StandIn.start()) {
      refusing.answerAll(402, 40200);
      try (ProgramUnderTest program = program().api(refusing).start()) {
        int port = program.webhooksPort();
        String asked = Ids.good(1);
        assertThat(RawCall.status(port, "GET", "/pingback?token=" + TOKEN + "&id=" + asked))
            .isEqualTo(200);
        program.awaitOutput("Halted: the account has no money left");
        List<String> ids = Ids.good(10, 60);
        ids.forEach(id -> assertThat(post(port, id)).isEqualTo(200));
        out().awaitReceipts(ids);
        ids.forEach(this::assertDelivered);
        assertThat(out().hasReceipt(asked)).isFalse();
        awaitNoneWaiting();
      }
    }
  }

  @Test
  void aFullDiskIs503AndNothingIsHalfKept() throws Exception {
    Files.createDirectories(postbacks());
    try (TinyDisk disk = TinyDisk.mount(postbacks(), 256);
        ProgramUnderTest program = onApi().start()) {
      int port = program.webhooksPort();
      assertThat(post(port, Ids.good(0))).isEqualTo(200);
      out().awaitReceipts(List.of(Ids.good(0)));
      byte[] noise = new byte[300 * 1024]; // does not fit
      new Random(1).nextBytes(noise);
      assertThat(post(port, Ids.good(1), noise)).isEqualTo(503);
      disk.fill();
      assertThat(post(port, Ids.good(2))).isEqualTo(503);
      program.awaitOutput(
          "answers that are posted cannot be stored, and the calls are answered with 503: .*space");
      disk.free();
      await("nothing half kept").until(() -> names().allMatch(".claims"::equals));
      assertThat(post(port, Ids.good(3))).isEqualTo(200);
      out().awaitReceipts(List.of(Ids.good(3)));
      assertThat(out().names("receipts")).hasSize(2);
    }
  }

  /** More than the heap could hold, and never finished at once. */
  @Test
  void manySlowCallersNeedNoMemory() throws Exception {
    List<String> ids = Ids.good(0, 64);
    List<RawCall> slow = new ArrayList<>();
    try (ProgramUnderTest program = onApi().jvm("-Xmx96m").start()) {
      int port = program.webhooksPort();
      byte[] spaces = " ".repeat(2 * MIB).getBytes(UTF_8);
      try {
        for (String id : ids) {
          slow.add(new RawCall(port).send(head(id, spaces.length + answer(id).length())));
        }
        List<Future<?>> sending = new ArrayList<>();
        for (RawCall call : slow) {
          sending.add(callers.submit(() -> call.send(spaces)));
        }
        for (Future<?> one : sending) {
          one.get(1, TimeUnit.MINUTES);
        }
        String ping = "/pingback?token=" + TOKEN + "&id=" + Ids.good(100);
        assertThat(RawCall.status(port, "GET", ping)).isEqualTo(200);
        assertThat(post(port, Ids.good(101))).isEqualTo(200);
        for (int i = 0; i < slow.size(); i += 2) {
          String answer = answer(ids.get(i));
          slow.get(i).send(answer.substring(0, answer.length() - 1)).close();
        }
      } finally {
        slow.forEach(RawCall::close);
      }
      out().awaitReceipts(List.of(Ids.good(101)));
      awaitNoneWaiting();
      assertThat(program.isRunning()).isTrue();
      assertThat(program.output()).doesNotContain("OutOfMemory");
    }
    assertThat(api.asked()).doesNotContainKeys(ids.toArray(String[]::new));
  }
}
