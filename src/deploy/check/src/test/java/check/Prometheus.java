package check;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A Prometheus with the configuration and the rules that the project ships, but for the address of
 * the program and the pace: a scrape a second, and alerts that fire after two.
 */
final class Prometheus implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Path SHIPPED = Path.of("src/deploy/prometheus");

  private final int port = Program.freePort();
  private final Process process;

  Prometheus(Path folder, int programPort) throws IOException {
    Files.createDirectories(folder);
    Files.writeString(
        folder.resolve("prometheus.yml"),
        Files.readString(SHIPPED.resolve("prometheus.yml"))
            .replace("15s", "1s")
            .replace("127.0.0.1:8084", "127.0.0.1:" + programPort));
    Files.writeString(
        folder.resolve("alerts.yml"),
        Files.readString(SHIPPED.resolve("alerts.yml"))
            .replaceAll("(?m)^( *for): .*", "$1: 2s"));
    process =
        new ProcessBuilder(
                System.getProperty("prometheus"),
                "--config.file=" + folder.resolve("prometheus.yml"),
                "--storage.tsdb.path=" + folder.resolve("data"),
                "--web.listen-address=127.0.0.1:" + port)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** The result of a query; fails where Prometheus refuses it. */
  JsonNode query(String expression) throws IOException {
    JsonNode answer = get("query?query=" + URLEncoder.encode(expression, StandardCharsets.UTF_8));
    if (!answer.path("status").asText().equals("success")) {
      throw new AssertionError(expression + ": " + answer.path("error").asText());
    }
    return answer.path("data").path("result");
  }

  /** Names of the alerts that fire. */
  List<String> firing() throws IOException {
    List<String> names = new ArrayList<>();
    for (JsonNode alert : get("alerts").path("data").path("alerts")) {
      if (alert.path("state").asText().equals("firing")) {
        names.add(alert.path("labels").path("alertname").asText());
      }
    }
    return names;
  }

  /** All that the rules ask. */
  List<String> expressions() throws IOException {
    return get("rules").findValuesAsText("query");
  }

  private JsonNode get(String path) throws IOException {
    URI address = URI.create("http://127.0.0.1:" + port + "/api/v1/" + path);
    try {
      return JSON.readTree(
          Program.HTTP
              .send(
                  HttpRequest.newBuilder(address).build(), HttpResponse.BodyHandlers.ofByteArray())
              .body());
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
