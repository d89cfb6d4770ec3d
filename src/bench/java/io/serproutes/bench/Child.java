package io.serproutes.bench;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** A process of its own, and what the operating system says of it. Killed when it is closed. */
final class Child implements AutoCloseable {

  /** The JDK that the benchmark itself runs on. */
  static final Path OWN_JDK = Path.of(System.getProperty("java.home"));

  private static final double TICKS = 100.0; // a second, Linux's USER_HZ

  private final Process process;
  private final BufferedReader output;

  private Child(Process process) {
    this.process = process;
    this.output = process.inputReader();
  }

  /** Starts a Java process in the folder of its log, the file that has what it logs. */
  static Child java(
      Path log, Path jdk, List<String> options, Map<String, Object> properties, String... main)
      throws IOException {
    List<String> command = new ArrayList<>();
    command.add(jdk.resolve("bin/java").toString());
    command.addAll(options);
    properties.forEach((key, value) -> command.add("-D" + key + "=" + value));
    command.addAll(List.of(main));
    return start(log, log.getParent(), command);
  }

  static Child start(Path log, List<String> command) throws IOException {
    return start(log, Path.of("").toAbsolutePath(), command);
  }

  private static Child start(Path log, Path folder, List<String> command) throws IOException {
    File errors = Files.createDirectories(log.getParent()).resolve(log.getFileName()).toFile();
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    Child child = new Child(builder.redirectError(errors).start());
    Runtime.getRuntime().addShutdownHook(new Thread(child.process::destroyForcibly));
    return child;
  }

  /** Waits for a line that starts so; the rest of it. */
  String awaitLine(String start) throws IOException {
    for (String line; (line = output.readLine()) != null; ) {
      if (line.startsWith(start)) {
        return line.substring(start.length());
      }
    }
    throw new IOException("it ended without saying '" + start + "'");
  }

  /** Reads what it prints and throws it away, so that it is never blocked. */
  Child drain() {
    Thread drain =
        new Thread(
            () -> {
              try (BufferedReader rest = output) {
                while (rest.readLine() != null) {}
              } catch (IOException e) {
                // it was killed
              }
            });
    drain.setDaemon(true);
    drain.start();
    return this;
  }

  /** Waits until it has ended. */
  void awaitEnd() throws IOException {
    drain();
    process.onExit().join();
  }

  boolean isRunning() {
    return process.isAlive();
  }

  /** Seconds of processor time so far, in user and system mode, of all its threads. */
  double cpuSeconds() throws IOException {
    String stat = Files.readString(Path.of("/proc/" + process.pid() + "/stat"));
    String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ");
    return (Long.parseLong(fields[11]) + Long.parseLong(fields[12])) / TICKS;
  }

  /** The most memory it had resident, in MiB. */
  double peakMebibytes() throws IOException {
    for (String line : Files.readAllLines(Path.of("/proc/" + process.pid() + "/status"))) {
      if (line.startsWith("VmHWM:")) {
        return Long.parseLong(line.replaceAll("\\D", "")) / 1024.0;
      }
    }
    throw new IOException("no VmHWM");
  }

  @Override
  public void close() {
    process.destroyForcibly();
    try {
      process.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }
}
