package io.serproutes.sandbox;

import static io.serproutes.sandbox.SandboxClient.json;
import static io.serproutes.sandbox.SandboxClient.names;
import static io.serproutes.sandbox.SandboxClient.onlyTask;
import static io.serproutes.sandbox.SandboxClient.spelling;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Ids that spell the failure they want. */
class SandboxFailuresTest {
  @AutoClose private static final ObservedSandbox server = ObservedSandbox.start(Map.of());
  private static final SandboxClient client =
      new SandboxClient(server.address(), "sandbox", "sandbox");

  @ParameterizedTest
  @CsvSource({
    "40401, 1, true", "40403, 1, true", "40101, 0, true", "40103, 1, true", "40209, 1, true",
    "40601, 1, true", "40602, 0, true", "40210, 1, true", "50303, 1, true", "40999, 1, true",
    "00007, 0, true", "40200, 1, true"
  })
  void anIdSpellsTheStatusOfItsTask(String code, int errors, boolean noResult) {
    HttpResponse<byte[]> response = client.task("00000000-0000-0000-0000-0000000" + code);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(json(response).path("status_code").intValue()).isEqualTo(20000);
    assertThat(json(response).path("tasks_error").intValue()).isEqualTo(errors);
    JsonNode task = onlyTask(response);
    assertThat(task.path("status_code").intValue()).isEqualTo(Integer.parseInt(code));
    assertThat(task.path("result_count").intValue()).isZero();
    assertThat(task.get("result").isNull()).isEqualTo(noResult);
  }

  @Test
  void anIdSpellsAPartialOrAnEmptyResult() {
    JsonNode partial = onlyTask(client.task("00000000-0000-0000-0000-000000040106"));
    assertThat(partial.path("status_code").intValue()).isEqualTo(40106);
    assertThat(partial.path("result").get(0).path("items")).isNotEmpty();

    JsonNode empty = onlyTask(client.task("00000000-0000-0000-0000-000000040102"));
    assertThat(empty.path("status_code").intValue()).isEqualTo(40102);
    assertThat(empty.path("result_count").intValue()).isZero();
    assertThat(empty.path("result")).hasSize(1);
    assertThat(empty.path("result").get(0).path("keyword").textValue()).isNotBlank();
    assertThat(empty.path("result").get(0).get("items").isNull()).isTrue();

    JsonNode whole = onlyTask(client.task("00000000-0000-0000-0000-000000020000"));
    assertThat(whole.path("status_code").intValue()).isEqualTo(20000);
    assertThat(whole.path("result").get(0).path("items")).isNotEmpty();
  }

  @ParameterizedTest
  @CsvSource({"401, 40100", "403, 40104", "404, 40400", "429, 40202"})
  void anHttpStatusAloneBringsTheBodyThatGoesWithIt(int http, int top) {
    HttpResponse<byte[]> response = client.task(spelling(http, 0, 0));

    assertThat(response.statusCode()).isEqualTo(http);
    assertThat(json(response).path("status_code").intValue()).isEqualTo(top);
    assertThat(json(response).get("tasks").isNull()).isTrue();
    assertThat(response.headers().firstValue("Retry-After").isPresent()).isEqualTo(http == 429);
    assertThat(response.headers().firstValue("WWW-Authenticate").isPresent())
        .isEqualTo(http == 401);
  }

  @Test
  void http402IsTheShortBody() {
    HttpResponse<byte[]> response = client.task(spelling(402, 0, 0));

    assertThat(response.statusCode()).isEqualTo(402);
    assertThat(names(json(response))).containsExactly("tasks");
    assertThat(json(response).at("/tasks/0/status_code").intValue()).isEqualTo(40200);
  }

  @Test
  void http500SaysInItsBodyThatAllIsWell() {
    HttpResponse<byte[]> response = client.task(spelling(500, 0, 0));

    assertThat(response.statusCode()).isEqualTo(500);
    assertThat(onlyTask(response).path("status_code").intValue()).isEqualTo(20000);
  }

  @ParameterizedTest
  @ValueSource(ints = {301, 407, 418, 502, 503, 599})
  void otherHttpErrorsArePages(int http) {
    HttpResponse<byte[]> response = client.task(spelling(http, 0, 0));

    assertThat(response.statusCode()).isEqualTo(http);
    assertThat(response.headers().firstValue("Content-Type").orElseThrow()).startsWith("text/html");
    assertThat(new String(response.body(), StandardCharsets.UTF_8)).startsWith("<html>");
  }

  @ParameterizedTest
  @ValueSource(ints = {204, 304})
  void whatHasNoBodyInHttpHasNone(int http) {
    HttpResponse<byte[]> response = client.task(spelling(http, 0, 40602));

    assertThat(response.statusCode()).isEqualTo(http);
    assertThat(response.body()).isEmpty();
  }

  @Test
  void httpStatusAndTaskStatusGoTogether() {
    HttpResponse<byte[]> notFound = client.task(spelling(404, 0, 40401));
    assertThat(notFound.statusCode()).isEqualTo(404);
    assertThat(onlyTask(notFound).path("status_code").intValue()).isEqualTo(40401);

    HttpResponse<byte[]> slow = client.task("00000000-0000-0000-0000-000000040202");
    assertThat(slow.statusCode()).isEqualTo(200);
    assertThat(json(slow).path("status_code").intValue()).isEqualTo(40202);
  }

  @Test
  void anIdFailsSoOftenAsItSpellsAndThenHasAResult() {
    String id = spelling(503, 2, 50000);

    assertThat(client.task(id).statusCode()).isEqualTo(503);
    assertThat(client.task(id).statusCode()).isEqualTo(503);
    assertThat(client.task(spelling(503, 3, 50000)).statusCode()).isEqualTo(503);
    HttpResponse<byte[]> third = client.task(id);
    assertThat(third.statusCode()).isEqualTo(200);
    assertThat(onlyTask(third).path("result").get(0).path("items")).isNotEmpty();
    assertThat(client.task(id).statusCode()).isEqualTo(200);
  }

  @Test
  void noTimesIsAlways() {
    IntStream.range(0, 5)
        .mapToObj(read -> onlyTask(client.task(spelling(0, 0, 40602))))
        .forEach(task -> assertThat(task.path("status_code").intValue()).isEqualTo(40602));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "00000000-0000-0199-0000-000000050000",
        "00000000-0000-0600-0000-000000050000",
        "00000000-0000-0a02-0000-000000000000",
        "00000000-0000-0000-000a-000000040602",
        "00000000-0000-0000-0000-0000000abcde",
        "00000000-0000-1000-0000-000000040602",
        "00000000-0000-0000-0000-000000140602"
      })
  void idsThatSpellNoFailureAreLikeAnyOther(String id) {
    assertThat(onlyTask(client.task(id)).path("result").get(0).path("items")).isNotEmpty();
  }
}
