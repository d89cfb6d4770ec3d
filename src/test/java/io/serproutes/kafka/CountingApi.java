package io.serproutes.kafka;

import io.serproutes.sandbox.ObservedSandbox;
import java.net.URI;
import java.util.Map;

/** The sandbox in this JVM, and what it has been asked. */
final class CountingApi implements AutoCloseable {

  private final ObservedSandbox sandbox;

  /**
   * One that answers with so many items, such as {@code 2-3}, after a time such as {@code 20ms}.
   */
  CountingApi(String items, String latency) {
    sandbox =
        ObservedSandbox.start(Map.of("serp.sandbox.items", items, "serp.sandbox.latency", latency));
  }

  URI address() {
    return sandbox.address();
  }

  /** From now on answers every call with this failure. */
  void answerAll(int http, int code) {
    sandbox.answerAll(http, code);
  }

  /** Answers as the ids want it again. */
  void answerAsUsual() {
    sandbox.answerAsUsual();
  }

  /** Calls so far. */
  int calls() {
    return sandbox.calls();
  }

  /** How often each id was asked for, of those asked for at least so often. */
  Map<String, Integer> asked(int min) {
    return sandbox.asked(min);
  }

  /** Calls for ids that had been asked for before. */
  int repeats() {
    return asked(2).values().stream().mapToInt(count -> count - 1).sum();
  }

  @Override
  public void close() {
    sandbox.close();
  }
}
