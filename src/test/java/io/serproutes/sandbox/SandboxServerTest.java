package io.serproutes.sandbox;

import static io.serproutes.sandbox.SandboxClient.json;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SandboxServerTest {
  private static final String ID = "03171324-1535-0066-0000-770617fdc9a8";
  private static final String NOT_READY = "00000000-0000-0000-0000-000000040602";

  private SandboxServer server;
  private SandboxClient client;

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void countsCallsAndWhatTheyWereAnswered() {
    start("0ms");
    client.task(ID);
    client.task(ID);
    client.task(NOT_READY);
    client.task("no-id");

    JsonNode stats = stats();
    assertThat(stats.path("calls").intValue()).isEqualTo(4);
    assertThat(stats.path("calls_in_any_60s_max").intValue()).isEqualTo(4);
    assertThat(stats.path("max_in_flight").intValue()).isEqualTo(1);
    assertThat(stats.path("asked_more_than_once").intValue()).isEqualTo(1);
    assertThat(stats.path("per_status").path("200/20000").intValue()).isEqualTo(2);
    assertThat(stats.path("per_status").path("200/40602").intValue()).isEqualTo(1);
    assertThat(asked(2)).isEqualTo("{\"id\":\"" + ID + "\",\"count\":2}\n");
    assertThat(asked(1).lines()).hasSize(2);
  }

  /** Vert.x alone would let 20 wait at once. */
  @Test
  void manyCallsWaitAtOnce() {
    start("1s");
    CompletableFuture<?>[] calls =
        IntStream.range(0, 60)
            .mapToObj(n -> client.taskAsync(ID))
            .toArray(CompletableFuture<?>[]::new);
    CompletableFuture.allOf(calls).join();

    assertThat(stats().path("max_in_flight").intValue()).isBetween(21, 60);
  }

  @Test
  void answersAllWithAFailureUntilToldOtherwise() {
    start("0ms");
    client.post("/sandbox/answer?code=40200&http=402");
    HttpResponse<byte[]> failed = client.task(ID);
    assertThat(failed.statusCode()).isEqualTo(402);
    assertThat(json(failed).has("status_code")).isFalse();

    client.post("/sandbox/answer?code=40202");
    assertThat(json(client.task(ID)).path("status_code").intValue()).isEqualTo(40202);

    client.post("/sandbox/answer?code=0");
    assertThat(json(client.task(ID)).at("/tasks/0/result/0/items")).hasSize(3);
  }

  /** Camel alone would start, and the other's answers be taken for its own. */
  @Test
  void doesNotStartOnATakenPort() {
    start("0ms");
    String taken = Integer.toString(server.address().getPort());

    assertThatThrownBy(() -> SandboxServer.start(Map.of("serp.sandbox.port", taken)))
        .hasStackTraceContaining("serp.sandbox.port " + taken + ": Address already in use");
  }

  private void start(String latency) {
    server =
        SandboxServer.start(
            Map.of(
                "serp.sandbox.port", "0",
                "serp.sandbox.items", "3",
                "serp.sandbox.latency", latency,
                "serp.sandbox.count-ids", "true"));
    client = new SandboxClient(server.address(), "sandbox", "sandbox");
  }

  private JsonNode stats() {
    return json(client.getUnauthorized("/sandbox/stats"));
  }

  private String asked(int min) {
    byte[] lines = client.getUnauthorized("/sandbox/asked?min=" + min).body();
    return new String(lines, StandardCharsets.UTF_8);
  }
}
