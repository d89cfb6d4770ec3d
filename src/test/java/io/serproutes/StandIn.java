package io.serproutes;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.sandbox.SandboxServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** A stand-in for the API that outlives the program under test, and what it has been asked. */
final class StandIn implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String CREDENTIAL = "stand-in";

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final Map<String, String> keys;
  private final int port;
  private SandboxServer server;

  private StandIn(Map<String, String> keys) {
    this.keys = keys;
    server = SandboxServer.start(keys);
    port = server.address().getPort();
  }

  /** One with three items a task, which answers at once. */
  static StandIn start() {
    return start(Map.of());
  }

  /** One with keys of its own, such as {@code serp.sandbox.latency}. */
  static StandIn start(Map<String, String> keys) {
    Map<String, String> all = new HashMap<>();
    all.put("serp.sandbox.port", "0");
    all.put("serp.sandbox.items", "3");
    all.put("serp.sandbox.count-ids", "true");
    all.put("serp.api.login", CREDENTIAL);
    all.put("serp.api.password", CREDENTIAL);
    all.putAll(keys);
    return new StandIn(all);
  }

  URI address() {
    return URI.create("http://127.0.0.1:" + port);
  }

  String login() {
    return keys.get("serp.api.login");
  }

  String password() {
    return keys.get("serp.api.password");
  }

  /** From now on nobody listens at its address. */
  void stop() {
    server.close();
  }

  /** Listens at its old address again; its counts start anew. */
  void startAgain() {
    keys.put("serp.sandbox.port", Integer.toString(port));
    server = SandboxServer.start(keys);
  }

  /** From now on answers every call with this failure. */
  void answerAll(int http, int code) {
    request("POST", "/sandbox/answer?code=" + code + "&http=" + http);
  }

  /** Answers as the ids want it again. */
  void answerAsUsual() {
    request("POST", "/sandbox/answer?code=0");
  }

  /** Calls so far. */
  long calls() {
    return stats().path("calls").longValue();
  }

  /** Answers so far with an HTTP status and a status code, such as {@code 402/40200}. */
  long answers(String status) {
    return stats().path("per_status").path(status).longValue();
  }

  /** The most calls that were under way at once. */
  int mostInFlight() {
    return stats().path("max_in_flight").intValue();
  }

  private JsonNode stats() {
    return json(request("GET", "/sandbox/stats"));
  }

  /** How often each id was asked for. */
  Map<String, Integer> asked() {
    Map<String, Integer> asked = new TreeMap<>();
    request("GET", "/sandbox/asked?min=1")
        .lines()
        .map(StandIn::json)
        .forEach(line -> asked.put(line.path("id").textValue(), line.path("count").intValue()));
    return asked;
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String request(String method, String path) {
    HttpRequest request =
        HttpRequest.newBuilder(address().resolve(path))
            .method(method, HttpRequest.BodyPublishers.noBody())
            .build();
    try {
      return http.send(request, BodyHandlers.ofString()).body();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    server.close();
  }
}
