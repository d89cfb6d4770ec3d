package io.serproutes.sandbox;

import static io.serproutes.sandbox.SandboxClient.TASK_GET;
import static io.serproutes.sandbox.SandboxClient.basic;
import static io.serproutes.sandbox.SandboxClient.json;
import static io.serproutes.sandbox.SandboxClient.onlyTask;
import static io.serproutes.sandbox.SandboxClient.spelling;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.net.http.HttpResponse;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;
import org.apache.camel.main.Main;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** The route file as a program embeds it, under credentials of the nastiest characters. */
class SandboxRouteTest {
  private static final String ANY = "03171324-1535-0066-0000-770617fdc9a8";
  private static final String LOGIN = "jörg@example.com";
  private static final String PASSWORD = " #bean:a$b${c}{{d}}{{\"e' :é%41+\\ 한";

  @AutoClose("stop")
  private static final Main MAIN = new Main();

  private static SandboxClient client;

  @BeforeAll
  static void start() {
    Map<String, String> keys =
        Map.of(
            "serp.api.path", TASK_GET,
            "serp.api.login", LOGIN,
            "serp.api.password", PASSWORD,
            "serp.sandbox.port", "0",
            "serp.sandbox.turnaround", "0ms");
    MAIN.configure().setRoutesIncludePattern("file:routes/server/sandbox.camel.yaml");
    SandboxServer.listen(MAIN, new Settings(keys::get));
    MAIN.start();
    client = new SandboxClient(SandboxServer.address(MAIN.getCamelContext()), LOGIN, PASSWORD);
  }

  @Test
  void wrongOrMissingCredentialsAre401() {
    List<HttpResponse<byte[]>> refused =
        List.of(
            client.getUnauthorized(TASK_GET + "/" + ANY),
            client.getUnauthorized("/v3/serp/naver/organic/tasks_ready"),
            client.getUnauthorized("/v3/appendix/user_data"),
            client.postUnauthorized("/v3/serp/naver/organic/task_post", "[{\"keyword\":\"x\"}]"),
            client.postUnauthorized("/v3/serp/id_list", "[{}]"),
            unauthorized(basic(LOGIN, "wrong")),
            unauthorized(basic(LOGIN, PASSWORD + " ")),
            unauthorized(basic("", "")),
            unauthorized("Basic !"),
            unauthorized("Bearer " + basic(LOGIN, PASSWORD).substring(6)));

    for (HttpResponse<byte[]> response : refused) {
      assertThat(response.statusCode()).isEqualTo(401);
      assertThat(response.headers().firstValue("WWW-Authenticate"))
          .hasValue("Basic realm=\"DataForSEO REST API\"");
      assertThat(json(response).path("status_code").intValue()).isEqualTo(40100);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"nonsense", "03171324-1535-0066-0000-770617fdc9a8.xml", "a%22b%5C%0A"})
  void whatIsNoIdIsAnInvalidField(String id) {
    HttpResponse<byte[]> response = client.task(id);

    assertThat(response.statusCode()).isEqualTo(200);
    assertThat(onlyTask(response).path("status_code").intValue()).isEqualTo(40501);
    assertThat(onlyTask(response).get("result").isNull()).isTrue();
  }

  @Test
  void gzipsWhatIsWorthItForThoseWhoAccept() throws IOException {
    byte[] plain = client.task(ANY).body();
    HttpResponse<byte[]> response = client.task(ANY, "Accept-Encoding", "br, GZIP;q=0.8, *");

    assertThat(response.headers().firstValue("Content-Encoding")).hasValue("gzip");
    assertThat(response.body().length).isLessThan(plain.length);
    assertThat(new GZIPInputStream(new ByteArrayInputStream(response.body())).readAllBytes())
        .isEqualTo(plain);
    assertThat(client.task(ANY, "Accept-Encoding", "gzip;q=0").body()).isEqualTo(plain);
    assertThat(
            client
                .task(spelling(0, 0, 40401), "Accept-Encoding", "gzip")
                .headers()
                .firstValue("Content-Encoding"))
        .isEmpty();
  }

  @Test
  void nothingOfTheRequestIsSentBack() {
    HttpResponse<byte[]> response =
        client.task(ANY, "X-Probe", "1", "id", "2", "CamelHttpUri", "3");

    assertThat(new TreeSet<>(response.headers().map().keySet()))
        .containsExactly("content-length", "content-type");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/",
        "/v3/serp/google/organic/task_get/regular/" + ANY,
        TASK_GET,
        TASK_GET + "/" + ANY + "/html"
      })
  void otherPathsAre404(String path) {
    for (HttpResponse<byte[]> response : List.of(client.get(path), client.post(path))) {
      assertThat(response.statusCode()).isEqualTo(404);
      assertThat(json(response).path("status_code").intValue()).isEqualTo(40400);
      assertThat(json(response).get("tasks").isNull()).isTrue();
    }
  }

  private static HttpResponse<byte[]> unauthorized(String authorization) {
    return client.getUnauthorized(TASK_GET + "/" + ANY, "Authorization", authorization);
  }
}
