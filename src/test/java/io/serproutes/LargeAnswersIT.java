package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/**
 * Answers that together are several times the heap, on all thirty slots at once. Alone on the disk:
 * tests beside it would wait for their syncs.
 */
@Isolated
class LargeAnswersIT {

  private static final int MEBIBYTE = 1024 * 1024;
  private static final int IDS = 30;
  private static final String ITEM =
      "{\"type\":\"%s\",\"rank_absolute\":1,\"title\":\"" + "네이버 ".repeat(60) + "\"}";

  @TempDir Path temp;

  private final ExecutorService threads = Executors.newCachedThreadPool();
  private HttpServer api;
  private int items;

  @BeforeEach
  void startApi() throws IOException {
    api = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 100);
    api.setExecutor(threads);
    api.createContext("/", this::answer);
    api.start();
  }

  @AfterEach
  void stopApi() {
    api.stop(0);
    threads.shutdownNow();
  }

  // two organic ones, then a paid one, until the size is reached
  private void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    String id = path.substring(path.lastIndexOf('/') + 1);
    byte[] head =
        ("{\"status_code\":20000,\"tasks\":[{\"id\":\""
                + id
                + "\",\"status_code\":20000,\"result\":[{\"items\":[")
            .getBytes(UTF_8);
    byte[] tail = "]}]}]}".getBytes(UTF_8);
    byte[] organic = ITEM.formatted("organic").getBytes(UTF_8);
    byte[] paid = ITEM.formatted("paid").getBytes(UTF_8);
    try (exchange;
        OutputStream out = exchange.getResponseBody()) {
      exchange.sendResponseHeaders(200, 0);
      out.write(head);
      for (int i = 0; i < items; i++) {
        out.write(i % 3 == 2 ? paid : organic);
        if (i < items - 1) {
          out.write(',');
        }
      }
      out.write(tail);
    }
  }

  @Test
  void thirtyOfSixMebibytesPassThroughASmallHeap() throws IOException {
    pass(6);
  }

  /** The largest the program takes. */
  @Test
  @Tag("large")
  void thirtyOfSixtyFourMebibytesPassThroughASmallHeap() throws IOException {
    pass(64);
  }

  private void pass(int mebibytes) throws IOException {
    int size = mebibytes * MEBIBYTE - 1024;
    items = size / (ITEM.getBytes(UTF_8).length + 6);
    List<String> ids =
        IntStream.range(0, IDS)
            .mapToObj(i -> "10171324-1535-0066-0000-%012d".formatted(i))
            .toList();
    try (ProgramUnderTest program =
        ProgramUnderTest.in(temp.resolve("work"))
            .jvm("-Xmx96m")
            .key("serp.api.base-url", "http://127.0.0.1:" + api.getAddress().getPort())
            .key("serp.api.login", "large")
            .key("serp.api.password", "large")
            .key("serp.api.response-timeout", "5m")
            .key("serp.once", "true")
            .file("inbox/ids.txt", String.join("\n", ids))
            .start()) {
      assertThat(program.exitCode()).isZero();
    }
    Path out = temp.resolve("work/out");
    int organic = items - items / 3;
    for (String id : ids) {
      assertThat(Files.readString(out.resolve("receipts/" + id + ".json")))
          .contains("\"outcome\":\"delivered\"", "\"organic\":" + organic);
      assertThat(count(out.resolve("organic/" + id + ".json"))).isEqualTo(organic);
      assertThat(count(out.resolve("paid/" + id + ".json"))).isEqualTo(items / 3);
    }
  }

  // each item is a line
  private static long count(Path file) throws IOException {
    try (BufferedReader lines = Files.newBufferedReader(file)) {
      return lines.lines().filter(line -> line.startsWith("{\"type\"")).count();
    }
  }
}
