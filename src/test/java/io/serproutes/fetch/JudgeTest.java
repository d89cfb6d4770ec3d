package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;
import static org.assertj.core.api.Assertions.catchException;

import com.fasterxml.jackson.core.JsonParser;
import com.sun.net.httpserver.HttpServer;
import io.serproutes.LogLines;
import io.serproutes.OpenFiles;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.Verdict.Kind;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.AnswerReader;
import io.serproutes.items.SpoolException;
import java.io.ByteArrayInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.ConnectException;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.zip.ZipException;
import javax.net.ssl.SSLHandshakeException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.ConnectionClosedException;
import org.apache.hc.core5.http.MalformedChunkCodingException;
import org.apache.hc.core5.http.NoHttpResponseException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The vendor's table and the bodies that were seen, at each level where a code may stand. */
class JudgeTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final String OTHER = TestTasks.id(2).value();
  private static final Settings SETTINGS =
      new Settings(
          Map.of(
                  "serp.api.base-url", "https://api.dataforseo.com",
                  "serp.api.max-response-size", "100KiB",
                  "serp.api.response-timeout", "1ms",
                  "serp.api.login", "somebody",
                  "serp.api.password", "swordfish")
              ::get);

  private final Secrets secrets = new Secrets(SETTINGS);
  private final TaskGetClient client = new TaskGetClient(SETTINGS, secrets);
  private final Judge judge = new Judge(SETTINGS, client, secrets);
  private final Task task = TestTasks.fresh(ID);

  private Verdict judge(int http, String body) {
    return judge(http, body, null);
  }

  private Verdict judge(int http, String body, String retryAfter) {
    try {
      judge.answered(task, new ByteArrayInputStream(body.getBytes(UTF_8)), http, retryAfter);
    } catch (IOException e) {
      throw new AssertionError(e);
    }
    return task.getVerdict();
  }

  private static String atTask(int code) {
    return TestTasks.body(ID, code, "{}", "null");
  }

  private static String atTop(int code) {
    return "{\"status_code\":%d,\"status_message\":\"top\",\"tasks_count\":0,\"tasks\":null}"
        .formatted(code);
  }

  private static String word(Verdict verdict) {
    return verdict.reason() == null ? null : verdict.reason().toString();
  }

  private void is(Verdict verdict, Kind kind, String reason, Integer code) {
    assertThat(verdict.kind()).isEqualTo(kind);
    assertThat(word(verdict)).isEqualTo(reason);
    assertThat(verdict.statusCode()).isEqualTo(code);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/status-codes.csv", useHeadersInDisplayName = true)
  void everyCodeOfTheVendorCountsAtTheTask(int code, Kind kind, String reason) {
    is(judge(200, atTask(code)), kind, reason, code);
    assertThat(task.getVerdict().statusMessage()).isEqualTo("m");
    assertThat(task.getVerdict().httpStatus()).isEqualTo(200);
  }

  @ParameterizedTest
  @CsvFileSource(resources = "/status-codes.csv", useHeadersInDisplayName = true)
  void everyCodeOfTheVendorCountsAtTheTop(int code, Kind kind, String reason) {
    Verdict verdict = judge(200, atTop(code));
    if (kind == Kind.DELIVER) {
      is(verdict, Kind.TRANSIENT, "unreadable", code); // good, but there is no task
    } else {
      is(verdict, kind, reason, code);
      assertThat(verdict.statusMessage()).isEqualTo("top");
    }
  }

  @ParameterizedTest
  @CsvSource({
    "20001, PERMANENT, rejected", "40999, PERMANENT, rejected", "40301, PERMANENT, rejected",
    "50999, TRANSIENT, retries-exhausted", "61000, PERMANENT, rejected", "0, PERMANENT, rejected"
  })
  void anUnknownCodeIsJudgedByItsFamily(int code, Kind kind, String reason) {
    is(judge(200, atTask(code)), kind, reason, code);
    is(judge(200, atTop(code)), kind, reason, code);
  }

  @Test
  void aTopCodeThatIsNoSuccessOutranksTheTask() {
    String body =
        atTask(20000)
            .replace(
                "\"status_code\":20000,\"status_message\":\"Ok.\"",
                "\"status_code\":40202,\"status_message\":\"slow\"");
    is(judge(200, body), Kind.THROTTLED, null, 40202);
  }

  @Test
  void aMissingTopCodeLeavesItToTheTask() {
    String body = atTask(20000).replaceFirst("\"status_code\":20000,", "");
    is(judge(200, body), Kind.DELIVER, null, 20000);
    is(
        judge(200, body.replace("\"status_code\":20000", "\"status_code\":40602")),
        Kind.NOT_READY,
        null,
        40602);
  }

  @Test
  void neitherCountsNorMessagesAreLookedAt() {
    String body = atTask(20000).replace("\"tasks_error\":0", "\"tasks_error\":1");
    is(judge(200, body.replace("\"Ok.\"", "\"Task Not Found.\"")), Kind.DELIVER, null, 20000);
    is(judge(200, atTask(40401).replace("\"m\"", "\"Ok.\"")), Kind.PERMANENT, "not-found", 40401);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "<html><body>502 Bad Gateway</body></html>",
        "[]",
        "{",
        "{\"status_code\":20000,\"tasks\":null}",
        "{\"status_code\":20000,\"tasks\":[]}",
        "{\"status_code\":20000}",
        "{\"status_code\":20000,\"tasks\":[null]}",
        "{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result\":[]}]}",
        "{\"tasks\":[{\"id\":\"00000000-0000-0000-0000-000000000001\",\"result\":[]}]}",
        "{\"status_code\":20000,\"tasks\":"
            + "[{\"id\":\"00000000-0000-0000-0000-000000000001\",\"status_code\":null}]}"
      })
  void whatSaysNothingOfTheAskedTaskIsUnreadable(String body) {
    Verdict verdict = judge(200, body);
    assertThat(verdict.kind()).isEqualTo(Kind.TRANSIENT);
    assertThat(verdict.reason()).isEqualTo(Reason.UNREADABLE);
    assertThat(verdict.statusMessage()).isNotBlank();
  }

  /** What is not as documented may hold items that would be lost. */
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          {"items":[{"type":"organic"}]}                     | result is no array
          "gone"                                             | result is no array
          [["organic"]]                                      | a result is no object
          [{"items":{"0":{"type":"organic"}}}]               | items is no array
          [{"items":"gone"}]                                 | items is no array
          [{"items":[]},{"items":7}]                         | items is no array
          [{"items":[],"items":true}]                        | items is no array""")
  void resultsOfAnotherShapeAreNoAnswer(String result, String what) {
    Verdict verdict = judge(200, TestTasks.body(ID, 20000, "{}", result));
    is(verdict, Kind.TRANSIENT, "unreadable", 20000);
    assertThat(verdict.statusMessage()).isEqualTo("the task's " + what);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "null",
        "[]",
        "[null]",
        "[{}]",
        "[{\"items\":null}]",
        "[{\"items\":7,\"items\":[]}]"
      })
  void aTaskMayHaveNoItems(String result) {
    is(judge(200, TestTasks.body(ID, 20000, "{}", result)), Kind.DELIVER, null, 20000);
  }

  /** Of such a task nothing would be delivered. */
  @Test
  void theShapeOfOtherTasksDoesNotMatter() {
    is(judge(200, TestTasks.body(ID, 40501, "{}", "{}")), Kind.PERMANENT, "rejected", 40501);
  }

  @Test
  void aTaskOfAnotherIdIsNoAnswer() {
    String body = atTask(20000).replace(ID.value(), OTHER);
    Verdict verdict = judge(200, body);
    is(verdict, Kind.TRANSIENT, "unreadable", 20000);
    assertThat(verdict.statusMessage()).isEqualTo("the answer holds no task with the asked id");
    is(judge(200, atTask(40602).replace(ID.value(), OTHER)), Kind.TRANSIENT, "unreadable", 20000);
  }

  @Test
  void theAskedTaskIsFoundAmongOthers() {
    String other = "{\"id\":\"" + OTHER + "\",\"status_code\":40401}";
    String body = atTask(40602).replace("\"tasks\":[", "\"tasks\":[" + other + ",");
    is(judge(200, body.replace("}]}", "}," + other + "]}")), Kind.NOT_READY, null, 40602);
    assertThat(task.getEnvelope().otherTasks()).isEqualTo(2);
  }

  @ParameterizedTest
  @CsvSource({
    "500, TRANSIENT, retries-exhausted",
    "502, TRANSIENT, retries-exhausted",
    "503, TRANSIENT, retries-exhausted",
    "401, ACCOUNT,",
    "402, ACCOUNT,",
    "403, ACCOUNT,",
    "407, ACCOUNT,",
    "301, ACCOUNT,",
    "302, ACCOUNT,",
    "429, THROTTLED,",
    "408, TRANSIENT, retries-exhausted"
  })
  void anHttpErrorOutranksTheBody(int status, Kind kind, String reason) {
    for (String body : new String[] {atTask(20000), atTask(40602), atTop(40100), "<html>", ""}) {
      Verdict verdict = judge(status, body);
      assertThat(verdict.kind()).isEqualTo(kind);
      assertThat(word(verdict)).isEqualTo(reason);
      assertThat(verdict.httpStatus()).isEqualTo(status);
    }
  }

  @ParameterizedTest
  @ValueSource(ints = {400, 405})
  void aRefusalByTheApiIsFinalAndOneByWhatStandsBeforeItIsNot(int status) {
    for (String body : new String[] {atTask(20000), atTop(40501)}) {
      Verdict verdict = judge(status, body);
      assertThat(verdict.kind()).isEqualTo(Kind.PERMANENT);
      assertThat(word(verdict)).isEqualTo("rejected");
    }
    for (String body : new String[] {"<html>The plain HTTP request was sent to HTTPS port", ""}) {
      Verdict verdict = judge(status, body);
      assertThat(verdict.kind()).isEqualTo(Kind.TRANSIENT);
      assertThat(word(verdict)).isEqualTo("rejected");
    }
  }

  // the bodies of the fact sheet, section 1.2

  @Test
  void noSearchResultsIsAnEmptyDelivery() {
    String header =
        "[{\"keyword\":\"k\",\"spell\":null,\"item_types\":null,\"items_count\":0,\"items\":null}]";
    is(judge(200, TestTasks.body(ID, 40102, "{}", header)), Kind.DELIVER, null, 40102);
    assertThat(task.getFound().results()).hasSize(1);
    is(judge(200, TestTasks.body(ID, 40102, "{}", "null")), Kind.DELIVER, null, 40102);
  }

  @Test
  void aWrongPathIsOurAddress() {
    String body =
        "{\"version\":\"0.1.20250922\",\"status_code\":40400,\"status_message\":\"Not Found.\","
            + "\"time\":\"0 sec.\",\"cost\":0,\"tasks_count\":0,\"tasks_error\":0,\"tasks\":null}";
    is(judge(404, body), Kind.ACCOUNT, null, 40400);
    is(judge(200, atTask(40402)), Kind.ACCOUNT, null, 40402);
  }

  @Test
  void badCredentialsAreTheAccounts() {
    String body = atTop(40100).replace("top", "You are not Authorized to Access this Resource.");
    is(judge(401, body), Kind.ACCOUNT, null, 40100);
    assertThat(task.getVerdict().inWords())
        .isEqualTo("HTTP 401, 40100 You are not Authorized to Access this Resource");
  }

  @Test
  void noMoneyIsTheAccountsAlsoWithoutATopCode() {
    Verdict verdict =
        judge(
            402,
            "{\"tasks\":[{\"status_code\":40200,\"status_message\":\"Payment Required.\","
                + "\"cost\":0,\"result\":null}]}");
    assertThat(verdict.kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(verdict.httpStatus()).isEqualTo(402);
    is(judge(200, atTask(40210)), Kind.ACCOUNT, null, 40210);
  }

  @Test
  void anUnverifiedAccountIsTheAccountsAtEveryLevel() {
    is(judge(401, atTop(40104)), Kind.ACCOUNT, null, 40104);
    is(judge(403, atTop(40104)), Kind.ACCOUNT, null, 40104);
    is(judge(200, atTask(40104)), Kind.ACCOUNT, null, 40104);
  }

  @Test
  void aServerErrorWithAGoodBodyIsAServerError() {
    is(judge(500, atTask(20000)), Kind.TRANSIENT, "retries-exhausted", 20000);
  }

  @Test
  void a404IsAboutTheIdWhereItsBodyHasOurId() {
    is(judge(404, atTask(40401)), Kind.PERMANENT, "not-found", 40401);
    is(judge(404, atTask(40400)), Kind.PERMANENT, "not-found", 40400);
    is(judge(404, atTask(40401).replace("40401", "null")), Kind.PERMANENT, "not-found", 20000);
  }

  @ParameterizedTest
  @ValueSource(ints = {40401, 40404})
  void a404IsAboutTheIdWhereItsTopCodeSaysSo(int code) {
    is(judge(404, atTop(code)), Kind.PERMANENT, "not-found", code);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "<html>no task 00000000-0000-0000-0000-00000000000A here</html>",
        "00000000-0000-0000-0000-00000000000a",
        "{\"message\":\"no task 00000000-0000-0000-0000-00000000000a\"}",
        "{\"id\":\"00000000-0000-0000-0000-00000000000A\"",
        "Error 40401: Task Not Found.",
        "<b>40404</b>"
      })
  void a404IsAboutTheIdWhateverFormItsBodyHas(String body) {
    Task hex = TestTasks.fresh("00000000-0000-0000-0000-00000000000A");
    Verdict verdict = TestTasks.answer(hex, 404, body).getVerdict();
    is(verdict, Kind.PERMANENT, "not-found", null);
    assertThat(verdict.httpStatus()).isEqualTo(404);
  }

  @Test
  void ofA404OnlyTheBeginningIsSearched() {
    String far = " ".repeat(64 * 1024) + ID;
    assertThat(judge(404, far).kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, far.substring(ID.value().length())).kind()).isEqualTo(Kind.PERMANENT);
  }

  /** As of a wrong address: it would end every id. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "Cannot GET /v3/serp/naver/organic/task_get/regular/%s",
        "<pre>/regular/%s</pre>",
        "{\"status\":404,\"error\":\"Not Found\",\"path\":\"/v3/regular/%s\"}",
        "{\"path\":\"\\/v3\\/regular\\/%s\"}",
        "{\"path\":\"\\u002fv3\\u002Fregular\\u002F%s\"}",
        "{\"path\":\"\\u002fregular\\u002f%s\"}",
        "<p>The requested resource [&#47;v3&#47;regular&#47;%s] is not available</p>", // Tomcat
        "<p>&#047;v3&#047;regular&#047;%s</p>",
        "<p>&#x2F;v3&#x2F;regular&#x2F;%s</p>",
        "<p>&#x2f;regular&#x2f;%s</p>",
        "<p>&sol;regular&sol;%s</p>",
        "from=%%2Fv3%%2Fregular%%2F%s",
        "from=%%2fregular%%2f%s",
        "<td>Physical Path</td><td>C:\\inetpub\\wwwroot\\v3\\regular\\%s</td>" // IIS
      })
  void a404ThatEchoesOurPathIsAboutOurAddress(String body) {
    assertThat(judge(404, body.formatted(ID)).kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, body.formatted(ID) + ": no task " + ID).kind()).isEqualTo(Kind.PERMANENT);
  }

  @Test
  void any404ElseIsAboutOurAddress() {
    assertThat(judge(404, "request 140401, 1.40401, 40401-2, a40404").kind())
        .isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, "no page " + OTHER).kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, "<html><h1>Not Found</h1></html>").kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, "").kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, "{}").kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, atTop(40402)).kind()).isEqualTo(Kind.ACCOUNT);
    assertThat(judge(404, atTask(40401).replace(ID.value(), OTHER)).kind()).isEqualTo(Kind.ACCOUNT);
  }

  @Test
  void tooManyCallsMayBeSaidAtAnyLevelAndSayHowLong() {
    is(judge(429, "slow down", "7"), Kind.THROTTLED, null, null);
    assertThat(task.getVerdict().retryAfter()).isEqualTo(7_000_000_000L);
    is(judge(200, atTop(40202), "3"), Kind.THROTTLED, null, 40202);
    assertThat(task.getVerdict().retryAfter()).isEqualTo(3_000_000_000L);
    is(judge(200, atTask(40209)), Kind.THROTTLED, null, 40209);
    assertThat(task.getVerdict().retryAfter()).isEqualTo(-1);
    is(judge(429, atTop(40209)), Kind.THROTTLED, null, 40209);
  }

  @Test
  void whatTheVendorSaysIsQuotedSafely() {
    String body =
        atTask(40999).replace("\"m\"", "\"no swordfish\\nERROR \\u001b[31mfake\\u0085x\"");
    assertThat(judge(200, body).statusMessage()).isEqualTo("no *** ERROR  [31mfake x");
  }

  @Test
  void theAnswerIsKeptForTheStagesBehind() throws IOException {
    judge(200, atTask(20000));
    assertThat(task.getAnswer().length()).isEqualTo(atTask(20000).length());
    assertThat(task.getFound().id()).isEqualTo(ID.value());
    assertThat(task.getFetchedAt()).isNotNull();
    judge(200, "<html>");
    assertThat(task.getFound()).isNull();
    assertThat(task.getAnswer().length()).isEqualTo(6);
  }

  @Test
  void theBodyIsClosed() throws IOException {
    AtomicBoolean closed = new AtomicBoolean();
    judge.answered(
        task,
        new ByteArrayInputStream(new byte[0]) {
          @Override
          public void close() {
            closed.set(true);
          }
        },
        200,
        null);
    assertThat(closed).isTrue();
    judge.answered(task, null, 200, null);
    assertThat(task.getVerdict().reason()).isEqualTo(Reason.UNREADABLE);
  }

  @Test
  void aBodyThatIsTooLargeIsNotReadOn() {
    assertThatExceptionOfType(AnswerReader.TooLargeException.class)
        .isThrownBy(
            () -> judge.answered(task, new ByteArrayInputStream(new byte[102_401]), 200, null));
  }

  @Test
  void anAnswerThatBreaksOffIsUnreadable() throws Exception {
    Exception tooLarge = tooLarge();
    for (Exception failure :
        new Exception[] {
          new ConnectionClosedException("Premature end"),
          new MalformedChunkCodingException("bad chunk"),
          new ZipException("invalid block"),
          new EOFException("Unexpected end of ZLIB input stream"),
          tooLarge
        }) {
      judge.noAnswer(task, failure, 200, null);
      is(task.getVerdict(), Kind.TRANSIENT, "unreadable", null);
      assertThat(task.getVerdict().statusMessage()).contains(failure.getMessage());
      assertThat(task.getVerdict().httpStatus()).isEqualTo(200);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "402, ACCOUNT,",
    "404, ACCOUNT,",
    "503, TRANSIENT, retries-exhausted",
    "429, THROTTLED,"
  })
  void anHttpErrorCountsAlsoWhereItsBodyBreaksOff(int status, Kind kind, String reason)
      throws Exception {
    judge.noAnswer(task, new ConnectionClosedException("Premature end"), status, "7");
    is(task.getVerdict(), kind, reason, null);
    assertThat(task.getVerdict().httpStatus()).isEqualTo(status);
    assertThat(task.getVerdict().retryAfter()).isEqualTo(7_000_000_000L);
  }

  private Exception tooLarge() {
    try {
      judge.answered(task, new ByteArrayInputStream(new byte[200_000]), 200, null);
      throw new AssertionError("read");
    } catch (IOException e) {
      return e;
    }
  }

  @Test
  void noConnectionIsNoAnswer() throws Exception {
    for (Exception failure :
        new Exception[] {
          new ConnectException("Connection refused"),
          new UnknownHostException("api.example"),
          new SocketTimeoutException("Read timed out"),
          new NoHttpResponseException("failed to respond"),
          new IOException("Connection reset by swordfish"),
          new IllegalStateException()
        }) {
      judge.noAnswer(task, failure, null, null);
      is(task.getVerdict(), Kind.TRANSIENT, "retries-exhausted", null);
      assertThat(task.getVerdict().httpStatus()).isNull();
      assertThat(task.getVerdict().statusMessage()).isNotBlank().doesNotContain("swordfish");
    }
  }

  @Test
  void anApiThatCannotBeReachedIsAWarningOnceUntilThereIsAnAnswer() throws Exception {
    String warning =
        "WARN https://api.dataforseo.com cannot be reached (%s). Check serp.api.base-url and the"
            + " network; the call is made again.";
    try (LogLines log = LogLines.of("serp-fetch-task")) {
      judge.noAnswer(task, new SocketTimeoutException("Read timed out"), null, null);
      assertThat(log.lines()).isEmpty();
      for (int i = 0; i < 3; i++) {
        judge.noAnswer(task, new UnknownHostException("api.example"), null, null);
      }
      assertThat(log.lines()).containsExactly(warning.formatted("unknown host: api.example"));
      judge.answered(task, new ByteArrayInputStream(new byte[0]), 500, null);
      judge.noAnswer(task, new SSLHandshakeException("no trust"), null, null);
      judge.noAnswer(task, new ConnectException("Connection refused"), null, null);
      assertThat(log.lines()).hasSize(2).endsWith(warning.formatted("TLS: no trust"));
    }
  }

  @Test
  void aCallThatTookTooLongIsNoAnswerHoweverItWasBrokenOff() throws Exception {
    AtomicLong now = new AtomicLong(System.nanoTime());
    TaskGetClient late = new TaskGetClient(SETTINGS, secrets, now::get);
    HttpClientBuilder builder = HttpClientBuilder.create();
    late.configureHttpClient(builder);
    try (CloseableHttpClient http = builder.build()) {
      http.execute(new HttpGet("http://127.0.0.1:1/"), response -> null);
      throw new AssertionError("answered");
    } catch (ConnectException e) { // nobody listens there
      now.addAndGet(Duration.ofMillis(2).toNanos());
      new Judge(SETTINGS, late, secrets)
          .noAnswer(task, new ConnectionClosedException("Premature end"), null, null);
    } finally {
      late.end();
    }
    is(task.getVerdict(), Kind.TRANSIENT, "retries-exhausted", null);
    assertThat(task.getVerdict().statusMessage()).isEqualTo("no whole answer within 1 ms");
  }

  /** It would count against its id, which stays in its source, and against the API. */
  @Test
  void aCallThatAStopAbortsIsNotJudged() throws Exception {
    AtomicLong now = new AtomicLong(System.nanoTime());
    Settings patient = new Settings(Map.of("serp.api.response-timeout", "60s")::get);
    TaskGetClient stopped = new TaskGetClient(patient, secrets, now::get);
    HttpClientBuilder builder = HttpClientBuilder.create();
    stopped.configureHttpClient(builder);
    CountDownLatch over = new CountDownLatch(1);
    HttpServer api = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    ScheduledExecutorService clock = Executors.newSingleThreadScheduledExecutor();
    api.createContext(
        "/",
        call -> {
          stopped.stop();
          now.addAndGet(Duration.ofSeconds(6).toNanos());
          try {
            over.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
    api.start();
    stopped.start(clock);
    task.asked(false, 0);
    try (CloseableHttpClient http = builder.build()) {
      String address = "http://127.0.0.1:" + api.getAddress().getPort() + "/";
      Exception aborted =
          catchException(() -> http.execute(new HttpGet(address), response -> null));
      assertThat(aborted).isNotNull();
      Judge atStop = new Judge(patient, stopped, secrets);
      assertThatExceptionOfType(StoppingException.class)
          .isThrownBy(() -> atStop.noAnswer(task, aborted, null, null));
      assertThat(task.getVerdict()).isNull();

      Poll poll = new Poll();
      new JudgePoll(stopped, secrets).noAnswer(poll, aborted);
      assertThat(poll.getVerdict()).isNull();
    } finally {
      stopped.end();
      over.countDown();
      api.stop(0);
      clock.shutdownNow();
    }
  }

  @Test
  void aCallThatFailsWithinTheTimeThatAStopLeavesItIsJudged() throws Exception {
    client.stop();
    judge.noAnswer(task, new ConnectException("Connection refused"), null, null);
    is(task.getVerdict(), Kind.TRANSIENT, "retries-exhausted", null);
  }

  @Test
  void aTemporaryFolderThatFailsSaysNothingOfTheApi() {
    task.asked(false, 0);
    SpoolException full = new SpoolException(new IOException("No space left on device"));
    assertThatExceptionOfType(SpoolException.class)
        .isThrownBy(() -> judge.noAnswer(task, full, 200, null))
        .isSameAs(full)
        .withMessageContaining(System.getProperty("java.io.tmpdir"))
        .withMessageContaining("No space left on device");
    assertThat(task.getVerdict()).isNull();
  }

  @Test
  void anAnswerWhoseFileFailsIsNoUnreadableOne() {
    task.asked(false, 0);
    Answer broken =
        new Answer() {
          @Override
          public long length() {
            return 10;
          }

          @Override
          public JsonParser parse(long from, long length) throws IOException {
            throw new SpoolException(new IOException("Input/output error"));
          }

          @Override
          protected int read(long from, byte[] into, int offset, int most) {
            throw new AssertionError();
          }

          @Override
          public void close() {}
        };
    assertThatExceptionOfType(SpoolException.class)
        .isThrownBy(() -> judge.judge(task, broken, 200, null));
    assertThat(task.getVerdict()).isNull();
  }

  /** The code that says more comes with its own message. */
  @Test
  void theMessageIsOfWhoeverSaidTheCode() {
    is(judge(403, atTask(40104)), Kind.ACCOUNT, null, 40104);
    assertThat(task.getVerdict().statusMessage()).isEqualTo("m");
    is(judge(403, atTop(40104)), Kind.ACCOUNT, null, 40104);
    assertThat(task.getVerdict().statusMessage()).isEqualTo("top");
    String withoutCode = TestTasks.body(ID, 1, "{}", "null").replace("\"status_code\":1,", "");
    is(judge(403, withoutCode), Kind.ACCOUNT, null, 20000);
    assertThat(task.getVerdict().statusMessage()).isEqualTo("Ok.");
  }

  @Test
  void anAnswerThatIsNoTextIsUnreadable() throws IOException {
    byte[] brokenUtf32 = {0, 0, 0, '{', 0, 0x7f, 0x7f, 0x7f};
    judge.answered(task, new ByteArrayInputStream(brokenUtf32), 200, null);
    is(task.getVerdict(), Kind.TRANSIENT, "unreadable", null);
    assertThat(task.getVerdict().statusMessage()).startsWith("the answer cannot be read: ");
  }

  @Test
  void aLargeAnswerWhoseConnectionFailsAtTheEndKeepsNoFileOpen() throws IOException {
    Settings large = new Settings(Map.of("serp.api.max-response-size", "2MiB")::get);
    Judge ofLarge = new Judge(large, client, secrets);
    int before = OpenFiles.with("serp-answer-").size();
    InputStream body =
        new ByteArrayInputStream(new byte[1 << 20]) {
          @Override
          public void close() throws IOException {
            throw new IOException("Connection reset");
          }
        };
    assertThatIOException().isThrownBy(() -> ofLarge.answered(task, body, 200, null));
    assertThat(OpenFiles.with("serp-answer-")).hasSize(before);
  }
}
