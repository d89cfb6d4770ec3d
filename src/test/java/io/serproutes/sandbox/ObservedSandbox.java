package io.serproutes.sandbox;

import io.serproutes.Settings;
import java.net.URI;
import java.util.Map;
import java.util.Map.Entry;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.apache.camel.main.Main;

/** A sandbox in this JVM, and what it has been asked. */
public final class ObservedSandbox implements AutoCloseable {

  private static final Map<String, String> DEFAULTS =
      Map.of(
          "serp.api.path", "/v3/serp/naver/organic/task_get/regular",
          "serp.api.login", "sandbox",
          "serp.api.password", "sandbox",
          "serp.sandbox.port", "0",
          "serp.sandbox.latency", "0ms",
          "serp.sandbox.turnaround", "5s",
          "serp.sandbox.items", "20-110");

  private final CallLog log = new CallLog();
  private final Main main;

  private ObservedSandbox(Map<String, String> keys) {
    main = SandboxServer.prepare(new Settings(keys::get));
    main.bind("callLog", log);
    main.start();
  }

  /**
   * Starts one, ready when this returns.
   *
   * @param keys such as {@code serp.sandbox.items}; any free port unless one is given
   */
  public static ObservedSandbox start(Map<String, String> keys) {
    Map<String, String> all = new TreeMap<>(DEFAULTS);
    all.putAll(keys);
    return new ObservedSandbox(all);
  }

  /** Where it listens, such as {@code http://127.0.0.1:8085}. */
  public URI address() {
    return SandboxServer.address(main.getCamelContext());
  }

  /** From now on answers every id with this failure. */
  public void answerAll(int http, int code) {
    log.failAllAs(SandboxId.of(SandboxClient.spelling(http, 0, code)));
  }

  /** Answers as the ids want it again. */
  public void answerAsUsual() {
    log.failAllAs(null);
  }

  /** Calls of task_get so far. */
  public int calls() {
    return log.calls();
  }

  /** Answers so far with an HTTP status and a status code, such as {@code 402/40200}. */
  public int answers(String status) {
    return log.perStatus().getOrDefault(status, 0);
  }

  /** The most calls that were under way at once. */
  public int mostInFlight() {
    return log.maxInFlight();
  }

  /** How often each id was asked for, of those asked for at least so often. */
  public Map<String, Integer> asked(int min) {
    return log.perId().entrySet().stream()
        .filter(entry -> entry.getValue() >= min)
        .collect(Collectors.toMap(e -> e.getKey().toString(), Entry::getValue));
  }

  @Override
  public void close() {
    main.stop();
  }
}
