package io.serproutes.feed.webhooks;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serproutes.IllegalSettingException;
import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.feed.webhooks.SignalCounts.Answered;
import io.serproutes.ids.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The server that the vendor calls, by bare connections. */
class SignalServerTest {

  private static final String TOKEN = "Wq3-kV9_tR7.pZ1~mB5xJ2";
  private static final String SECOND = "another-token-while-it-is-replaced";
  private static final String ID = "07281559-0695-0216-0000-c269be8b7592";
  private static final String PING = "/pingback?token=" + TOKEN + "&id=" + ID;
  private static final String POST = "/postback?token=" + TOKEN + "&id=" + ID;
  private static final int MIB = 1 << 20;

  private final Map<String, String> keys =
      new HashMap<>(Map.of("serp.webhooks.port", "0", "serp.webhooks.token", TOKEN + "," + SECOND));
  private final SignalCounts counts = new SignalCounts();
  private final List<Signal> kept = new CopyOnWriteArrayList<>();
  private final List<Integer> batches = new CopyOnWriteArrayList<>();
  private final ExecutorService keeper = Executors.newSingleThreadExecutor();
  private volatile CountDownLatch held = new CountDownLatch(0);
  private final AtomicInteger asked = new AtomicInteger();
  private volatile boolean isFull;
  private SignalServer server;

  private int start() throws Exception {
    Settings settings = new Settings(keys::get);
    server =
        new SignalServer(settings, new SignalLog(counts, new Secrets(settings)), this::keep, null);
    server.start(keeper, keeper);
    return URI.create(server.address()).getPort();
  }

  private boolean keep(List<Signal> signals) {
    asked.incrementAndGet();
    try {
      held.await();
    } catch (InterruptedException e) {
      return false;
    }
    if (!isFull) {
      batches.add(signals.size());
      kept.addAll(signals);
    }
    return !isFull;
  }

  @AfterEach
  void stop() throws Exception {
    held.countDown();
    server.stop();
    keeper.shutdownNow();
  }

  private static String request(String line, String... headers) {
    return line + " HTTP/1.1\r\nHost: x\r\n" + String.join("", headers) + "\r\n";
  }

  @Test
  void aPingbackIsAnsweredWithNothingBut200OnceItsIdIsKept() throws Exception {
    int port = start();
    String answer = RawCall.answer(port, "GET", PING + "&tag=two%20words%20%ED%95%9C");
    assertThat(answer).startsWith("HTTP/1.1 200 OK\r\n").endsWith("\r\n\r\n");
    assertThat(answer.toLowerCase()).contains("content-length: 0", "connection: close");
    assertThat(kept).containsExactly(new Signal(TaskId.parse(ID), null));
    assertThat(counts.count(new Answered("pingback", "200"))).isOne();
    assertThat(counts.lastSignal()).isPositive();
  }

