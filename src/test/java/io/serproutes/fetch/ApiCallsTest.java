package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.awaitility.Awaitility.await;

import io.serproutes.RawApi;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.apache.hc.client5.http.ConnectTimeoutException;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiCallsTest {

  private final Settings settings =
      new Settings(
          Map.of(
                  "serp.api.base-url", "http://127.0.0.1",
                  "serp.api.connect-timeout", "100ms",
                  "serp.api.login", "somebody",
                  "serp.api.password", "swordfish")
              ::get);
  private final Secrets secrets = new Secrets(settings);

  private ApiCalls calls() {
    return new ApiCalls(settings, secrets, Duration.ofSeconds(20));
  }

  @ParameterizedTest
  @ValueSource(ints = {200, 302, 401, 503})
  void aCallIsMadeOnceWithTheCredentialsWhateverIsAnswered(int status) throws IOException {
    RawApi.Answering answering =
        (request, socket, out) ->
            RawApi.write(
                out, status, new byte[3], "Location: /elsewhere", "WWW-Authenticate: Basic");
    try (RawApi api = new RawApi(answering);
        ApiCalls calls = calls()) {
      String answer =
          calls.make(
              new HttpGet(api.address()),
              response -> response.getCode() + " " + response.getEntity().getContentLength());
      assertThat(answer).isEqualTo(status + " 3");
      assertThat(api.requests())
          .singleElement()
          .satisfies(
              request ->
                  assertThat(request.headers())
                      .containsEntry("authorization", secrets.authorization()));
    }
  }

  @Test
  void whatTheHandlerThrowsIsNoTimeOut() throws IOException {
    RawApi.Answering answering = (request, socket, out) -> RawApi.write(out, 200, new byte[3]);
    IOException planned = new IOException("planned by the test");
    try (RawApi api = new RawApi(answering);
        ApiCalls calls = calls()) {
      assertThatExceptionOfType(IOException.class)
          .isThrownBy(
              () ->
                  calls.make(
                      new HttpGet(api.address()),
                      response -> {
                        throw planned;
                      }))
          .isSameAs(planned);
    }
  }

  /** As behind a firewall that drops what it does not let through. */
  @Test
  void aConnectionIsAwaitedAsLongAsItsKeySays() throws IOException {
    InetAddress here = InetAddress.getByName("127.0.0.1");
    try (ServerSocket full = new ServerSocket(0, 1, here);
        Socket first = new Socket(here, full.getLocalPort());
        Socket second = new Socket(here, full.getLocalPort());
        ApiCalls calls = calls()) {
      assertThat(List.of(first, second)).as("nobody accepts them").allMatch(Socket::isConnected);
      HttpGet third = new HttpGet("http://127.0.0.1:" + full.getLocalPort());
      assertThatExceptionOfType(ConnectTimeoutException.class)
          .isThrownBy(() -> calls.make(third, response -> null));
    }
  }

  @Test
  void theirThreadKeepsNoProgramFromItsEndAndGoesWithThem() throws IOException {
    RawApi.Answering answering = (request, socket, out) -> RawApi.write(out, 200, new byte[3]);
    List<Thread> before = deadlines();
    ApiCalls calls = calls();
    List<Thread> made;
    try (RawApi api = new RawApi(answering)) {
      calls.make(new HttpGet(api.address()), response -> null);
      made = deadlines();
      made.removeAll(before);
    } finally {
      calls.close();
    }
    assertThat(made).singleElement().matches(Thread::isDaemon, "is a daemon");
    await().until(() -> !made.get(0).isAlive());
  }

  @Test
  void theirConnectionsGoWithThem() throws IOException {
    AtomicReference<Socket> atTheApi = new AtomicReference<>();
    RawApi.Answering answering =
        (request, socket, out) -> {
          atTheApi.set(socket);
          RawApi.write(out, 200, new byte[3]);
        };
    try (RawApi api = new RawApi(answering)) {
      try (ApiCalls calls = calls()) {
        calls.make(new HttpGet(api.address()), response -> null);
        assertThat(atTheApi.get().isClosed()).as("kept for the next call").isFalse();
      }
      await().until(() -> atTheApi.get().isClosed());
    }
  }

  private static List<Thread> deadlines() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().equals("serp-call-deadline"))
        .collect(Collectors.toList());
  }
}
