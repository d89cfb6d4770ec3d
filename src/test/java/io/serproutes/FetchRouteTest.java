package io.serproutes;

import static io.serproutes.Packed.gzip;
import static io.serproutes.RawApi.head;
import static io.serproutes.RawApi.result;
import static io.serproutes.RawApi.write;
import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.RawApi.Answering;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Source;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.stream.Stream;
import java.util.zip.GZIPOutputStream;
import org.apache.camel.Exchange;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.jackson.JacksonDataFormat;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.DataFormatCustomizer;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.EventNotifierSupport;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What goes over the wire and what becomes of answers that break on it. */
@Timeout(60)
class FetchRouteTest {

  private static final String ID = Ids.good(1);

  @TempDir Path temp;

  private RawApi api;
  private RoutesUnderTest routes;

  private void start(Answering answering, String... keys) {
    api = new RawApi(answering);
    routes = RoutesUnderTest.start(api.address(), temp, keys);
  }

  @AfterEach
  void stop() {
    routes.close();
    api.close();
  }

  /** Both calls fail so, and the id is given up. */
  private JsonNode givenUp(String reason) throws Exception {
    JsonNode receipt = routes.take(ID);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("dead-lettered");
    assertThat(receipt.path("reason").textValue()).isEqualTo(reason);
    assertThat(receipt.path("attempts").intValue()).isEqualTo(2);
    assertThat(api.requests()).hasSize(2);
    assertThat(routes.out().names("organic")).isEmpty();
    return routes.out().deadLetter(ID);
  }

  private void delivered(String id) throws Exception {
    assertThat(routes.take(id).path("outcome").textValue()).isEqualTo("delivered");
  }

  @Test
  void aBodyShorterThanItsLength() throws Exception {
    start(
        (request, socket, out) -> {
          byte[] body = result(ID);
          out.write(head(200, "Content-Length: " + (body.length + 10)));
          out.write(body);
          socket.close();
        });
    assertThat(givenUp("unreadable").path("http_status").intValue()).isEqualTo(200);
  }