  @Test
  void aPostbackIsTheSameWhateverItsBodyIs() throws Exception {
    int port = start();
    ByteArrayOutputStream bomb = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(bomb)) {
      for (int i = 0; i < 64; i++) {
        gzip.write(new byte[MIB]);
      }
    }
    byte[] body = bomb.toByteArray();
    try (RawCall call = new RawCall(port)) {
      call.send(
              request(
                  "POST " + POST,
                  "Content-Encoding: gzip\r\n",
                  "Content-Type: multipart/form-data; boundary=x\r\n",
                  "Content-Length: " + body.length + "\r\n"))
          .send(body);
      assertThat(RawCall.statusOf(call.answer())).isEqualTo(200);
    }
    assertThat(kept).containsExactly(new Signal(TaskId.parse(ID), null));
  }

  @Test
  void nothingElseOfACallIsHandedOn() throws Exception {
    int port = start();
    try (RawCall call = new RawCall(port)) {
      call.send(
          request(
              "GET "
                  + PING
                  + "&CamelHttpUri=http://evil&kafka.OVERRIDE_TOPIC=x&kafka.KEY=y&tag=a%0d%0ab",
              "CamelFileName: ../x\r\n",
              "kafka.OVERRIDE_TOPIC: x\r\n",
              "X-Forwarded-For: 10.1.2.3\r\n"));
      assertThat(RawCall.statusOf(call.answer())).isEqualTo(200);
    }
    assertThat(kept).containsExactly(new Signal(TaskId.parse(ID), null));
  }

  @ParameterizedTest
  @CsvSource({
    "GET, /, 404",
    "PUT, /elsewhere, 404",
    "GET, /pingback/, 404",
    "GET, /pingback/../pingback?token=T&id=I, 404",
    "GET, //pingback?token=T&id=I, 404",
    "GET, /%70ingback?token=T&id=I, 404",
    "GET, /PINGBACK?token=T&id=I, 404",
    "GET, /observe/health, 404",
    "GET, /pingback, 404",
    "GET, /pingback?id=I, 404",
    "GET, /pingback?token=&id=I, 404",
    "GET, /pingback?token=Wq3-kV9_tR7.pZ1~mB5xJ&id=I, 404",
    "GET, /pingback?token=T%20&id=I, 404",
    "GET, /pingback?token=wrong&token=T&id=I, 404",
    "GET, /pingback?token=%zz&id=I, 404",
    "GET, /pingback?token=wrong&id=$id, 404",
    "GET, /pingback?token=S&id=I, 200",
    "GET, /pingback?id=I&token=T, 200",
    "GET, /pingback?token=T, 400",
    "GET, /pingback?token=T&id=, 400",
    "GET, /pingback?token=T&id=$id, 400",
    "GET, /pingback?token=T&id=%24id, 400",
    "GET, /pingback?token=T&id=../../etc/passwd, 400",
    "GET, /pingback?token=T&id=I%00, 400",
    "POST, /pingback?token=T&id=I, 405",
    "HEAD, /pingback?token=T&id=I, 405",
    "PUT, /pingback, 405",
    "DELETE, /pingback?token=wrong, 405",
    "OPTIONS, /pingback, 405",
    "BREW, /pingback, 405",
    "GET, /postback?token=T&id=I, 405",
    "HEAD, /postback?token=T&id=I, 405"
  })
  void theFirstCheckThatFailsAnswers(String method, String uri, int status) throws Exception {
    int port = start();
    String full =
        uri.replace("=T", "=" + TOKEN).replace("=S", "=" + SECOND).replace("=I", "=" + ID);
    String answer = RawCall.answer(port, method, full);
    assertThat(RawCall.statusOf(answer)).as(answer).isEqualTo(status);
    assertThat(answer).endsWith("\r\n\r\n").doesNotContain(TOKEN).doesNotContain("ginx", "ert.x");
    String allow = uri.startsWith("/postback") ? "POST" : "GET";
    assertThat(answer.toLowerCase().contains("allow: " + allow.toLowerCase()))
        .isEqualTo(status == 405);
    assertThat(kept).hasSize(status == 200 ? 1 : 0);
  }

  @Test
  void aCallWithoutAnIdIsToldAsOne() throws Exception {
    int port = start();
    try (LogLines log = LogLines.of("serp-ids-from-webhooks")) {
      assertThat(RawCall.status(port, "GET", "/pingback?token=" + TOKEN)).isEqualTo(400);
      await().until(() -> !log.lines().isEmpty());
      assertThat(log.lines())
          .containsExactly(
              "WARN a call was refused, since it has no id; the like is said once a minute");
    }
  }

  @Test
  void aLongUriIs414AfterPathAndMethod() throws Exception {
    int port = start();
    String more = "&x=" + "y".repeat(9 * 1024);
    assertThat(RawCall.status(port, "GET", PING + more)).isEqualTo(414);
    assertThat(RawCall.status(port, "GET", "/elsewhere?" + more)).isEqualTo(404);
    assertThat(RawCall.status(port, "PUT", PING + more)).isEqualTo(405);
    assertThat(RawCall.status(port, "GET", PING + "y".repeat(100_000))).isEqualTo(414);
    assertThat(kept).isEmpty();
  }

  @Test
  void onlyAddressesThatAreAllowedGetIn() throws Exception {
    keys.put("serp.webhooks.allow", "127.0.0.2, 10.0.0.0/8, ::1");
    int port = start();
    String forged =
        request("GET " + PING, "X-Forwarded-For: 10.1.2.3\r\n", "Forwarded: for=::1\r\n");
    try (RawCall call = new RawCall(port)) {
      assertThat(RawCall.statusOf(call.send(forged).answer())).isEqualTo(404);
    }
    try (RawCall call = new RawCall(InetAddress.getByName("127.0.0.2"), port)) {
      assertThat(RawCall.statusOf(call.send(request("GET " + PING)).answer())).isEqualTo(200);
    }
  }

  @Test
  void aBodyOver16MiBIs413() throws Exception {
    int port = start();
    try (RawCall call = new RawCall(port)) {
      call.send(request("POST " + POST, "Content-Length: " + 17 * MIB + "\r\n"));
      assertThat(RawCall.statusOf(call.answer())).as("as it says").isEqualTo(413);
    }
    try (RawCall call = new RawCall(port)) {
      call.send(request("POST " + POST, "Transfer-Encoding: chunked\r\n"));
      byte[] chunk = ("100000\r\n" + "x".repeat(MIB) + "\r\n").getBytes(ISO_8859_1);
      for (int i = 0; i < 17; i++) {
        call.send(chunk);
      }
      assertThat(RawCall.statusOf(call.answer())).as("as it is").isEqualTo(413);
    } catch (UncheckedIOException e) {
      assertThat(e).hasMessageContaining("pipe").as("it may be cut off while it sends");
    }
    assertThat(kept).isEmpty();
    assertThat(counts.count(new Answered("postback", "413"))).isEqualTo(2);
  }

  @Test
  void aBodyThatDoesNotEndIs408AndAHeadThatDoesNotIsCutOff() throws Exception {
    int port = start();
    long before = System.nanoTime();
    try (RawCall head = new RawCall(port);
        RawCall body = new RawCall(port)) {
      head.send("GET " + PING);
      body.send(request("POST " + POST, "Content-Length: 5\r\n")).send("abc");
      assertThat(head.answer()).isEmpty();
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(8));
      assertThat(RawCall.statusOf(body.answer())).isEqualTo(408);
      assertThat(Duration.ofNanos(System.nanoTime() - before))
          .isBetween(Duration.ofSeconds(9), Duration.ofSeconds(14));
    }
    assertThat(kept).isEmpty();
  }

  @Test
  void aWrongTokenIsRefusedBeforeTheBodyComes() throws Exception {
    int port = start();
    try (RawCall call = new RawCall(port)) {
      call.send(request("POST /postback?token=x&id=" + ID, "Content-Length: 1000000\r\n"));
      assertThat(RawCall.statusOf(call.answer())).isEqualTo(404);
    }
    try (RawCall call = new RawCall(port)) {
      String expect = "Expect: 100-continue\r\n";
      call.send(request("POST " + POST, expect, "Content-Length: 3\r\n")).send("abc");
      assertThat(call.answer()).contains("100 Continue").contains("200 OK");
    }
  }

  @Test
  void callsThatFollowOnTheSameConnectionAreNotAnsweredAndNotKept() throws Exception {
    int port = start();
    String first = request("GET " + PING);
    String other = request("GET " + PING.replace(ID, "17281559-0695-0216-0000-c269be8b7592"));
    try (RawCall call = new RawCall(port)) {
      String answer = call.send(first + other + other).answer();
      assertThat(answer).containsOnlyOnce("HTTP/1.1 200 OK");
    }
    assertThat(kept).hasSize(1);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "\u0016\u0003\u0001\u0002\u0000\u0001\u0000\r\n\r\n",
        "nonsense\r\n\r\n",
        "GET /pingback HTTP/9.9\r\n\r\n",
        "PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"
      })
  void whatIsNoRequestGetsNoWord(String text) throws Exception {
    int port = start();
    try (RawCall call = new RawCall(port)) {
      String answer = call.send(text).answer();
      assertThat(RawCall.statusOf(answer)).isNotEqualTo(200);
      assertThat(answer)
          .satisfiesAnyOf(a -> assertThat(a).isEmpty(), a -> assertThat(a).endsWith("\r\n\r\n"));
    }
    assertThat(RawCall.status(port, "GET", PING)).isEqualTo(200);
  }

  @Test
  void slowCallersHoldUpNobody() throws Exception {
    int port = start();
    List<RawCall> slow = new ArrayList<>();
    ExecutorService dripping = Executors.newSingleThreadExecutor();
    try {
      for (int i = 0; i < 32; i++) {
        slow.add(new RawCall(port).send("GET /ping"));
        slow.add(new RawCall(port).send(request("POST " + POST, "Content-Length: 5000\r\n")));
      }
      Future<?> drips = dripping.submit(() -> drip(slow));
      for (int i = 0; i < 300; i++) {
        long before = System.nanoTime();
        assertThat(RawCall.status(port, "GET", PING)).isEqualTo(200);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(4));
      }
      drips.cancel(true);
    } finally {
      dripping.shutdownNow();
      slow.forEach(RawCall::close);
    }
  }

  private static void drip(List<RawCall> calls) {
    CountDownLatch never = new CountDownLatch(1);
    try {
      while (!never.await(1, TimeUnit.SECONDS)) {
        for (RawCall call : calls) {
          call.send("x");
        }
      }
    } catch (InterruptedException | UncheckedIOException over) {
      // cut off
    }
  }

  @Test
  void theOldestUnfinishedConnectionMakesRoomFor257th() throws Exception {
    int port = start();
    List<RawCall> idle = new ArrayList<>();
    try {
      for (int i = 0; i < 256; i++) {
        idle.add(new RawCall(port));
        idle.get(i).send("GET /ping");
      }
      assertThat(RawCall.status(port, "GET", PING)).isEqualTo(200);
      assertThat(idle.get(0).answer()).as("the oldest is cut off").isEmpty();
      String rest = "back?token=" + TOKEN + "&id=" + ID + " HTTP/1.1\r\n\r\n";
      assertThat(RawCall.statusOf(idle.get(255).send(rest).answer())).isEqualTo(200);
    } finally {
      idle.forEach(RawCall::close);
    }
  }

  @Test
  void whatComesWhileIdsAreKeptIsKeptTogether() throws Exception {
    int port = start();
    held = new CountDownLatch(1);
    ExecutorService callers = Executors.newFixedThreadPool(50);
    try {
      List<Future<Integer>> statuses = new ArrayList<>();
      for (int i = 0; i < 50; i++) {
        statuses.add(callers.submit(() -> RawCall.status(port, "GET", PING)));
      }
      assertThat(statuses).noneMatch(Future::isDone);
      held.countDown();
      for (Future<Integer> status : statuses) {
        assertThat(status.get()).isEqualTo(200);
      }
    } finally {
      callers.shutdownNow();
    }
    assertThat(kept).hasSize(50);
  }

  @Test
  void aCallerThatHasGoneKeepsNobodyFromItsAnswer() throws Exception {
    int port = start();
    held = new CountDownLatch(1);
    ExecutorService others = Executors.newFixedThreadPool(10);
    try {
      for (int i = 0; i < 10; i++) {
        try (RawCall gone = new RawCall(port)) {
          gone.send(request("GET " + PING));
        }
        others.submit(() -> RawCall.status(port, "GET", PING));
      }
      Future<Integer> last = others.submit(() -> RawCall.status(port, "GET", PING));
      await().until(() -> asked.get() == 1);
      held.countDown();
      assertThat(last.get(4, TimeUnit.SECONDS)).isEqualTo(200);
    } finally {
      others.shutdownNow();
    }
    assertThat(counts.count(new Answered("pingback", "503"))).isZero();
  }

  @Test
  void whatCannotBeKeptIs503AndSoIsWhatTakes5Seconds() throws Exception {
    int port = start();
    isFull = true;
    assertThat(RawCall.status(port, "GET", PING)).isEqualTo(503);
    isFull = false;
    held = new CountDownLatch(1);
    long before = System.nanoTime();
    assertThat(RawCall.status(port, "GET", PING)).isEqualTo(503);
    assertThat(Duration.ofNanos(System.nanoTime() - before))
        .isBetween(Duration.ofSeconds(4), Duration.ofSeconds(7));
    held.countDown();
    assertThat(RawCall.status(port, "GET", PING)).isEqualTo(200);
  }

  @Test
  void aServerThatStopsKeepsWhatItHasReadAndRefusesWhatComes() throws Exception {
    int port = start();
    held = new CountDownLatch(1);
    ExecutorService others = Executors.newFixedThreadPool(2);
    try (RawCall late = new RawCall(port)) {
      Future<Integer> early = others.submit(() -> RawCall.status(port, "GET", PING));
      late.send("GET /ping");
      await().until(() -> asked.get() == 1);
      Future<?> stopped =
          others.submit(
              () -> {
                server.stop();
                return null;
              });
      await()
          .untilAsserted(
              () ->
                  assertThat(RawCall.status(port, "GET", PING))
                      .as("while it stops")
                      .isEqualTo(503));
      held.countDown();
      assertThat(early.get()).isEqualTo(200);
      stopped.get();
    } finally {
      others.shutdownNow();
    }
    assertThat(kept).hasSize(1);
  }

  @Test
  void aPortThatIsTakenStopsTheStartInOneLine() throws IOException {
    try (ServerSocket taken = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"))) {
      keys.put("serp.webhooks.port", Integer.toString(taken.getLocalPort()));
      assertThatThrownBy(this::start)
          .isInstanceOf(IllegalSettingException.class)
          .hasMessage(
              "serp.webhooks.host=127.0.0.1, serp.webhooks.port="
                  + taken.getLocalPort()
                  + " cannot be used: another program uses the port");
    }
  }
}
