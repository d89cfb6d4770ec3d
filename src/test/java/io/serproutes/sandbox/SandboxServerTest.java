package io.serproutes.sandbox;

import static io.serproutes.sandbox.SandboxClient.json;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SandboxServerTest {
  private static final String ID = "03171324-1535-0066-0000-770617fdc9a8";
  private static final String NOT_READY = "00000000-0000-0000-0000-000000040602";

  @AutoClose private ObservedSandbox server;
  private SandboxClient client;

  @Test
  void countsCallsAndWhatTheyWereAnswered() {
    start("0ms");
    client.task(ID);
    client.task(ID);
    client.task(NOT_READY);
    client.task("no-id");

    assertThat(server.calls()).isEqualTo(4);
    assertThat(server.mostInFlight()).isEqualTo(1);
    assertThat(server.answers("200/20000")).isEqualTo(2);
    assertThat(server.answers("200/40602")).isEqualTo(1);
    assertThat(server.answers("200/40501")).isEqualTo(1);
    assertThat(server.asked(2)).isEqualTo(Map.of(ID, 2));
    assertThat(server.asked(1)).hasSize(2);
  }

  /** A web page may take a name of its own for 127.0.0.1, and has the default login. */
  @Test
  void answersUnderNoNameOfAnother() throws Exception {
    start("0ms");
    assertThat(status("evil.example")).isEqualTo(421);
    assertThat(status("127.0.0.1.evil.example:80")).isEqualTo(421);
    for (String own : List.of("127.0.0.1", "localhost:8085", "[::1]:8085")) {
      assertThat(status(own)).as(own).isEqualTo(200);
    }
  }

  /** Any web page may post a form, which Vert.x would write to the working folder. */
  @Test
  void aFormWithFilesIsRefusedAndWritesNothing() throws Exception {
    start("0ms");
    String form =
        "--x\r\nContent-Disposition: form-data; name=\"f\"; filename=\"a\"\r\n\r\n\r\n--x--\r\n";
    String call =
        "POST /a HTTP/1.1\r\nHost: 127.0.0.1\r\nContent-Type: Multipart/form-data; boundary=x\r\n"
            + "Connection: close\r\nContent-Length: %d\r\n\r\n%s";
    assertThat(answer(call.formatted(form.length(), form))).isEqualTo(415);
    assertThat(Path.of("file-uploads")).doesNotExist();
  }

  // the JDK's client sends no other Host
  private int status(String host) throws IOException {
    return answer(
        "GET %s/%s HTTP/1.1\r\nHost: %s\r\nAuthorization: %s\r\nConnection: close\r\n\r\n"
            .formatted(
                SandboxClient.TASK_GET, ID, host, SandboxClient.basic("sandbox", "sandbox")));
  }

  private int answer(String call) throws IOException {
    try (Socket socket = new Socket("127.0.0.1", server.address().getPort())) {
      socket.getOutputStream().write(call.getBytes(ISO_8859_1));
      String answer = new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
      return Integer.parseInt(answer.split(" ")[1]);
    }
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

    assertThat(server.mostInFlight()).isBetween(21, 60);
  }

  @Test
  void answersAllWithAFailureUntilToldOtherwise() {
    start("0ms");
    server.answerAll(402, 40200);
    HttpResponse<byte[]> failed = client.task(ID);
    assertThat(failed.statusCode()).isEqualTo(402);
    assertThat(json(failed).has("status_code")).isFalse();

    server.answerAll(0, 40202);
    assertThat(json(client.task(ID)).path("status_code").intValue()).isEqualTo(40202);

    server.answerAsUsual();
    assertThat(json(client.task(ID)).at("/tasks/0/result/0/items")).hasSize(3);
  }

  private void start(String latency) {
    server =
        ObservedSandbox.start(Map.of("serp.sandbox.items", "3", "serp.sandbox.latency", latency));
    client = new SandboxClient(server.address(), "sandbox", "sandbox");
  }
}
