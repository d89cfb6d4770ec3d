package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.ProgramUnderTest;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;

/** One of several programs, which may be started again. Killed when it is closed. */
final class InstanceUnderTest implements AutoCloseable {

  static final Duration PATIENCE = ProgramUnderTest.PATIENCE;

  private final ProgramUnderTest.Start start;
  private ProgramUnderTest program; // that was started last

  /** An instance that is going to run in a folder, which is made. */
  InstanceUnderTest(Path folder, Map<String, String> keys) {
    start = ProgramUnderTest.in(folder);
    keys.forEach(this::key);
    heap("256m");
  }

  /** Gives a key as a system property. */
  InstanceUnderTest key(String key, Object value) {
    start.key(key, value.toString());
    return this;
  }

  /** Gives the program arguments. */
  InstanceUnderTest arguments(String... more) {
    List.of(more).forEach(start::argument);
    return this;
  }

  /** Gives it a heap of another size. */
  InstanceUnderTest heap(String size) {
    return jvm("-Xmx" + size);
  }

  /** Gives the virtual machine options; of two that contradict each other the last counts. */
  InstanceUnderTest jvm(String... more) {
    List.of(more).forEach(start::jvm);
    return this;
  }

  /** Starts it, or starts it once more; what it prints goes to a file beside its folder. */
  InstanceUnderTest start() {
    program = start.start();
    return this;
  }

  /** What it has printed since its last start. */
  String output() {
    return program.output();
  }

  /** Waits until it is up. */
  InstanceUnderTest awaitStart() {
    program.awaitStart();
    return this;
  }

  /** Waits until it has printed something. */
  InstanceUnderTest awaitOutput(String regex) {
    program.awaitOutput(regex);
    return this;
  }

  /** Waits until its metrics have these lines. */
  InstanceUnderTest awaitMetrics(List<String> lines) {
    await("metrics")
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(200))
        .untilAsserted(
            () -> assertThat(program.observe("/metrics").body().lines()).containsAll(lines));
    return this;
  }

  /** The port of its server for the vendor's calls. */
  int webhooksPort() {
    return program.webhooksPort();
  }

  long pid() {
    return program.pid();
  }

  boolean isRunning() {
    return program.isRunning();
  }

  /** Waits until it has ended and tells its exit code. */
  int exitCode() {
    return program.exitCode(PATIENCE);
  }

  /** SIGTERM. */
  InstanceUnderTest terminate() {
    program.terminate();
    return this;
  }

  /** SIGKILL; returns when it is gone. */
  void kill9() {
    program.close();
  }

  @Override
  public void close() {
    if (program != null) {
      kill9();
    }
  }
}
