package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.ProgramJar;
import io.serproutes.feed.webhooks.RawCall;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * One instance of the program, {@code target/serp-routes.jar} in a process of its own. Killed when
 * it is closed, or with this JVM.
 */
final class InstanceUnderTest implements AutoCloseable {

  /** Long enough for a machine that is busy with other things. */
  static final Duration PATIENCE = Duration.ofMinutes(3);

  private final Map<String, String> keys;
  private final List<String> arguments = new ArrayList<>();
  private final List<String> jvm = new ArrayList<>();
  private final Path folder;
  private String heap = "256m";
  private Process process;
  private Path output;
  private Thread hook;

  /** An instance that is going to run in a folder, which is made. */
  InstanceUnderTest(Path folder, Map<String, String> keys) {
    this.folder = folder;
    this.keys = new LinkedHashMap<>(keys);
  }

  /** Gives a key as a system property. */
  InstanceUnderTest key(String key, Object value) {
    keys.put(key, value.toString());
    return this;
  }

  /** Gives the program arguments. */
  InstanceUnderTest arguments(String... more) {
    arguments.addAll(List.of(more));
    return this;
  }

  /** Gives it a heap of another size. */
  InstanceUnderTest heap(String size) {
    heap = size;
    return this;
  }

  /** Gives the virtual machine options. */
  InstanceUnderTest jvm(String... more) {
    jvm.addAll(List.of(more));
    return this;
  }

  /** Starts it, or starts it once more; what it prints goes to a file in its folder. */
  InstanceUnderTest start() {
    try {
      Files.createDirectories(folder);
      output = Files.createTempFile(folder, "output-", ".txt");
      List<String> options = new ArrayList<>(List.of("-Xmx" + heap));
      options.addAll(jvm);
      keys.forEach((key, value) -> options.add("-D" + key + "=" + value));
      List<String> command = ProgramJar.command(options);
      command.addAll(arguments);
      ProcessBuilder builder =
          new ProcessBuilder(command)
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().keySet().removeIf(name -> name.startsWith("SERP_"));
      process = builder.start();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    hook = new Thread(process::destroyForcibly);
    Runtime.getRuntime().addShutdownHook(hook);
    return this;
  }

  /** What it has printed since its last start. */
  String output() {
    try {
      return new String(Files.readAllBytes(output), UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits until it is up. */
  InstanceUnderTest awaitStart() {
    return awaitOutput("ids from \\[");
  }

  /** Waits until it has printed something. */
  InstanceUnderTest awaitOutput(String regex) {
    Pattern pattern = Pattern.compile(regex);
    await("output " + regex)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .failFast(
            () ->
                assertThat(isRunning() || pattern.matcher(output()).find())
                    .as("it runs or has printed %s:%n%s", regex, output())
                    .isTrue())
        .until(() -> pattern.matcher(output()).find());
    return this;
  }

  /** Waits until its metrics have these lines. */
  InstanceUnderTest awaitMetrics(List<String> lines) {
    Pattern server = Pattern.compile("http://127\\.0\\.0\\.1:\\d+/observe");
    awaitOutput(server.pattern());
    Matcher found = server.matcher(output());
    found.find();
    HttpRequest request = HttpRequest.newBuilder(URI.create(found.group() + "/metrics")).build();
    HttpClient client = HttpClient.newHttpClient();
    await("metrics")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () ->
                assertThat(client.send(request, BodyHandlers.ofString()).body().lines())
                    .containsAll(lines));
    return this;
  }

  /** The port of its server for the vendor's calls. */
  int webhooksPort() {
    return RawCall.port(awaitOutput(RawCall.SERVER.pattern()).output());
  }

  long pid() {
    return process.pid();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Waits until it has ended and tells its exit code. */
  int exitCode() {
    try {
      if (!process.waitFor(PATIENCE.toSeconds(), TimeUnit.SECONDS)) {
        throw new AssertionError("still running:\n" + output());
      }
      Runtime.getRuntime().removeShutdownHook(hook);
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** SIGTERM. */
  InstanceUnderTest terminate() {
    process.destroy();
    return this;
  }

  /** SIGKILL; returns when it is gone. */
  void kill9() {
    process.destroyForcibly();
    exitCode();
  }

  @Override
  public void close() {
    if (process != null) {
      kill9();
    }
  }
}
