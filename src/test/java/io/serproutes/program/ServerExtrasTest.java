package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.vertx.core.Vertx;
import io.vertx.ext.web.Router;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Errors on the threads of Vert.x, with a server of the test. */
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

  @Test
  void oneInAHandlerIsReportedAndTheRequestIsAnswered() throws Exception {
    router.route().handler(request -> fail());
    int port =
        vertx
            .createHttpServer()
            .requestHandler(router)
            .listen(0, "127.0.0.1")
            .toCompletionStage()
            .toCompletableFuture()
            .get(20, TimeUnit.SECONDS)
            .actualPort();
    HttpRequest request = HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port)).build();
    HttpResponse<String> answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(died.poll(20, TimeUnit.SECONDS)).isSameAs(error);
  }

  @Test
  void oneOutsideOfAHandlerIsReported() throws Exception {
    vertx.runOnContext(now -> fail());
    assertThat(died.poll(20, TimeUnit.SECONDS)).isSameAs(error);
  }
}
