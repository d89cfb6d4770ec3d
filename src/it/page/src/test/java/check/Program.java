package check;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * The program as its users start it, with the options of config/jvm.options, in a folder of its
 * own; asks its embedded sandbox unless a key names another API.
 */
final class Program implements AutoCloseable {

  private final Process process;
  private final int port = freePort();

  /**
   * Starts it.
   *
   * @param keys {@code serp.key=value} each
   */
  Program(Path folder, String... keys) throws IOException {
    Files.createDirectories(folder);
    List<String> command = new ArrayList<>();
    command.add(System.getProperty("java.home") + "/bin/java");
    command.add("@" + System.getProperty("program.options"));
    List.of(
            "serp.server.port=" + port,
            "serp.sandbox.port=" + freePort(),
            "serp.folder.settle=100ms",
            "serp.retry.max-attempts=2",
            "serp.retry.first-delay=50ms")
        .forEach(key -> command.add("-D" + key));
    Arrays.stream(keys).forEach(key -> command.add("-D" + key));
    command.add("-jar");
    command.add(System.getProperty("program.jar"));
    ProcessBuilder builder = new ProcessBuilder(command).directory(folder.toFile());
    builder.environment().keySet().removeIf(name -> name.startsWith("SERP_"));
    process =
        builder
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("output.txt").toFile())
            .start();
    Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
  }

  private static int freePort() {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    } catch (IOException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Opens its page as soon as there is one. */
  void openIn(Browser browser) {
    browser.await(
        "the program listens",
        () -> {
          try {
            browser.driver.get(address());
            return !browser.all("#banner").isEmpty();
          } catch (org.openqa.selenium.WebDriverException e) {
            return false; // refused
          }
        });
    browser.open(address());
  }

  String address() {
    return "http://127.0.0.1:" + port + "/";
  }

  long pid() {
    return process.pid();
  }

  /** Ends it as a power failure would. */
  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
  }
}
