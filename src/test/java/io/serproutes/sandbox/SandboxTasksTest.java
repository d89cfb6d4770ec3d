package io.serproutes.sandbox;

import static io.serproutes.sandbox.SandboxClient.json;
import static io.serproutes.sandbox.SandboxClient.names;
import static io.serproutes.sandbox.SandboxClient.onlyTask;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.ByteArrayInputStream;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The whole way of a task over HTTP: posted, done, told, listed and collected. */
class SandboxTasksTest {
  private static final String POST = "/v3/serp/naver/organic/task_post";
  private static final String READY = "/v3/serp/naver/organic/tasks_ready";
  private static final String ID = "\\d{8}-1535-0066-0000-[0-9a-f]{12}";

  @AutoClose private ObservedSandbox server;
  private SandboxClient client;

  @BeforeEach
  void start() {
    start("200ms");
  }

  @Test
  void aPostedTaskIsDoneAWhileLaterAndListedUntilItIsCollected() {
    server.close();
    start("1s");
    JsonNode answer = json(client.post(POST, "[{\"keyword\":\"서울+%EB%A7%9B\",\"tag\":\"t 1\"}]"));
    JsonNode task = answer.at("/tasks/0");

    assertThat(answer.path("status_code").intValue()).isEqualTo(20000);
    assertThat(answer.path("tasks_count").intValue()).isEqualTo(1);
    assertThat(answer.path("tasks_error").intValue()).isZero();
    assertThat(task.path("status_code").intValue()).isEqualTo(20100);
    assertThat(task.path("id").textValue()).matches(ID);
    assertThat(task.get("result").isNull()).isTrue();
    assertThat(task.path("path").toString())
        .isEqualTo("[\"v3\",\"serp\",\"naver\",\"organic\",\"task_post\"]");
    assertThat(task.path("data").path("function").textValue()).isEqualTo("task_post");
    assertThat(task.path("data").path("tag").textValue()).isEqualTo("t 1");

    String id = task.path("id").textValue();
    JsonNode early = onlyTask(client.task(id));
    assertThat(early.path("status_code").intValue()).isIn(40601, 40602);
    assertThat(early.get("result").isNull()).isTrue();
    assertThat(ready()).isEmpty();

    await().until(() -> ready().size() == 1);
    JsonNode row = ready().get(0);
    assertThat(names(row))
        .containsExactly(
            "id",
            "se",
            "se_type",
            "date_posted",
            "tag",
            "endpoint_regular",
            "endpoint_advanced",
            "endpoint_html");
    assertThat(row.path("id").textValue()).isEqualTo(id);
    assertThat(row.path("tag").textValue()).isEqualTo("t 1");

    JsonNode done = onlyTask(client.get(row.path("endpoint_regular").textValue()));
    assertThat(done.path("status_code").intValue()).isEqualTo(20000);
    assertThat(done.path("data").path("keyword").textValue()).isEqualTo("서울+%EB%A7%9B");
    assertThat(done.at("/result/0/keyword").textValue()).isEqualTo("서울 맛");
    assertThat(done.at("/result/0/items")).hasSizeGreaterThan(0);
    assertThat(ready()).isEmpty();
    assertThat(onlyTask(client.task(id)).path("result")).isEqualTo(done.path("result"));
  }

