package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.RawApi;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.Map;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.core5.http.message.BasicClassicHttpResponse;
import org.junit.jupiter.api.Test;

class TaskGetClientTest {

  private static final Duration MILLI = Duration.ofMillis(1);

  private final Settings settings =
      new Settings(
          Map.of(
                  "serp.api.response-timeout", "30s",
                  "serp.api.login", "somebody",
                  "serp.api.password", "swordfish")
              ::get);
  private final Secrets secrets = new Secrets(settings);
  private final FakeTime time = new FakeTime();
  private final TaskGetClient client = new TaskGetClient(settings, secrets, time::nanos);

  /** A call of this thread whose answer is at hand, but not read to its end. */
  static HttpGet call(TaskGetClient client) {
    HttpClientBuilder builder = HttpClientBuilder.create();
    builder.addExecInterceptorFirst(
        "no network", (request, scope, chain) -> new BasicClassicHttpResponse(200));
    client.configureHttpClient(builder);
    HttpGet call = new HttpGet("http://127.0.0.1/");
    try (CloseableHttpClient http = builder.build()) {
      http.execute(call, response -> null);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return call;
  }

  @Test
  void aCallCarriesTheCredentialsOfTheAccount() throws IOException {
    HttpClientBuilder builder = HttpClientBuilder.create();
    client.configureHttpClient(builder);
    RawApi.Answering answering = (request, socket, out) -> RawApi.write(out, 200, new byte[0]);
    try (RawApi api = new RawApi(answering);
        CloseableHttpClient http = builder.build()) {
      http.execute(new HttpGet(api.address()), response -> null);
      assertThat(api.requests())
          .singleElement()
          .satisfies(
              request ->
                  assertThat(request.headers())
                      .containsEntry("authorization", secrets.authorization()));
    } finally {
      client.end();
    }
  }

  @Test
  void aCallIsLateOnceItsTimeIsOver() {
    assertThat(client.isLate()).as("no call").isFalse();
    call(client);
    time.advance(Duration.ofSeconds(30));
    assertThat(client.isLate()).isFalse();
    time.advance(Duration.ofNanos(1));
    assertThat(client.isLate()).isTrue();
    assertThat(client.late()).isEqualTo("no whole answer within 30000 ms");
    client.end();
    assertThat(client.isLate()).isFalse();
  }

  @Test
  void aCallThatIsLateIsBrokenOff() {
    client.start(time);
    time.advance(MILLI); // it does not begin with a look of the clock
    HttpGet call = call(client);
    time.advance(Duration.ofSeconds(30));
    assertThat(call.isAborted()).isFalse();
    time.advance(Duration.ofMillis(100));
    assertThat(call.isAborted()).isTrue();
  }

  @Test
  void oneThatIsDueAtALookOfTheClockHasItsWholeTime() {
    client.start(time);
    HttpGet call = call(client);
    time.advance(Duration.ofSeconds(30));
    assertThat(call.isAborted()).isFalse();
  }

  @Test
  void theEndOfACallBreaksOffWhatIsNotReadOfItsAnswer() {
    HttpGet call = call(client);
    assertThat(call.isAborted()).isFalse();
    client.end();
    assertThat(call.isAborted()).isTrue();
  }

  @Test
  void aStopLeavesCallsFiveSeconds() {
    client.start(time);
    HttpGet call = call(client);
    client.stop();
    time.advance(Duration.ofSeconds(5));
    assertThat(call.isAborted()).isFalse();
    time.advance(Duration.ofMillis(100));
    assertThat(call.isAborted()).isTrue();
  }

  @Test
  void startedAgainItLeavesCallsTheirTime() {
    client.start(time);
    client.stop();
    time.shutdown();
    client.start(time);
    HttpGet call = call(client);
    time.advance(Duration.ofSeconds(30));
    assertThat(call.isAborted()).isFalse();
  }
}
