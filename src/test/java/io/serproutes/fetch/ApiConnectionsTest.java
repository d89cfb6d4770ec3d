package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIOException;

import io.serproutes.RawApi;
import io.serproutes.Settings;
import java.io.Closeable;
import java.io.IOException;
import java.io.InterruptedIOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.hc.client5.http.classic.methods.HttpGet;
import org.apache.hc.client5.http.impl.classic.CloseableHttpClient;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;
import org.apache.hc.client5.http.io.ManagedHttpClientConnection;
import org.apache.hc.core5.http.ClassicHttpRequest;
import org.apache.hc.core5.http.ClassicHttpResponse;
import org.apache.hc.core5.http.HttpException;
import org.apache.hc.core5.http.MessageConstraintException;
import org.apache.hc.core5.http.impl.io.HttpRequestExecutor;
import org.apache.hc.core5.http.io.HttpClientConnection;
import org.apache.hc.core5.http.io.HttpResponseInformationCallback;
import org.apache.hc.core5.http.protocol.HttpContext;
import org.apache.hc.core5.io.CloseMode;
import org.apache.hc.core5.util.Timeout;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ApiConnectionsTest {

  private final Map<String, String> keys =
      new HashMap<>(Map.of("serp.api.base-url", "http://127.0.0.1"));

  @AutoClose
  private RawApi api =
      new RawApi((request, socket, out) -> RawApi.write(out, 200, new byte[] {'x'}));

  private ApiConnections connections() {
    return new ApiConnections(new Settings(keys::get));
  }

  private static CloseableHttpClient client(ApiConnections connections, Executor executor) {
    return HttpClientBuilder.create()
        .setConnectionManager(connections)
        .setRequestExecutor(executor)
        .disableAutomaticRetries()
        .build();
  }

  private static int call(CloseableHttpClient http, URI address) throws IOException {
    return http.execute(
        new HttpGet(address), response -> response.getEntity().getContent().readAllBytes().length);
  }

  /** Notes the connection that a call uses. */
  private static final class Executor extends HttpRequestExecutor {

    private final AtomicReference<ManagedHttpClientConnection> used = new AtomicReference<>();

    @Override
    public ClassicHttpResponse execute(
        ClassicHttpRequest request,
        HttpClientConnection connection,
        HttpResponseInformationCallback hints,
        HttpContext context)
        throws IOException, HttpException {
      used.set((ManagedHttpClientConnection) connection);
      return super.execute(request, connection, hints, context);
    }
  }

  @Test
  void thereAreAsManyAsCallsMayBeInFlight() {
    keys.put("serp.api.max-concurrent", "7");
    try (ApiConnections connections = connections()) {
      assertThat(connections.getMaxTotal()).isEqualTo(7);
      assertThat(connections.getDefaultMaxPerRoute()).isEqualTo(7);
    }
  }

  @Test
  void oneIsUsedByOneCallAfterAnother() throws IOException {
    Executor executor = new Executor();
    try (CloseableHttpClient http = client(connections(), executor)) {
      assertThat(call(http, api.address())).isOne();
      ManagedHttpClientConnection first = executor.used.get();
      Socket socket = first.getSocket();
      assertThat(call(http, api.address())).isOne();
      assertThat(executor.used.get()).isSameAs(first);
      assertThat(first.getSocket()).isSameAs(socket);
      assertThat(socket.isClosed()).isFalse();
    }
    assertThat(executor.used.get().isOpen()).isFalse();
    assertThat(executor.used.get().getSocket()).isNull();
  }

  @ParameterizedTest
  @ValueSource(strings = {"https", "http"})
  void anAddressWithTlsIsCalledWithTls(String baseUrl) throws Exception {
    keys.put("serp.api.base-url", baseUrl + "://127.0.0.1");
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getByName("127.0.0.1"));
        CloseableHttpClient http = client(connections(), new Executor())) {
      CompletableFuture<Integer> firstByte = CompletableFuture.supplyAsync(() -> firstByte(server));
      URI address = URI.create("https://127.0.0.1:" + server.getLocalPort());
      assertThatIOException().isThrownBy(() -> call(http, address));
      assertThat(firstByte.get(30, TimeUnit.SECONDS)).as("handshake").isEqualTo(22);
    }
  }

  private static int firstByte(ServerSocket server) {
    try (Socket socket = server.accept()) {
      return socket.getInputStream().read();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"a line of 65 KiB", "1001 lines"})
  void aHeadWithoutEndEndsTheCall(String what) throws IOException {
    api.close();
    String[] headers =
        what.startsWith("1001")
            ? "A: b\n".repeat(1001).split("\n")
            : new String[] {"A: " + "b".repeat(65 << 10)};
    api = new RawApi((request, socket, out) -> RawApi.write(out, 200, new byte[1], headers));
    try (CloseableHttpClient http = client(connections(), new Executor())) {
      assertThatExceptionOfType(MessageConstraintException.class)
          .isThrownBy(() -> call(http, api.address()));
    }
  }

  /** Each unpacking multiplies: of some KiB that have come no deadline ends terabytes. */
  @ParameterizedTest
  @ValueSource(strings = {"gzip, gzip", "gzip,identity,deflate"})
  void anAnswerThatIsPackedMoreThanOnceEndsTheCall(String encodings) throws IOException {
    api.close();
    String header = "Content-Encoding: " + encodings;
    api = new RawApi((request, socket, out) -> RawApi.write(out, 200, new byte[1], header));
    try (CloseableHttpClient http = client(connections(), new Executor())) {
      assertThatExceptionOfType(MessageConstraintException.class)
          .isThrownBy(() -> call(http, api.address()))
          .withMessageContaining("packed more than once");
    }
  }

  private ManagedHttpClientConnection open(CloseableHttpClient http, Executor executor)
      throws IOException {
    call(http, api.address());
    return executor.used.get();
  }

  private interface Closing {
    void close(ManagedHttpClientConnection connection) throws IOException;
  }

  private void closes(Closing closing) throws IOException {
    Executor executor = new Executor();
    try (CloseableHttpClient http = client(connections(), executor)) {
      ManagedHttpClientConnection connection = open(http, executor);
      Socket socket = connection.getSocket();
      closing.close(connection);
      assertThat(socket.isClosed()).isTrue();
      try (Socket late = new Socket()) {
        assertThatExceptionOfType(InterruptedIOException.class)
            .isThrownBy(() -> connection.bind(late))
            .withMessage("the call was aborted");
        assertThat(late.isClosed()).isTrue();
      }
    }
  }

  /** A call may be aborted while its connection is being made. */
  @Test
  void oneThatWasClosedTakesNoSocketAndLeavesNoneOpen() throws IOException {
    closes(Closeable::close);
    closes(connection -> connection.close(CloseMode.IMMEDIATE));
  }

  @Test
  void theTimeOutOfACallRestsBetweenCalls() throws IOException {
    Executor executor = new Executor();
    try (CloseableHttpClient http = client(connections(), executor);
        Socket socket = new Socket()) {
      ManagedHttpClientConnection connection = open(http, executor);
      socket.setSoTimeout(3000);
      connection.bind(socket);
      assertThat(connection.getSocket()).isSameAs(socket);
      connection.passivate();
      assertThat(socket.getSoTimeout()).isZero();
      connection.activate();
      assertThat(socket.getSoTimeout()).isEqualTo(3000);
      connection.setSocketTimeout(Timeout.ofMilliseconds(5000));
      assertThat(socket.getSoTimeout()).isEqualTo(5000);
      connection.passivate();
      connection.activate();
      assertThat(socket.getSoTimeout()).isEqualTo(5000);
    }
  }
}
