package io.serproutes.page;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import io.vertx.core.Vertx;
import io.vertx.core.http.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.net.SocketTimeoutException;
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
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
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
    return serve(
        threads,
        Upload.PATIENCE,
        port -> {
          HttpRequest request =
              HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port))
                  .version(HttpClient.Version.HTTP_1_1)
                  .POST(BodyPublishers.ofString("id\n"))
                  .build();
          return HttpClient.newHttpClient().send(request, BodyHandlers.ofString());
        });
  }

  private <T> T serve(Executor threads, long patience, Client<T> client) throws Exception {
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
            new Upload(request, inlet, requests, threads, "ids.txt", patience, over::countDown)
                .receive(3);
          });
      int port =
          server
              .listen(0, "127.0.0.1")
              .toCompletionStage()
              .toCompletableFuture()
              .get(20, TimeUnit.SECONDS)
              .actualPort();
      return client.send(port);
    }
  }

  private interface Client<T> {
    T send(int port) throws Exception;
  }

  // a byte at a time, each long before the patience would be over
  private static String trickle(int port) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", port)) {
      socket.setSoTimeout(10);
      OutputStream out = socket.getOutputStream();
      out.write("POST / HTTP/1.1\r\nHost: a\r\nContent-Length: 1000000\r\n\r\n".getBytes(US_ASCII));
      byte[] answer = new byte[100];
      while (true) {
        out.write('#');
        try {
          return new String(answer, 0, socket.getInputStream().read(answer), US_ASCII);
        } catch (SocketTimeoutException e) {
          continue; // no answer yet
        }
      }
    }
  }

  @Test
  void aTrickleIsCutOff() throws Exception {
    ExecutorService threads = Executors.newSingleThreadExecutor();
    assertThat(serve(threads, 500, UploadTest::trickle)).startsWith("HTTP/1.1 408");
    assertThat(over.await(20, TimeUnit.SECONDS)).isTrue();
    threads.shutdown();
    try (var files = Files.list(inbox)) {
      assertThat(files.filter(Files::isRegularFile)).isEmpty();
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
