package io.serproutes;

import io.serproutes.sandbox.ObservedSandbox;
import java.net.URI;
import java.util.HashMap;
import java.util.Map;

/** A stand-in for the API that outlives the program under test, and what it has been asked. */
final class StandIn implements AutoCloseable {

  private static final String CREDENTIAL = "stand-in";

  private final Map<String, String> keys;
  private final int port;
  private ObservedSandbox server;

  private StandIn(Map<String, String> keys) {
    this.keys = keys;
    server = ObservedSandbox.start(keys);
    port = server.address().getPort();
  }

  /** One with three items a task, which answers at once. */
  static StandIn start() {
    return start(Map.of());
  }

  /** One with keys of its own, such as {@code serp.sandbox.latency}. */
  static StandIn start(Map<String, String> keys) {
    Map<String, String> all = new HashMap<>();
    all.put("serp.sandbox.items", "3");
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
    server = ObservedSandbox.start(keys);
  }

  /** From now on answers every call with this failure. */
  void answerAll(int http, int code) {
    server.answerAll(http, code);
  }

  /** Answers as the ids want it again. */
  void answerAsUsual() {
    server.answerAsUsual();
  }

  /** Calls so far. */
  int calls() {
    return server.calls();
  }

  /** The most calls that were under way at once. */
  int mostInFlight() {
    return server.mostInFlight();
  }

  /** Answers so far with an HTTP status and a status code, such as {@code 402/40200}. */
  int answers(String status) {
    return server.answers(status);
  }

  /** How often each id was asked for. */
  Map<String, Integer> asked() {
    return server.asked(1);
  }

  @Override
  public void close() {
    server.close();
  }
}
