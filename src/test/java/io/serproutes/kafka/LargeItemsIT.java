package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serproutes.ProgramUnderTest;
import io.serproutes.RawApi;
import io.serproutes.fetch.TestTasks;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Items that are too large for a record, and of which the heap does not hold two. */
class LargeItemsIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final int MEBIBYTE = 1024 * 1024;
  private static final int SIZE = 40 * MEBIBYTE;

  @TempDir Path dir;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer api;

  @BeforeEach
  void startApi() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    api.setExecutor(threads);
    api.createContext("/", LargeItemsIT::answer);
    api.start();
  }

  @AfterEach
  void stopApi() {
    api.stop(0);
    threads.shutdownNow();
  }

  /** A small item before the large one and one behind it. */
  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String id = path.substring(path.lastIndexOf('/') + 1);
    String head = "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":20000,";
    String items =
        "\"result\":[{\"items\":[{\"type\":\"organic\"},{\"type\":\"organic\",\"text\":\"";
    byte[] block = "x".repeat(MEBIBYTE).getBytes(UTF_8);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(200, 0);
      out.write((head.formatted(id) + items).getBytes(UTF_8));
      for (int i = 0; i < SIZE / MEBIBYTE; i++) {
        out.write(block);
      }
      out.write("\"},{\"type\":\"organic\"}]}]}]}".getBytes(UTF_8));
    }
  }

  @Test
  void theyGoToFilesThroughASmallHeap() throws Exception {
    List<String> ids = Scene.ids(12);
    try (Scene scene = new Scene(broker.get(), dir, "large-items", 2)) {
      scene
          .api(URI.create("http://127.0.0.1:" + api.getAddress().getPort()))
          .key("serp.api.response-timeout", "5m")
          .key("serp.once", "true")
          .send(ids);
      InstanceUnderTest instance = scene.instance("instance").heap("96m").start();
      scene.awaitReceipts(ids, Duration.ofMinutes(4));
      for (String id : ids) {
        assertThat(scene.receipt(id).path("outcome").textValue()).isEqualTo("delivered");
        assertThat(scene.receipt(id).path("oversized").intValue()).isEqualTo(1);
        Path file = dir.resolve("instance/out/oversized/" + id + "-1.json");
        assertThat(Files.size(file)).isEqualTo(SIZE + large(id, "").length());
      }
      assertThat(scene.all("organic")).hasSize(2 * ids.size());
      assertThat(scene.all("dead-letters"))
          .hasSize(ids.size())
          .allMatch(letter -> letter.json().path("reason").textValue().equals("too-large"));
      assertThat(instance.exitCode()).as("letters were all there was").isEqualTo(2);
      assertThat(instance.output()).doesNotContain("OutOfMemory");
    }
  }

  /** The broker's limit is another than ours: an id is to blame itself, and halts nobody. */
  @ParameterizedTest
  @ValueSource(strings = {"at-least-once", "exactly-once"})
  void anItemThatTheBrokerRefusesIsRejected(String delivery) throws Exception {
    String large = TestTasks.id(7).value();
    List<String> small = Scene.ids(20);
    int port = ProgramUnderTest.freePort();
    try (RawApi answers =
            new RawApi(
                (request, socket, out) -> {
                  int size = request.id().equals(large) ? 300_000 : 10;
                  String item =
                      "{\"status_code\":20000,\"tasks\":[{\"id\":\"%s\",\"status_code\":20000,\"result\":[{\"items\":[{\"type\":\"paid\"},{\"type\":\"organic\",\"text\":\"%s\"}]}]}]}";
                  String text = Base64.getEncoder().encodeToString(random(size));
                  byte[] json = item.formatted(request.id(), text).getBytes(UTF_8);
                  RawApi.write(out, 200, json, "Content-Type: application/json");
                },
                port);
        Scene scene = new Scene(broker.get(), dir, "refused-" + delivery, 2)) {
      scene.limit("organic", 100_000);
      scene
          .api(URI.create("http://127.0.0.1:" + port))
          .key("serp.once", "true")
          .key("serp.kafka.delivery", delivery)
          .send(Scene.concat(List.of(large), small));
      InstanceUnderTest instance = scene.instance("instance").start();
      assertThat(instance.exitCode()).as(instance.output()).isEqualTo(2);
      assertThat(instance.output()).doesNotContain("alted: ");
      assertThat(scene.receipts()).hasSize(21);
      assertThat(scene.receipt(large).path("reason").textValue()).isEqualTo("rejected");
      assertThat(scene.all("dead-letters")).hasSize(1);
      assertThat(scene.all("dead-letters").get(0).json().path("status_message").textValue())
          .contains("max.message.bytes");
      assertThat(scene.all("organic")).hasSize(20);
    }
  }

  private static byte[] random(int size) {
    byte[] bytes = new byte[size];
    new Random(size).nextBytes(bytes);
    return bytes;
  }

  private static String large(String id, String text) {
    return "{\"type\":\"organic\",\"text\":\"%s\",\"task\":{\"id\":\"%s\"}}".formatted(text, id);
  }
}
