package io.serproutes.fetch;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Finding;
import io.serproutes.ProgramUnderTest;
import io.serproutes.RawApi;
import io.serproutes.Settings;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What each answer of the API says about an account, its limits and our addresses. */
class ApiCheckTest {

  private static final String NO_TASK = "00000000-0000-0000-0000-000000000000";
  private static final String PATH = "/v3/serp/naver/organic/task_get/regular";
  private static final String ACCOUNT =
      "{'status_code':20000,'tasks':[{'status_code':20000,'result':[{'login':'me',"
          + "'rates':{'limits':{'day':null,'minute':{'total':%s,'total_serp':2000,"
          + "'serp':{'task_post':5,'task_get':{'regular':%s,'html':7},'tasks_ready':20}}}},"
          + "'money':{'total':9,'balance':%s},'price':{}}]}]}";

  private final Map<String, String> keys =
      new HashMap<>(
          Map.of("serp.api.login", "swordfish-me", "serp.api.password", "swordfish-secret"));

  /** What a check finds where the API answers so. */
  private List<Finding> find(
      RawApi.Answering answering, BiConsumer<ApiCheck, Consumer<Finding>> check)
      throws IOException {
    try (RawApi api = new RawApi(answering)) {
      keys.putIfAbsent("serp.api.base-url", api.address().toString());
      return find(check);
    }
  }

  private List<Finding> find(BiConsumer<ApiCheck, Consumer<Finding>> check) throws IOException {
    return find(check, Duration.ofSeconds(20));
  }

  private List<Finding> find(BiConsumer<ApiCheck, Consumer<Finding>> check, Duration timeout)
      throws IOException {
    List<Finding> found = new ArrayList<>();
    try (ApiCheck calls = new ApiCheck(new Settings(keys::get), timeout)) {
      check.accept(calls, found::add);
    }
    assertThat(found)
        .isNotEmpty()
        .allSatisfy(finding -> assertThat(finding.text()).doesNotContain("swordfish"));
    return found;
  }

  private static RawApi.Answering answer(int status, String body) {
    return (request, socket, out) ->
        RawApi.write(out, status, body.replace('\'', '"').getBytes(UTF_8));
  }

  private static String account(Object total, Object regular, Object balance) {
    return ACCOUNT.formatted(total, regular, balance);
  }

  private static String taskOfZero(int code) {
    return "{'status_code':20000,'tasks':[{'id':'%s','status_code':%d,'status_message':'So.'}]}"
        .formatted(NO_TASK, code);
  }

