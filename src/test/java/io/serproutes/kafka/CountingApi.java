package io.serproutes.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.sandbox.SandboxServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse.BodyHandlers;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/** The sandbox in this JVM, and what it has been asked. */
final class CountingApi implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpClient http =
      HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build();
  private final SandboxServer server;

  /**
   * One that answers with so many items, such as {@code 2-3}, after a time such as {@code 20ms}.
   */
  CountingApi(String items, String latency) {
    Map<String, String> keys = new HashMap<>();
    keys.put("serp.sandbox.port", "0");
    keys.put("serp.sandbox.items", items);
    keys.put("serp.sandbox.latency", latency);
    keys.put("serp.sandbox.count-ids", "true");
    server = SandboxServer.start(keys);
  }

  URI address() {
    return server.address();
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
  int calls() {
    return json(request("GET", "/sandbox/stats")).path("calls").intValue();
  }

  /** The most calls that were under way at once. */
  int mostInFlight() {
    return json(request("GET", "/sandbox/stats")).path("max_in_flight").intValue();
  }

  /** How often each id was asked for, of those asked for at least so often. */
  Map<String, Integer> asked(int min) {
    Map<String, Integer> asked = new TreeMap<>();
    request("GET", "/sandbox/asked?min=" + min)
        .lines()
        .map(CountingApi::json)
        .forEach(line -> asked.put(line.path("id").textValue(), line.path("count").intValue()));
    return asked;
  }

  /** Calls for ids that had been asked for before. */
  int repeats() {
    return asked(2).values().stream().mapToInt(count -> count - 1).sum();
  }

  private static JsonNode json(String text) {
    try {
      return JSON.readTree(text);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private String request(String method, String path) {
    try {
      URI uri = address().resolve(path);
      HttpRequest request =
          HttpRequest.newBuilder(uri).method(method, BodyPublishers.noBody()).build();
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
