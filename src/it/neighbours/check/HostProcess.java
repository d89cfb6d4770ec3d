package check;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The host in a JVM of its own. */
public final class HostProcess implements AutoCloseable {

  private final Process process;

  /** Starts it; what it says goes to the end of {@code log}. */
  public HostProcess(
      List<String> options, List<String> arguments, Map<String, String> variables, Path log)
      throws IOException {
    List<String> command = new ArrayList<>(Neighbour.java());
    command.add("-Xmx256m");
    command.addAll(options);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "host.Host"));
    command.addAll(arguments);
    ProcessBuilder builder =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
    builder.environment().putAll(variables);
    process = builder.start();
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public int exitCode() throws InterruptedException {
    return process.waitFor();
  }

  /** As by {@code kill -9}. */
  public void kill() throws InterruptedException {
    process.destroyForcibly().waitFor();
  }

  /** As by SIGTERM; how long it took. */
  public Duration stop() throws InterruptedException {
    long start = System.nanoTime();
    process.destroy();
    if (!process.waitFor(60, TimeUnit.SECONDS)) {
      throw new AssertionError("the host does not stop");
    }
    return Duration.ofNanos(System.nanoTime() - start);
  }

  @Override
  public void close() {
    process.destroyForcibly();
  }
}
