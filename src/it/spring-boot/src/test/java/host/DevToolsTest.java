package host;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import check.HostProcess;
import check.Sandbox;
import java.io.IOException;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

/** The application is started anew in its JVM when a file of it changes. */
@Timeout(120)
class DevToolsTest {

  private static final String ID = "00000000-0000-0000-0000-000000000000";
  private static final int RESTARTS = 2;

  @TempDir Path temp;

  private int port;

  private HostProcess start(Sandbox sandbox, Path log) throws IOException {
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    return new HostProcess(
        List.of(),
        List.of(
            "--spring.devtools.restart.poll-interval=200ms",
            "--spring.devtools.restart.quiet-period=100ms",
            "--spring.devtools.livereload.enabled=false",
            "--management.endpoints.web.exposure.include=threaddump",
            "--server.port=" + port,
            "--serp.from=folder",
            "--serp.to=files",
            "--serp.folder.inbox=" + temp.resolve("inbox"),
            "--serp.folder.settle=100ms",
            "--serp.files.dir=" + temp.resolve("out"),
            "--serp.api.base-url=" + sandbox.address(),
            "--serp.api.login=sandbox",
            "--serp.api.password=sandbox"),
        Map.of(),
        log);
  }

  private static void awaitStarts(Path log, int count) {
    await()
        .atMost(Duration.ofSeconds(60))
        .until(() -> Files.readString(log).split("Started Host in", -1).length > count);
  }

  private String threads() throws Exception {
    URI dump = URI.create("http://localhost:" + port + "/actuator/threaddump");
    HttpRequest request = HttpRequest.newBuilder(dump).header("Accept", "text/plain").build();
    return HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
  }

  @Test
  void restartsLeaveNothingOfTheOnesBefore() throws Exception {
    Path classes =
        Path.of(Host.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    Path changing = Files.writeString(classes.resolve("changing.txt"), "");
    Path log = temp.resolve("log");
    try (Sandbox sandbox = new Sandbox();
        HostProcess host = start(sandbox, log)) {
      for (int i = 1; i <= RESTARTS; i++) {
        awaitStarts(log, i);
        Files.writeString(changing, "x".repeat(i));
      }
      awaitStarts(log, RESTARTS + 1);

      Files.writeString(temp.resolve("inbox/ids.txt"), ID);
      await()
          .atMost(Duration.ofSeconds(20))
          .until(() -> Files.exists(temp.resolve("out/receipts/" + ID + ".json")));
      String threads = threads();
      assertThat(threads.split("serp-gate\"", -1)).as(threads).hasSize(2);

      assertThat(host.stop()).isLessThan(Duration.ofSeconds(10));
    } catch (Throwable e) {
      throw new AssertionError(Files.readString(log), e);
    } finally {
      Files.delete(changing);
    }
  }
}
