package io.serproutes;

import static java.net.http.HttpRequest.BodyPublishers.ofString;
import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Collections;
import java.util.List;
import java.util.Map;

/** The sandbox of the jar in a process of its own; its tasks are done at once. */
public final class SandboxProcess implements AutoCloseable {

  private final Process process;
  private final Thread hook;
  private final URI address;

  /** Starts it on a free port. */
  public SandboxProcess() {
    List<String> options = List.of("-Dserp.sandbox.port=0", "-Dserp.sandbox.turnaround=0ms");
    List<String> command = ProgramJar.command(options);
    command.add("sandbox");
    try {
      process = new ProcessBuilder(command).redirectErrorStream(true).start();
      hook = new Thread(process::destroyForcibly);
      Runtime.getRuntime().addShutdownHook(hook);
      address = address(process.inputReader(UTF_8));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static URI address(BufferedReader output) throws IOException {
    for (String line; (line = output.readLine()) != null; ) {
      if (line.startsWith("sandbox: ")) {
        return URI.create(line.substring("sandbox: ".length()));
      }
    }
    throw new IOException("the sandbox ended");
  }

  /** The keys that make a program ask it. */
  public Map<String, String> keys() {
    return Map.of(
        "serp.api.base-url", address.toString(),
        "serp.api.login", "sandbox",
        "serp.api.password", "sandbox");
  }

  /** Posts so many tasks and returns their ids. */
  public List<String> post(int count) throws IOException, InterruptedException {
    List<String> ids = new ArrayList<>();
    while (ids.size() < count) {
      int more = Math.min(100, count - ids.size());
      String tasks = "[" + String.join(",", Collections.nCopies(more, "{\"keyword\":\"x\"}")) + "]";
      HttpRequest request =
          HttpRequest.newBuilder(address.resolve("/v3/serp/naver/organic/task_post"))
              .header(
                  "Authorization",
                  "Basic " + Base64.getEncoder().encodeToString("sandbox:sandbox".getBytes(UTF_8)))
              .header("Content-Type", "application/json")
              .POST(ofString(tasks))
              .build();
      String answer = HttpClient.newHttpClient().send(request, BodyHandlers.ofString()).body();
      for (JsonNode task : new ObjectMapper().readTree(answer).path("tasks")) {
        ids.add(task.path("id").textValue());
      }
    }
    return ids;
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
