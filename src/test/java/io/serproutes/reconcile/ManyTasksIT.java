package io.serproutes.reconcile;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.serproutes.Settings;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** A million tasks are compared within the heap of the promises; tagged, as it takes a minute. */
@Isolated
@Tag("large")
class ManyTasksIT {

  private static final int PAGES = 1000;

  @TempDir Path dir;

  private final AtomicInteger pages = new AtomicInteger();

  @Test
  void aMillionTasksFitIntoASmallHeap() throws Exception {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    try {
      Process process =
          new ProcessBuilder(
                  Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                  "-Xmx96m",
                  "-cp",
                  System.getProperty("java.class.path"),
                  Compare.class.getName(),
                  "http://127.0.0.1:" + server.getAddress().getPort(),
                  dir.toString())
              .inheritIO()
              .start();
      assertThat(process.waitFor()).isZero();
    } finally {
      server.stop(0);
    }
  }

  private void answer(HttpExchange call) throws IOException {
    call.getRequestBody().readAllBytes();
    int page = pages.getAndIncrement();
    call.sendResponseHeaders(200, 0);
    try (OutputStream out = call.getResponseBody()) {
      StringBuilder rows = new StringBuilder();
      for (int row = 0; page < PAGES && row < 1000; row++) {
        rows.append(row == 0 ? "" : ",")
            .append("{\"id\":\"")
            .append(TaskId.of(page * 0x9E3779B97F4A7C15L, row))
            .append(
                "\",\"datetime_done\":\"x\",\"metadata\":{\"se\":\"naver\",\"se_type\":\"organic\"}}");
      }
      out.write(
          ("{\"status_code\":20000,\"tasks\":[{\"status_code\":20000,\"result\":[" + rows + "]}]}")
              .getBytes(UTF_8));
    }
  }

  /** Compares with nothing, and feeds all. */
  static final class Compare {
    public static void main(String[] args) throws Exception {
      Files.createDirectories(Path.of(args[1], "out", "receipts"));
      Map<String, String> keys =
          Map.of(
              "serp.api.base-url",
              args[0],
              "serp.api.login",
              "login",
              "serp.api.password",
              "password",
              "serp.files.dir",
              args[1] + "/out",
              "serp.folder.inbox",
              args[1] + "/inbox");
      Instant now = Instant.now();
      Findings found =
          new Reconciliation(new Settings(keys::get), time -> {})
              .run(now.minus(Duration.ofDays(1)), now, true);
      new Report(found).writeText(OutputStream.nullOutputStream());
      new Report(found).writeJson(OutputStream.nullOutputStream());
      if (found.missing() != PAGES * 1000) {
        throw new AssertionError(found.missing());
      }
    }
  }
}
