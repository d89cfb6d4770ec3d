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

  // with HTTP/2 the client asks for an upgrade, and Vert.x may never answer one that has a body
  private static final HttpClient HTTP =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();

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
      String answer = post(address.getPort(), tasks);
      for (JsonNode task : new ObjectMapper().readTree(answer).path("tasks")) {
        ids.add(task.path("id").textValue());
      }
    }
    return ids;
  }

  /** What a sandbox of this machine answers to tasks, a JSON array. */
  static String post(int port, String tasks) throws IOException, InterruptedException {
    byte[] credentials = "sandbox:sandbox".getBytes(UTF_8);
    URI uri = URI.create("http://127.0.0.1:" + port + "/v3/serp/naver/organic/task_post");
    HttpRequest request =
        HttpRequest.newBuilder(uri)
            .header("Authorization", "Basic " + Base64.getEncoder().encodeToString(credentials))
            .header("Content-Type", "application/json")
            .POST(ofString(tasks))
            .build();
    return HTTP.send(request, BodyHandlers.ofString()).body();
  }

  @Override
  public void close() {
    process.destroyForcibly();
    Runtime.getRuntime().removeShutdownHook(hook);
  }
}
