package io.serproutes.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** A file that is received, without the rest of the page. */
@Timeout(60)
class UploadTest {

  @TempDir Path inbox;

  private final Vertx vertx = Vertx.vertx();
  private final BlockingQueue<Throwable> died = new ArrayBlockingQueue<>(10);
  private final CountDownLatch over = new CountDownLatch(1);

  @AfterEach
  void stop() throws Exception {
    vertx.close().toCompletionStage().toCompletableFuture().get(20, TimeUnit.SECONDS);
  }

  private HttpResponse<String> send(Executor threads) throws Exception {
    Settings settings =
        new Settings(Map.of("serp.from", "folder", "serp.folder.inbox", inbox.toString())::get);
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.getRegistry().bind("folder", new DropFolder(settings, new Intake()));
      IdInlet inlet = new IdInlet(context, settings);
      Requests requests = new Requests(threads, new Secrets(settings));
      HttpServer server = vertx.createHttpServer();
      server.requestHandler(
          request -> {
            Thread.currentThread().setUncaughtExceptionHandler((thread, e) -> died.add(e));
            new Upload(request, inlet, requests, threads, "ids.txt", over::countDown).receive(3);
          });
      int port =
          server
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS)
              .actualPort();
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
              .version(HttpClient.Version.HTTP_1_1)
              .POST(BodyPublishers.ofString("id\n"))
              .build();
      return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
    }
  }

  @Test
  void aFileIsKept() throws Exception {
    HttpResponse<String> answer = send(Runnable::run);
    assertThat(answer.body()).contains("\"to\":\"ids.txt\"");
    assertThat(answer.statusCode()).isEqualTo(200);
    assertThat(inbox.resolve("ids.txt")).hasContent("id");
    assertThat(died).isEmpty();
  }

  @Test
  void anErrorOfTheWholeProcessIsReportedAndTheRequestIsAnswered() throws Exception {
    OutOfMemoryError error = new OutOfMemoryError("unable to create native thread");
    AtomicInteger steps = new AtomicInteger();
    HttpResponse<String> answer =
        send(
            step -> {
              if (steps.incrementAndGet() == 3) {
                throw error;
              }
              step.run();
            });
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(died.poll(20, TimeUnit.SECONDS)).isSameAs(error);
    assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    try (var files = Files.list(inbox)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
    }
  }
}