  @Test
  void aPingbackIsAGetWithIdAndTagAndLeavesTheTaskOnTheList() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(200)) {
      String url = receiver.url("/ping?token=a#b&id=$id&tag=$tag");
      String id = post("\"tag\":\"한 &\",\"pingback_url\":\"" + url + "\"");

      WebhookReceiver.Call call = receiver.next();
      assertThat(call.method()).isEqualTo("GET");
      assertThat(call.uri()).isEqualTo("/ping?token=a%23b&id=" + id + "&tag=%ED%95%9C%20%26");
      assertThat(ready().findValuesAsText("id")).containsExactly(id);
      assertThat(onlyTask(client.task(id)).at("/data/pingback_url").textValue()).isEqualTo(url);
    }
  }

  @Test
  void aPostbackBringsTheGzippedAnswerAndIsNotListed() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(204)) {
      String id =
          post(
              "\"postback_data\":\"advanced\",\"postback_url\":\""
                  + receiver.url("/post?id=$id&tag=$tag\""));

      WebhookReceiver.Call call = receiver.next();
      assertThat(call.method()).isEqualTo("POST");
      assertThat(call.uri()).isEqualTo("/post?id=" + id + "&tag=$tag");
      assertThat(call.encoding()).isEqualTo("gzip");
      JsonNode answer =
          new ObjectMapper().readTree(new GZIPInputStream(new ByteArrayInputStream(call.body())));
      assertThat(answer.at("/tasks/0/id").textValue()).isEqualTo(id);
      assertThat(answer.at("/tasks/0/path/5").textValue()).isEqualTo("advanced");
      assertThat(answer.at("/tasks/0/result/0/items"))
          .isEqualTo(onlyTask(client.task(id)).at("/result/0/items"));
      await().until(() -> ready().isEmpty());
    }
  }

  @Test
  void aTaskWhosePostbackIsRefusedIsListed() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(500)) {
      String id = post("\"postback_data\":\"regular\",\"postback_url\":\"" + receiver.url("/\""));

      receiver.next();
      assertThat(ready().findValuesAsText("id")).containsExactly(id);
      assertThat(receiver.isEmpty()).isTrue();
    }
  }

  /** Camel alone would refuse more than 1,000 that wait. */
  @Test
  void thousandsOfWebhooksMayWait() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(200)) {
      String task = "{\"keyword\":\"x\",\"pingback_url\":\"" + receiver.url("/$id") + "\"}";
      String hundred = "[" + (task + ",").repeat(99) + task + "]";
      for (int post = 0; post < 15; post++) {
        assertThat(json(client.post(POST, hundred)).path("tasks_error").intValue()).isZero();
      }
      Set<String> ids = new HashSet<>();
      while (ids.size() < 1500) {
        ids.add(receiver.next().uri());
      }
      assertThat(ready()).hasSize(1000);
    }
  }

  /** On Linux 0.0.0.0 leads to the receiver all the same. */
  @Test
  void noWebhookLeavesTheMachine() throws Exception {
    try (WebhookReceiver receiver = new WebhookReceiver(200)) {
      post("\"pingback_url\":\"http://0.0.0.0:" + receiver.port() + "/elsewhere\"");
      await().until(() -> ready().size() == 1);
      post("\"pingback_url\":\"http://localhost:" + receiver.port() + "/here\"");

      assertThat(receiver.next().uri()).isEqualTo("/here");
      assertThat(receiver.isEmpty()).isTrue();
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "[{\"keyword\":\"\"}] | 40501 | Invalid Field: 'keyword'.",
        "[{\"tag\":\"x\"}] | 40501 | Invalid Field: 'keyword'.",
        "[{\"keyword\":[\"x\"]}] | 40501 | Invalid Field: 'keyword'.",
        "[{\"keyword\":\"x\",\"tag\":7}] | 40501 | Invalid Field: 'tag'.",
        "[{\"keyword\":\"x\",\"pingback_url\":\"ftp://a\"}] | 40501 | Invalid Field: 'pingback_url'.",
        "[{\"keyword\":\"x\",\"pingback_url\":\"http://a/%\"}] | 40501 | Invalid Field: 'pingback_url'.",
        "[{\"keyword\":\"x\",\"postback_url\":\"http://a/\"}] | 40501 | Invalid Field: 'postback_data'.",
        "[{\"keyword\":\"x\",\"postback_data\":\"all\"}] | 40501 | Invalid Field: 'postback_data'.",
        "[7] | 40503 | POST Data Is Invalid.",
        "{\"keyword\":\"x\"} | 40503 | POST Data Is Invalid.",
        "[{\"keyword\":\"x\"} | 40503 | POST Data Is Invalid.",
        "[{\"keyword\":\"x\"}]] | 40503 | POST Data Is Invalid.",
        "[] | 40502 | POST Data Is Empty. Content-Type Must Be application/json.",
        "'' | 40502 | POST Data Is Empty. Content-Type Must Be application/json."
      })
  void aWrongTaskHasAStatusOfItsOwn(String body, int code, String message) {
    JsonNode answer = json(client.post(POST, body));

    assertThat(answer.path("status_code").intValue()).isEqualTo(20000);
    assertThat(answer.path("tasks_error").intValue()).isEqualTo(1);
    assertThat(answer.at("/tasks/0/status_code").intValue()).isEqualTo(code);
    assertThat(answer.at("/tasks/0/status_message").textValue()).isEqualTo(message);
    assertThat(idList("").at("/tasks/0/result")).isEmpty();
  }

  /** What curl sends unless told otherwise. */
  @Test
  void aFormIsNoJson() {
    JsonNode answer =
        json(client.postAs("application/x-www-form-urlencoded", POST, "[{\"keyword\":\"a=b\"}]"));
    assertThat(answer.at("/tasks/0/status_code").intValue()).isEqualTo(40502);
  }

  @Test
  void whatIsTooMuchIsRefused() {
    String task = "{\"keyword\":\"x\"}";
    JsonNode answer = json(client.post(POST, "[" + (task + ",").repeat(101) + task + "]"));
    assertThat(answer.path("tasks")).hasSize(102);
    assertThat(answer.at("/tasks/99/status_code").intValue()).isEqualTo(20100);
    assertThat(answer.at("/tasks/100/status_code").intValue()).isEqualTo(40006);
    assertThat(answer.path("tasks_error").intValue()).isEqualTo(2);

    assertThat(status("[" + "7,".repeat(5000) + "7]")).isEqualTo(40503);
    assertThat(status("[{\"keyword\":\"" + "x".repeat(701) + "\"}]")).isEqualTo(40501);
    assertThat(status("[{\"keyword\":\"x\",\"tag\":\"" + "x".repeat(256) + "\"}]"))
        .isEqualTo(40501);
    assertThat(status("[{\"keyword\":\"x\",\"os\":\"" + "x".repeat(9000) + "\"}]"))
        .isEqualTo(40503);
    assertThat(status("[".repeat(100_000))).isEqualTo(40503);
    assertThat(client.post(POST, "x".repeat(2_000_000)).statusCode()).isEqualTo(413);
  }

  @Test
  void idListHasWhatWasPostedWithinATime() {
    String first = post("\"tag\":\"1\"");
    await().until(() -> ready().size() == 1);
    client.task(first);
    String second =
        post(
            "\"tag\":\"2\",\"postback_url\":\"http://0.0.0.0/?token=x\",\"postback_data\":\"html\"");
    await().until(() -> ready().size() == 1);

    JsonNode rows = idList(",\"sort\":\"asc\",\"include_metadata\":true").at("/tasks/0/result");
    assertThat(rows.findValuesAsText("id")).containsExactlyInAnyOrder(first, second);
    JsonNode row = rows.get(rows.get(0).path("id").textValue().equals(second) ? 0 : 1);
    assertThat(names(row))
        .containsExactly(
            "id", "url", "datetime_posted", "datetime_done", "status", "cost", "metadata");
    assertThat(row.path("status").textValue()).isEqualTo("20000");
    assertThat(row.path("datetime_done").textValue()).endsWith(" +00:00");
    assertThat(row.at("/metadata/se").textValue()).isEqualTo("naver");
    assertThat(row.at("/metadata/postback_url").textValue()).isEqualTo("http://0.0.0.0/?token=x");

    JsonNode page = idList(",\"limit\":1,\"offset\":1").at("/tasks/0/result");
    assertThat(page).hasSize(1);
    assertThat(page.get(0).get("metadata").isNull()).isTrue();
    assertThat(idList(",\"offset\":2").at("/tasks/0/result")).isEmpty();
    assertThat(
            list("2026-01-01 00:00:00 +00:00", "2026-01-02 00:00:00 +02:00", "")
                .at("/tasks/0/result"))
        .isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "2026-01-01 | 2026-01-02 00:00:00 +00:00 | '' | Invalid Field: 'datetime_from'.",
        "2026-01-01 00:00:00 +00:00 | '' | '' | Invalid Field: 'datetime_to'.",
        "2026-01-01 00:00:00 +00:00 | 2026-01-02 00:00:00 +00:00 | ,\"limit\":1001 | Invalid Field: 'limit'.",
        "2026-01-01 00:00:00 +00:00 | 2026-01-02 00:00:00 +00:00 | ,\"offset\":-1 | Invalid Field: 'offset'.",
        "2026-01-01 00:00:00 +00:00 | 2026-01-02 00:00:00 +00:00 | ,\"sort\":\"up\" | Invalid Field: 'sort'."
      })
  void idListChecksItsFields(String from, String to, String more, String message) {
    JsonNode task = list(from, to, more).at("/tasks/0");

    assertThat(task.path("status_code").intValue()).isEqualTo(40501);
    assertThat(task.path("status_message").textValue()).isEqualTo(message);
  }

  @Test
  void userDataTellsTheAccountAndItsLimits() {
    JsonNode account = json(client.get("/v3/appendix/user_data")).at("/tasks/0/result/0");

    assertThat(account.path("login").textValue()).isEqualTo("sandbox");
    assertThat(account.at("/money/balance").intValue()).isPositive();
    assertThat(account.at("/rates/limits/minute/total").intValue()).isEqualTo(2000);
    assertThat(account.at("/rates/limits/minute/serp/task_get/regular").intValue()).isEqualTo(2000);
    assertThat(account.at("/rates/limits/minute/serp/tasks_ready").intValue()).isEqualTo(20);
  }

  private void start(String turnaround) {
    server = ObservedSandbox.start(Map.of("serp.sandbox.turnaround", turnaround));
    client = new SandboxClient(server.address(), "sandbox", "sandbox");
  }

  /** Posts a task with these members beside its keyword. */
  private String post(String members) {
    JsonNode task = json(client.post(POST, "[{\"keyword\":\"x\"," + members + "}]")).at("/tasks/0");
    assertThat(task.path("status_code").intValue()).isEqualTo(20100);
    return task.path("id").textValue();
  }

  private int status(String body) {
    return json(client.post(POST, body)).at("/tasks/0/status_code").intValue();
  }

  private JsonNode ready() {
    return json(client.get(READY)).at("/tasks/0/result");
  }

  private JsonNode idList(String more) {
    return list("2026-01-01 00:00:00 +00:00", "2099-01-01 00:00:00 +00:00", more);
  }

  private JsonNode list(String from, String to, String more) {
    String body = "[{\"datetime_from\":\"%s\",\"datetime_to\":\"%s\"%s}]";
    return json(client.post("/v3/serp/id_list", body.formatted(from, to, more)));
  }
}