  @ParameterizedTest
  @CsvSource({
    // that a task is there, or that there is none, says that path and login are right
    "200, 20000, OK, path and login are right",
    "200, 40102, OK, path and login are right",
    "200, 40602, OK, path and login are right",
    "200, 40401, OK, path and login are right",
    "404, 40401, OK, path and login are right",
    "200, 40404, OK, path and login are right",
    "200, 40403, OK, path and login are right",
    "200, 40101, OK, path and login are right",
    "200, 40002, WARN, check that serp.api.path is that of your tasks",
    "200, 40501, WARN, check that serp.api.path is that of your tasks",
    "200, 40202, WARN, the account makes too many calls (40202 So); check again later",
    "429, 40202, WARN, 'the account makes too many calls (HTTP 429, 40202 So)'",
    "200, 50000, WARN, a run asks again by itself",
    "503, 50000, FAIL, 'not answered as it should be (HTTP 503, 50000 So)'",
    "401, 40100, FAIL, 'the login or the password is rejected (HTTP 401, 40100). Set serp.api.login'",
    "200, 40100, FAIL, the login or the password is rejected",
    "402, 40200, FAIL, the account has no money left (HTTP 402",
    "200, 40210, FAIL, the account has no money left",
    "200, 40207, FAIL, Add the address to the account's whitelist",
    "403, 20000, FAIL, the account may not call this API",
    "200, 40402, FAIL, the host or the path is wrong",
    "302, 20000, FAIL, the host or the path is wrong",
    "400, 40501, FAIL, check serp.api.base-url and serp.api.path",
  })
  void whatAnAnswerForTheIdThatNoTaskHasMeans(
      int status, int code, Finding.Result result, String words) throws IOException {
    List<Finding> found = find(answer(status, taskOfZero(code)), ApiCheck::access);
    assertThat(found).singleElement().extracting(Finding::result).isEqualTo(result);
    assertThat(found.get(0).text()).contains(words);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "404|{'status_code':40400,'status_message':'Not Found.','tasks':null}",
        "404|<html>nginx: /v3/x/00000000-0000-0000-0000-000000000000</html>",
        "200|<html>welcome</html>",
        "200|{}",
        "200|{'status_code':20000,'tasks':[{'id':'11111111-0000-0000-0000-000000000000'}]}",
        "200|{'status_code':20000,'tasks':[",
      })
  void whatIsNotTheApiIsSaidToBeAWrongAddress(int status, String body) throws IOException {
    List<Finding> found = find(answer(status, body), ApiCheck::access);
    assertThat(found).singleElement().extracting(Finding::result).isEqualTo(Finding.Result.FAIL);
    assertThat(found.get(0).text()).containsIgnoringCase("check serp.api.base-url");
  }

  @Test
  void itAsksAsARunDoesWithTheCredentialsOnce() throws IOException {
    try (RawApi api = new RawApi(answer(200, taskOfZero(40401)))) {
      keys.put("serp.api.base-url", api.address().toString());
      find(ApiCheck::access);
      assertThat(api.requests()).singleElement();
      assertThat(api.requests().get(0).line())
          .isEqualTo("GET " + PATH + "/" + NO_TASK + " HTTP/1.1");
      assertThat(api.requests().get(0).headers().get("authorization")).startsWith("Basic ");
    }
  }

  @Test
  void whoDoesNotAnswerIsSaidToBeUnreachable() throws IOException {
    keys.put("serp.api.base-url", "http://127.0.0.1:" + ProgramUnderTest.freePort());
    for (BiConsumer<ApiCheck, Consumer<Finding>> check : all()) {
      assertThat(find(check))
          .singleElement()
          .satisfies(
              finding ->
                  assertThat(finding.text())
                      .contains("cannot be reached (no connection", "and the network"))
          .extracting(Finding::result)
          .isEqualTo(Finding.Result.FAIL);
    }
  }

  private static List<BiConsumer<ApiCheck, Consumer<Finding>>> all() {
    return List.of(ApiCheck::access, ApiCheck::account, ApiCheck::readyList);
  }

  /** The client's own time-out restarts with every byte. */
  @Test
  @Timeout(60)
  void whoAnswersForEverIsGivenUp() throws IOException {
    try (RawApi api = new RawApi(ApiCheckTest::drip)) {
      keys.put("serp.api.base-url", api.address().toString());
      for (BiConsumer<ApiCheck, Consumer<Finding>> check : all()) {
        assertThat(find(check, Duration.ofMillis(200)))
            .singleElement()
            .satisfies(
                finding -> assertThat(finding.text()).contains("no whole answer within 200 ms"));
      }
    }
  }

  private static void drip(RawApi.Request request, Socket socket, OutputStream out)
      throws IOException {
    out.write(RawApi.head(200, "Content-Length: 1000000"));
    while (!Thread.currentThread().isInterrupted()) {
      out.write(' ');
      out.flush();
      java.util.concurrent.locks.LockSupport.parkNanos(Duration.ofMillis(50).toNanos());
    }
  }

  @ParameterizedTest
  @CsvSource({
    "10000, 2000, 2000, OK, 'login accepted; balance 3.50 USD; 2000 calls a minute'",
    "10000, 2000, 500, OK, '2000 calls a minute, of which serp.api.calls-per-minute=500'",
    "10000, 1200, 2000, WARN, 'serp.api.calls-per-minute=2000 is more than the account''s limit of"
        + " 1200; calls would be throttled: set it to 1200'",
    "600, null, 2000, WARN, the account's limit of 600",
    "null, null, 2001, WARN, the account's limit of 2000",
  })
  void theLeastOfTheAccountsLimitsIsComparedWithOurs(
      String total, String regular, String ours, Finding.Result result, String words)
      throws IOException {
    keys.put("serp.api.calls-per-minute", ours);
    List<Finding> found = find(answer(200, account(total, regular, 3.5)), ApiCheck::account);
    assertThat(found)
        .anySatisfy(
            finding -> {
              assertThat(finding.result()).isEqualTo(result);
              assertThat(finding.text()).contains(words);
            })
        .allSatisfy(finding -> assertThat(finding.result()).isNotEqualTo(Finding.Result.FAIL));
    assertThat(found).hasSize(result == Finding.Result.OK ? 1 : 2);
  }

  @Test
  void moreCallsAtOnceThanTheVendorAllowsAndNoMoneyAreWarnings() throws IOException {
    keys.put("serp.api.max-concurrent", "50");
    assertThat(find(answer(200, account(2000, 2000, -0.05)), ApiCheck::account))
        .filteredOn(finding -> finding.result() == Finding.Result.WARN)
        .extracting(Finding::text)
        .satisfiesExactly(
            text -> assertThat(text).contains("no money left", "top it up"),
            text -> assertThat(text).contains("serp.api.max-concurrent=50", "set it to 30"));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|{'status_code':20000,'tasks':[{'status_code':20000,'result':[{}]}]}|OK|no limit",
        "200|{'status_code':20000,'tasks':[{'status_code':20000,'result':null}]}|OK|no limit",
        "200|{'status_code':20000,'tasks':[{'status_code':20000,'result':[{'rates':[1],"
            + "'money':{'balance':'x'}}]}]}|OK|no limit",
        "404|{'status_code':40400}|WARN|there is no /v3/appendix/user_data at",
        "404|<html>no</html>|WARN|there is no /v3/appendix/user_data at",
        "200|<html>no</html>|WARN|the answer is no whole JSON document",
        "200|[1,2]|WARN|not answered as it should be",
        "200||WARN|not answered as it should be",
        "200|{'status_code':20000,'tasks':[{'status_code':40202}]}|WARN|too many calls",
        "200|{'tasks':[{'status_code':40202}]}|WARN|too many calls",
        "200|{'status_code':40202,'tasks':[{'status_code':20000}]}|WARN|too many calls",
        "200|{'status_code':20000,'tasks':[{'x':1}]}|OK|no limit",
        "500|{'status_code':20000}|FAIL|HTTP 500",
        "500|<html>no</html>|FAIL|HTTP 500",
        "401|{'status_code':40100}|FAIL|the login or the password is rejected",
        "401|swordfish-secret|FAIL|the login or the password is rejected",
        "200|{'status_code':20000,'tasks':[{'status_code':40207,'status_message':"
            + "'swordfish-me no'}]}|FAIL|whitelist",
      })
  void whatAnyOtherAnswerToUserDataMeans(
      int status, String body, Finding.Result result, String words) throws IOException {
    List<Finding> found = find(answer(status, body == null ? "" : body), ApiCheck::account);
    assertThat(found).singleElement().extracting(Finding::result).isEqualTo(result);
    assertThat(found.get(0).text()).contains(words);
  }

  @Test
  void anAnswerWithoutEndOrOfEndlessDepthTakesNoMemory() throws IOException {
    RawApi.Answering deep = answer(200, "[".repeat(200_000));
    assertThat(find(deep, ApiCheck::account)).singleElement();
    keys.remove("serp.api.base-url");
    RawApi.Answering large = answer(200, "{'a':'" + "x".repeat(9 << 20) + "'}");
    assertThat(find(large, ApiCheck::account)).singleElement();
  }

  @Test
  void aClockThatIsWrongIsAWarning() throws IOException {
    for (int minutes : new int[] {-90, 90}) {
      keys.remove("serp.api.base-url");
      String date =
          DateTimeFormatter.RFC_1123_DATE_TIME.format(
              ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(minutes));
      RawApi.Answering answering =
          (request, socket, out) ->
              RawApi.write(
                  out,
                  200,
                  account(2000, 2000, 1).replace('\'', '"').getBytes(UTF_8),
                  "Date: " + date);
      assertThat(find(answering, ApiCheck::account))
          .anySatisfy(
              finding -> {
                assertThat(finding.result()).isEqualTo(Finding.Result.WARN);
                assertThat(finding.text())
                    .startsWith("the clock of this machine is 5")
                    .contains(minutes < 0 ? " s ahead of the API's" : " s behind the API's", "NTP");
              });
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "200|{'status_code':20000,'tasks':[{'status_code':20000,'result':null}]}|OK"
            + "|/v3/serp/naver/organic/tasks_ready answers",
        "404|{'status_code':40400}|FAIL|set serp.ready.path",
        "200|{'status_code':40402}|FAIL|set serp.ready.path",
        "401|{}|FAIL|the login or the password is rejected",
        "429|{}|WARN|the account makes too many calls (HTTP 429); check again later",
        "500|{'status_code':40400}|FAIL|not answered as it should be (HTTP 500, 40400)",
      })
  void theListOfFinishedTasks(int status, String body, Finding.Result result, String words)
      throws IOException {
    List<Finding> found = find(answer(status, body), ApiCheck::readyList);
    assertThat(found).singleElement().extracting(Finding::result).isEqualTo(result);
    assertThat(found.get(0).text()).contains(words);
  }
}