  /** Else each later call on that connection would bring the answer to the one before. */
  @Test
  void anAnswerThatNobodyAskedForShiftsNoMoreThanOne() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    start(
        (request, socket, out) -> {
          write(out, 200, result(request.id()));
          if (calls.incrementAndGet() == 1) {
            write(out, 200, result(request.id()));
          }
        });
    delivered(ID);
    delivered(Ids.good(2));
    delivered(Ids.good(3));
    assertThat(api.requests())
        .extracting(RawApi.Request::id)
        .containsExactly(ID, Ids.good(2), Ids.good(2), Ids.good(3));
  }

  /** The status of an answer before is not that of a call that brought none. */
  @Test
  void aConnectionThatIsClosedAfterAnAnswerThatHadAStatus() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    start(
        (request, socket, out) -> {
          if (calls.incrementAndGet() == 1) {
            write(out, 503, "later".getBytes(UTF_8), "Connection: close");
          }
          socket.close();
        });
    assertThat(givenUp("retries-exhausted").has("http_status")).isFalse();
  }

  /** A name that Java does not know would break whatever converts bytes to text afterwards. */
  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "iso-8859-1"})
  void theCharsetThatTheAnswerNamesGoesNoFurther(String charset) throws Exception {
    String type = "Content-Type: application/json; charset=" + charset;
    start((request, socket, out) -> write(out, 200, result(ID), type));
    Exchange exchange = routes.send(ID, Map.of());
    assertThat(exchange.getProperty(Exchange.CHARSET_NAME)).isNull();
    assertThat(exchange.getMessage().getBody(String.class)).contains("delivered");
  }

  /** An id may be a probe for days. */
  @Test
  void aCallThatIsMadeAgainLeavesNothingBehind() throws Exception {
    AtomicInteger calls = new AtomicInteger();
    AtomicInteger left = new AtomicInteger(-1);
    api =
        new RawApi(
            (request, socket, out) ->
                write(out, calls.incrementAndGet() < 20 ? 402 : 200, result(ID)));
    RouteBuilder atSplit =
        new RouteBuilder() {
          @Override
          public void configure() {
            getContext()
                .getManagementStrategy()
                .addEventNotifier(new AtSplit(exchange -> left.set(completions(exchange))));
          }
        };
    routes =
        RoutesUnderTest.start(api.address(), temp, atSplit, "serp.circuit.probe-interval", "1ms");
    CountDownLatch settled = new CountDownLatch(1);
    routes.give(Delivery.fresh(ID, Source.named("test"), ended -> settled.countDown()));
    assertThat(settled.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(calls).hasValue(20);
    assertThat(left).as("of the last call").hasValue(1);
  }

  /** What Camel is to do when the exchange ends. */
  private static int completions(Exchange exchange) {
    Exchange taken = new DefaultExchange(exchange.getContext());
    exchange.getUnitOfWork().handoverSynchronization(taken, made -> true);
    return taken.getExchangeExtension().handoverCompletions().size();
  }

  /** Looks at an exchange before its items are split. */
  private static final class AtSplit extends EventNotifierSupport {

    private final Consumer<Exchange> look;

    AtSplit(Consumer<Exchange> look) {
      this.look = look;
    }

    @Override
    public void notify(CamelEvent event) {
      if (event instanceof CamelEvent.ExchangeSendingEvent sending
          && sending.getEndpoint().getEndpointUri().equals("direct://serp-split-items")) {
        look.accept(sending.getExchange());
      }
    }
  }

  @Test
  void a404WithOurIdInAPage() throws Exception {
    start((request, socket, out) -> write(out, 404, ("<p>no " + ID + "</p>").getBytes(UTF_8)));
    JsonNode receipt = routes.take(ID);
    assertThat(receipt.path("reason").textValue()).isEqualTo("not-found");
    assertThat(receipt.path("http_status").intValue()).isEqualTo(404);
    assertThat(api.requests()).hasSize(1);
  }

  @Test
  void chunksThatBreakOff() throws Exception {
    start(
        (request, socket, out) -> {
          byte[] body = result(ID);
          out.write(head(200, "Transfer-Encoding: chunked"));
          out.write((Integer.toHexString(body.length) + "\r\n").getBytes(UTF_8));
          out.write(body);
          out.write("\r\n".getBytes(UTF_8));
          socket.close();
        });
    givenUp("unreadable");
  }

  @Test
  void gzipThatBreaksOff() throws Exception {
    byte[] body = gzip(result(ID));
    start(
        (request, socket, out) ->
            write(out, 200, Arrays.copyOf(body, body.length - 12), "Content-Encoding: gzip"));
    givenUp("unreadable");
  }

  @Test
  void gzipThatIsNone() throws Exception {
    start((request, socket, out) -> write(out, 200, result(ID), "Content-Encoding: gzip"));
    givenUp("unreadable");
  }

  /** Each answer would go on until its deadline otherwise, and its head into memory. */
  @ParameterizedTest
  @ValueSource(strings = {"x", "x: y\r\n"})
  @Timeout(30)
  void aHeadWithoutEnd(String part) throws Exception {
    byte[] more = part.repeat(10_000).getBytes(UTF_8);
    start(
        (request, socket, out) -> {
          out.write("HTTP/1.1 200 So\r\nlong: ".getBytes(UTF_8));
          while (true) {
            out.write(more); // until the connection is closed
          }
        });
    givenUp("unreadable");
  }

  @Test
  void aConnectionThatIsReset() throws Exception {
    start(
        (request, socket, out) -> {
          socket.setSoLinger(true, 0);
          socket.close();
        });
    givenUp("retries-exhausted");
  }

  @Test
  void aConnectionThatIsClosedWithoutAnAnswer() throws Exception {
    start((request, socket, out) -> socket.close());
    givenUp("retries-exhausted");
  }

  @Test
  void nobodyThere() throws Exception {
    try (Socket taken = new Socket()) { // so that nobody else comes to listen there
      taken.bind(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
      start(
          (request, socket, out) -> {},
          "serp.api.base-url",
          "http://127.0.0.1:" + taken.getLocalPort());
      JsonNode receipt = routes.take(ID);
      assertThat(receipt.path("reason").textValue()).isEqualTo("retries-exhausted");
      assertThat(routes.out().deadLetter(ID).path("status_message").textValue())
          .contains("no connection");
    }
  }

  /** The client's own time-out would start anew with every byte. */
  @Test
  void aByteNowAndThen() throws Exception {
    byte[] answer = join(head(200, "Content-Length: 1000000"), result(ID));
    CountDownLatch never = new CountDownLatch(1);
    start(
        (request, socket, out) -> {
          for (int i = 0; ; i++) {
            out.write(answer[i % answer.length]);
            out.flush();
            pause(never);
          }
        },
        "serp.api.response-timeout",
        "1s");
    long start = System.nanoTime();
    JsonNode letter = givenUp("retries-exhausted");
    assertThat(Duration.ofNanos(System.nanoTime() - start)).isBetween(seconds(2), seconds(20));
    assertThat(letter.path("status_message").textValue())
        .isEqualTo("no whole answer within 1000 ms");
  }

  @Test
  void noAnswerInTime() throws Exception {
    CountDownLatch never = new CountDownLatch(1);
    start(
        (request, socket, out) -> {
          while (!socket.isClosed()) {
            pause(never);
          }
        },
        "serp.api.response-timeout",
        "500ms");
    givenUp("retries-exhausted");
  }

  private static void pause(CountDownLatch never) throws IOException {
    try {
      if (never.await(50, java.util.concurrent.TimeUnit.MILLISECONDS)) {
        throw new IllegalStateException();
      }
    } catch (InterruptedException e) {
      throw new IOException(e);
    }
  }

  private static Duration seconds(int seconds) {
    return Duration.ofSeconds(seconds);
  }

  private static byte[] join(byte[] first, byte[] second) {
    byte[] both = Arrays.copyOf(first, first.length + second.length);
    System.arraycopy(second, 0, both, first.length, second.length);
    return both;
  }

  @Test
  void anAnswerOfSixtyFiveMebibytes() throws Exception {
    start(
        (request, socket, out) -> {
          out.write(head(200, "Content-Length: " + (65L << 20)));
          fill(out, 65, new AtomicLong());
        });
    JsonNode letter = givenUp("unreadable");
    assertThat(letter.path("http_status").intValue()).isEqualTo(200);
    assertThat(letter.path("status_message").textValue()).contains("serp.api.max-response-size");
  }

  @Test
  void anAnswerOverTheLimitIsNotReadOn() throws Exception {
    AtomicLong written = new AtomicLong();
    start(
        (request, socket, out) -> {
          out.write(head(200, "Content-Length: " + (65L << 20)));
          fill(out, 65, written);
        },
        "serp.api.max-response-size",
        "1MiB");
    givenUp("unreadable");
    assertThat(written).hasValueLessThan(2 * 20L << 20);
  }

  /** The limit is on what comes out, not on what comes in. */
  @Test
  void gzipOfVeryMuch() throws Exception {
    ByteArrayOutputStream small = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(small)) {
      fill(gzip, 65, new AtomicLong());
    }
    start(
        (request, socket, out) -> write(out, 200, small.toByteArray(), "Content-Encoding: gzip"),
        "serp.api.max-response-size",
        "1MiB");
    givenUp("unreadable");
  }

  private static void fill(OutputStream out, int mebibytes, AtomicLong written) throws IOException {
    byte[] block = new byte[1 << 16];
    Arrays.fill(block, (byte) ' ');
    for (int i = 0; i < mebibytes * 16; i++) {
      out.write(block);
      written.addAndGet(block.length);
    }
  }

  /** Over 1 MiB an answer goes through a temporary file. */
  @Test
  void anAnswerOfManyItems() throws Exception {
    String item = "{\"type\":\"organic\",\"title\":\"" + "x".repeat(10_000) + "\"}";
    byte[] body =
        new String(result(ID), UTF_8)
            .replace(
                "{\"type\":\"organic\"}",
                String.join(",", java.util.Collections.nCopies(300, item)))
            .getBytes(UTF_8);
    start((request, socket, out) -> write(out, 200, gzip(body), "Content-Encoding: gzip"));
    JsonNode receipt = routes.take(ID);
    assertThat(receipt.path("organic").intValue()).isEqualTo(300);
    assertThat(receipt.path("paid").intValue()).isEqualTo(1);
    assertThat(routes.out().find("organic", ID)).hasSize(300);
  }

  @Test
  void anAnswerForAnotherId() throws Exception {
    start((request, socket, out) -> write(out, 200, result(Ids.good(2))));
    givenUp("unreadable");
  }

  @Test
  void aPageInsteadOfAnAnswer() throws Exception {
    start((request, socket, out) -> write(out, 200, "<html>".getBytes(UTF_8)));
    givenUp("unreadable");
  }

  @Test
  void aPageThatSaysHttp500() throws Exception {
    start(
        (request, socket, out) ->
            write(out, 500, "<html>oh</html>".getBytes(UTF_8), "Content-Type: text/html"));
    JsonNode letter = givenUp("retries-exhausted");
    assertThat(letter.path("http_status").intValue()).isEqualTo(500);
    assertThat(letter.path("response").textValue()).isEqualTo("<html>oh</html>");
  }

  @Test
  void aRedirectIsNotFollowedAndOpensTheCircuit() {
    start(
        (request, socket, out) ->
            write(out, 302, new byte[0], "Location: " + api.address() + "/elsewhere"));
    assertThatThrownBy(() -> routes.take(ID))
        .isInstanceOf(CircuitOpenException.class)
        .hasMessageContaining("HTTP 302");
    assertThatThrownBy(() -> routes.take(Ids.good(2))).isInstanceOf(CircuitOpenException.class);
    assertThat(api.requests()).hasSize(1);
    assertThat(routes.out().names("receipts")).isEmpty();
    assertThat(routes.out().names("dead-letters")).isEmpty();
  }

  @Test
  void tooManyRequestsIsFollowedByThePauseItAsksFor() throws Exception {
    AtomicLong refusedAt = new AtomicLong();
    AtomicLong askedAgainAt = new AtomicLong();
    start(
        (request, socket, out) -> {
          if (refusedAt.compareAndSet(0, System.nanoTime())) {
            write(out, 429, new byte[0], "retry-after: 1");
          } else {
            askedAgainAt.set(System.nanoTime());
            write(out, 200, result(ID));
          }
        });
    JsonNode receipt = routes.take(ID);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("attempts").intValue()).isEqualTo(2);
    assertThat(askedAgainAt.get() - refusedAt.get()).isGreaterThanOrEqualTo(1_000_000_000L);
  }

  /** Camel would go on with the back-off of the failure before. */
  @Test
  void aPauseIsFollowedByNoBackOffOfTheId() throws Exception {
    List<Long> times = new CopyOnWriteArrayList<>();
    start(
        (request, socket, out) -> {
          times.add(System.nanoTime());
          int[] statuses = {503, 429, 503, 200};
          write(out, statuses[times.size() - 1], result(ID), "retry-after: 0");
        },
        "serp.retry.first-delay",
        "2s",
        "serp.retry.max-attempts",
        "4");
    JsonNode receipt = routes.take(ID);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(millis(times, 0)).isGreaterThanOrEqualTo(1_700);
    assertThat(millis(times, 1)).isLessThan(2_500); // a doubled back-off takes 2.9 s or more
    assertThat(millis(times, 2)).isGreaterThanOrEqualTo(1_700);
  }

  private static long millis(List<Long> times, int call) {
    return TimeUnit.NANOSECONDS.toMillis(times.get(call + 1) - times.get(call));
  }

  @Test
  void aBackOffIsTwiceTheOneBeforeUpToItsMostAndNotTheSameForAll() throws Exception {
    Map<String, List<Long>> times = new ConcurrentHashMap<>();
    start(
        (request, socket, out) -> {
          times
              .computeIfAbsent(request.id(), id -> new CopyOnWriteArrayList<>())
              .add(System.nanoTime());
          write(out, 503, new byte[0]);
        },
        "serp.retry.first-delay",
        "100ms",
        "serp.retry.max-delay",
        "400ms",
        "serp.retry.max-attempts",
        "5");
    for (int i = 1; i <= 5; i++) {
      routes.send(Ids.good(i), Map.of());
    }
    long[] delays = {100, 200, 400, 400};
    boolean isShorter = false;
    for (int call = 0; call < delays.length; call++) {
      long shortest = Long.MAX_VALUE;
      for (List<Long> of : times.values()) {
        assertThat(of).hasSize(5);
        shortest = Math.min(shortest, millis(of, call));
      }
      // a machine may be slow, but not each time
      assertThat(shortest).isBetween(delays[call] * 70 / 100, delays[call] * 150 / 100);
      isShorter |= shortest < delays[call];
    }
    assertThat(isShorter).isTrue();
  }

  @Test
  void nothingOfTheMessageReachesTheApiAndNothingOfTheAnswerTheMessage() throws Exception {
    try (RawApi other = new RawApi((request, socket, out) -> write(out, 200, result(ID)))) {
      start(
          (request, socket, out) ->
              write(
                  out,
                  200,
                  result(request.id()),
                  "Set-Cookie: a=b",
                  "kafka.OVERRIDE_TOPIC: elsewhere",
                  "CamelFileName: ../../elsewhere",
                  "X-Echo: yes"));
      Map<String, Object> headers =
          Map.of(
              "CamelHttpUri", other.address() + "/x",
              "CamelHttpPath", "/elsewhere",
              "CamelHttpQuery", "a=b",
              "CamelHttpMethod", "POST",
              "CamelHttpRawQuery", "c=d",
              "Authorization", "Bearer of the host",
              "kafka.KEY", "key",
              "Cookie", "c=d",
              "X-Own", "own",
              "Content-Type", "text/plain");
      Exchange first = routes.send(ID, headers);
      Exchange second = routes.send(Ids.good(2), headers);

      assertThat(other.requests()).isEmpty();
      assertThat(api.requests())
          .extracting(RawApi.Request::line)
          .containsExactly(
              "GET /v3/serp/naver/organic/task_get/regular/" + ID + " HTTP/1.1",
              "GET /v3/serp/naver/organic/task_get/regular/" + Ids.good(2) + " HTTP/1.1");
      assertThat(api.requests())
          .allSatisfy(
              request ->
                  assertThat(request.headers())
                      .containsEntry("authorization", "Basic bG9naW46cGFzc3dvcmQ=")
                      .containsOnlyKeys(
                          "accept-encoding", "authorization", "connection", "host", "user-agent"));
      for (Exchange exchange : new Exchange[] {first, second}) {
        assertThat(exchange.getException()).isNull();
        assertThat(exchange.getMessage().getHeaders()).isEqualTo(headers);
      }
    }
  }

  @Test
  void whatIsNoIdIsNotAskedFor() throws Exception {
    start((request, socket, out) -> write(out, 200, result(ID)));
    for (String input :
        new String[] {"../../x", ID + "?a=b", ID + "/x", "", "{{serp.api.login}}"}) {
      assertThat(routes.take(input).path("reason").textValue()).isEqualTo("invalid-id");
    }
    assertThat(api.requests()).isEmpty();
  }

  @Test
  void oneConnectionServesAllAnswersThatAreWhole() throws Exception {
    start(
        (request, socket, out) -> {
          byte[] body = result(request.id());
          switch (api.requests().size() % 5) {
            case 0 -> write(out, 200, body);
            case 1 -> write(out, 200, gzip(body), "Content-Encoding: gzip");
            case 2 -> chunked(out, body);
            case 3 -> chunked(out, gzip(body), "Content-Encoding: gzip");
            default -> write(out, 500, gzip(body), "Content-Encoding: gzip");
          }
        });
    for (int i = 0; i < 20; i++) {
      delivered(Ids.good(i));
    }
    assertThat(api.requests()).hasSizeGreaterThan(20);
    assertThat(api.connections()).isEqualTo(1);
  }

  private static void chunked(OutputStream out, byte[] body, String... headers) throws IOException {
    String[] all = Arrays.copyOf(headers, headers.length + 1);
    all[headers.length] = "Transfer-Encoding: chunked";
    out.write(head(200, all));
    out.write((Integer.toHexString(body.length) + "\r\n").getBytes(UTF_8));
    out.write(body);
    out.write("\r\n0\r\n\r\n".getBytes(UTF_8));
  }

  /** Each ends in the other's turn: one on top of the other they would fill any stack. */
  @Test
  void manyOfOneIdEndOneAfterTheOther() throws Exception {
    CountDownLatch answer = new CountDownLatch(1);
    start(
        (request, socket, out) -> {
          await(answer);
          write(out, 200, result(ID));
        });
    int count = 5000;
    AtomicBoolean isWanted = new AtomicBoolean(true);
    CountDownLatch open = new CountDownLatch(count);
    AtomicInteger kept = new AtomicInteger();
    Settlement settlement =
        new Settlement() {
          @Override
          public void settled(Delivery.Outcome outcome) {
            kept.addAndGet(outcome.isAcknowledged() ? 0 : 1);
            open.countDown();
          }

          @Override
          public boolean isWanted() {
            return isWanted.get();
          }
        };
    for (int i = 0; i < count; i++) {
      routes.give(Delivery.fresh(ID, Source.named("test"), settlement));
    }
    isWanted.set(false);
    answer.countDown();
    assertThat(open.await(30, TimeUnit.SECONDS)).isTrue();
    assertThat(kept.get()).isEqualTo(count - 1);
    isWanted.set(true);
    delivered(ID);
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Records are ours, whatever a host has set up for its own JSON. */
  @Test
  void aHostsDataFormatChangesNoRecord() throws Exception {
    api = new RawApi((request, socket, out) -> write(out, 200, result(request.id())));
    RouteBuilder host =
        new RouteBuilder() {
          @Override
          public void configure() {
            DataFormatCustomizer pretty =
                DataFormatCustomizer.forType(
                    JacksonDataFormat.class, format -> format.setPrettyPrint(true));
            getContext().getRegistry().bind("pretty", pretty);
            from("direct:hosts").marshal().json();
          }
        };
    routes = RoutesUnderTest.start(api.address(), temp, host);
    Map<String, String> record = Map.of("a", "b");
    assertThat(routes.sendTo("direct:hosts", record).getMessage().getBody(String.class))
        .contains("\n");
    routes.take(ID);
    routes.take("no id");
    assertThat(temp.resolve("receipts/" + ID + ".json")).content().doesNotContain("\n");
    try (Stream<Path> letters = Files.list(temp.resolve("dead-letters"))) {
      assertThat(letters)
          .singleElement(InstanceOfAssertFactories.PATH)
          .content()
          .doesNotContain("\n");
    }
  }
}
