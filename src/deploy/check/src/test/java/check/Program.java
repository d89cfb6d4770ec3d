package check;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** The runnable jar in a folder of its own, told what to do by environment variables alone. */
final class Program implements AutoCloseable {

  static final HttpClient HTTP = HttpClient.newHttpClient();

  final int port = freePort();
  private final Path output;
  private final Process process;

  /**
   * Starts it.
   *
   * @param command all after {@code java}, from the project's folder
   * @param variables {@code SERP_…}, without the port
   */
  Program(Path folder, List<String> command, Map<String, String> variables) throws IOException {
    List<String> java = new ArrayList<>(Neighbour.java());
    java.addAll(command);
    ProcessBuilder builder = new ProcessBuilder(java).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SERP_"));
    builder.environment().putAll(variables);
    builder.environment().put("SERP_SERVER_PORT", "" + port);
    output = folder.resolve("output.txt");
    process = builder.redirectErrorStream(true).redirectOutput(output.toFile()).start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  /** The runnable jar with the options that the project ships. */
  static List<String> jar() {
    String options = Path.of("config/jvm.options").toAbsolutePath().toString();
    return List.of("@" + options, "-jar", System.getProperty("sandbox.jar"));
  }

  /** A free port of loopback. */
  static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** The HTTP status of a path at an address of this machine; 0 where nothing listens. */
  int status(String host, String path) {
    try {
      HttpRequest request =
          HttpRequest.newBuilder(URI.create("http://" + host + ":" + port + path)).build();
      return HTTP.send(request, HttpResponse.BodyHandlers.discarding()).statusCode();
    } catch (IOException e) {
      return 0;
    } catch (InterruptedException e) {
      throw new IllegalStateException(e);
    }
  }

  /** What it has printed. */
  String output() throws IOException {
    return new String(Files.readAllBytes(output), UTF_8);
  }

  boolean isAlive() {
    return process.isAlive();
  }

  /** Sends SIGTERM and waits for the exit code. */
  int stop() throws InterruptedException {
    process.destroy();
    if (!process.waitFor(30, TimeUnit.SECONDS)) {
      throw new IllegalStateException("it does not stop within 30 s");
    }
    return process.exitValue();
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
