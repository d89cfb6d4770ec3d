package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** Calls a sandbox, with the credentials it was made for unless told otherwise. */
record SandboxClient(HttpClient http, URI address, String login, String password) {
  static final String TASK_GET = "/v3/serp/naver/organic/task_get/regular";

  private static final ObjectMapper MAPPER = new ObjectMapper();

  SandboxClient(URI address, String login, String password) {
    this(
        HttpClient.newBuilder().version(HttpClient.Version.HTTP_1_1).build(),
        address,
        login,
        password);
  }

  /** Headers are given as name, value, name, value. */
  HttpResponse<byte[]> task(String id, String... headers) {
    return get(TASK_GET + "/" + id, headers);
  }

  HttpResponse<byte[]> get(String path, String... headers) {
    return send(authorized(path), headers);
  }

  HttpResponse<byte[]> getUnauthorized(String path, String... headers) {
    return send(request(path), headers);
  }

  HttpResponse<byte[]> post(String path) {
    return send(authorized(path).POST(HttpRequest.BodyPublishers.noBody()));
  }

  HttpResponse<byte[]> post(String path, String json) {
    return postAs("application/json", path, json);
  }

  HttpResponse<byte[]> postAs(String contentType, String path, String text) {
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(text);
    return send(authorized(path).POST(body), "Content-Type", contentType);
  }

  HttpResponse<byte[]> postUnauthorized(String path, String json) {
    HttpRequest.BodyPublisher body = HttpRequest.BodyPublishers.ofString(json);
    return send(request(path).POST(body), "Content-Type", "application/json");
  }

  CompletableFuture<HttpResponse<byte[]>> taskAsync(String id) {
    return http.sendAsync(authorized(TASK_GET + "/" + id).build(), BodyHandlers.ofByteArray());
  }

  static JsonNode json(HttpResponse<byte[]> response) {
    try {
      return MAPPER.readTree(response.body());
    } catch (IOException notJson) {
      throw new UncheckedIOException(notJson);
    }
  }

  /** The task in the answer, checked to be the only one and to have the id asked for. */
  static JsonNode onlyTask(HttpResponse<byte[]> response) {
    JsonNode tasks = json(response).path("tasks");
    String path = response.request().uri().getPath();
    if (tasks.size() != 1 || !path.endsWith("/" + tasks.get(0).path("id").asText())) {
      throw new AssertionError("Not the one task asked for: " + tasks);
    }
    return tasks.get(0);
  }

  static List<String> names(JsonNode object) {
    List<String> names = new ArrayList<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  /** The id that asks to fail so. */
  static String spelling(int http, int times, int code) {
    return "00000000-0000-0%03d-%04d-0000000%05d".formatted(http, times, code);
  }

  static String basic(String login, String password) {
    byte[] credentials = (login + ":" + password).getBytes(StandardCharsets.UTF_8);
    return "Basic " + Base64.getEncoder().encodeToString(credentials);
  }

  private HttpRequest.Builder authorized(String path) {
    return request(path).header("Authorization", basic(login, password));
  }

  private HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(address.resolve(path));
  }

  private HttpResponse<byte[]> send(HttpRequest.Builder request, String... headers) {
    if (headers.length > 0) {
      request.headers(headers);
    }
    try {
      return http.send(request.build(), BodyHandlers.ofByteArray());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }
}
