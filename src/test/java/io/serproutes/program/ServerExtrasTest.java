package io.serproutes.program;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.ext.web.Router;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Errors on the threads of Vert.x and too many requests, with a server of the test. */
@Timeout(60)
class ServerExtrasTest {

  private final Vertx vertx = Vertx.vertx();
  private final Router router = Router.router(vertx);
  private final OutOfMemoryError error = new OutOfMemoryError("of a test");
  private final BlockingQueue<Throwable> died = new ArrayBlockingQueue<>(10);

  @BeforeEach
  void reportErrors() {
    ServerExtras.reportErrors(vertx, router);
  }

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private void fail() {
    Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> died.add(e));
    throw error;
  }

  private int port() throws Exception {
    return vertx
        .createHttpServer()
        .requestHandler(router)
        .listen(0, "127.0.0.1")
        .toCompletionStage()
        .toCompletableFuture()
        .get(20, TimeUnit.SECONDS)
        .actualPort();
  }

  @Test
  void oneInAHandlerIsReportedAndTheRequestIsAnswered() throws Exception {
    router.route().handler(request -> fail());
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port())).build();
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(died.poll(20, TimeUnit.SECONDS)).isSameAs(error);
  }

  @Test
  void oneOutsideOfAHandlerIsReported() throws Exception {
    vertx.runOnContext(now -> fail());
    assertThat(died.poll(20, TimeUnit.SECONDS)).isSameAs(error);
  }

  /** 500 such requests, 18 KiB, would have 32 MiB of answers wait for it. */
  @Test
  void whoReadsNoAnswersLosesTheConnection() throws Exception {
    router.route().handler(ServerExtras::answer);
    router.route().handler(call -> call.response().end(Buffer.buffer(new byte[64 * 1024])));
    String request = "GET / HTTP/1.1\r\nHost: localhost\r\n\r\n";
    try (Socket socket = new Socket("127.0.0.1", port())) {
      OutputStream out = socket.getOutputStream();
      out.write(request.repeat(500).getBytes(US_ASCII));
      await().atMost(Duration.ofSeconds(20)).until(() -> isRefused(out, request));
    }
  }

  private static boolean isRefused(OutputStream out, String request) throws IOException {
    try {
      out.write(request.getBytes(US_ASCII));
      return false;
    } catch (SocketException e) {
      return true;
    }
  }
}
