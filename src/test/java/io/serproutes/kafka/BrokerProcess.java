package io.serproutes.kafka;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.extension.AfterAllCallback;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;

/**
 * A {@link Broker} in a process of its own, on a free port, its data in a new folder under {@code
 * target/broker}; the folder goes with {@link #close()}, and the process ends with this JVM however
 * this JVM ends.
 *
 * <p>As a JUnit extension, {@code @RegisterExtension static BrokerProcess broker = new
 * BrokerProcess()}, it is started before all tests of the class and closed after them. Topics are
 * not created by use unless {@code auto.create.topics.enable} says so.
 *
 * <p>Needs {@code target/broker/classpath}, which {@code mvn antrun:run@broker} writes and {@code
 * mvn verify} before the integration tests. Not for use by several threads.
 */
public final class BrokerProcess implements BeforeAllCallback, AfterAllCallback, AutoCloseable {

  private static final Path HOME = Path.of("target", "broker");
  private static final String READY = "kafka broker: ";

  private final List<String> settings = new ArrayList<>();
  private Path dir;
  private int port;
  private Process process;

  /** Sets a property of the server's, from its next start on. */
  public BrokerProcess with(String property, Object value) {
    settings.add(property + "=" + value);
    return this;
  }

  /** Makes it the node of this number, from 1, of three with these {@code voters}. */
  public BrokerProcess node(int id, String voters) {
    return with("node", id + ":" + voters);
  }

  /**
   * Adds a listener whose clients are told to come back to the port of a proxy; to be called before
   * the first start.
   *
   * @param proxy the port of the proxy
   * @param own the port that the proxy passes on to; free
   */
  public BrokerProcess behind(int proxy, int own) throws IOException {
    port = Broker.freePort();
    return with("listeners", "BEHIND://localhost:" + own)
        .with("listener.security.protocol.map", "BEHIND:PLAINTEXT")
        .with(
            "advertised.listeners",
            "PLAINTEXT://" + bootstrapServers() + ",BEHIND://localhost:" + proxy);
  }

  /** Creates the topic at the next start if it is missing then. */
  public BrokerProcess withTopic(String name, int partitions) {
    return with("topic", name + ":" + partitions);
  }

  /** Adds a user for SCRAM-SHA-512; to be called before the first start. */
  public BrokerProcess withUser(String name, String password) {
    return with("scram", "SCRAM-SHA-512=[name=" + name + ",password=" + password + "]");
  }

  /**
   * Users with the password {@code right}, of whom the first may do everything and the others what
   * they are granted; to be called before the first start.
   */
  public BrokerProcess withRights(String owner, String... others) {
    Stream.concat(Stream.of(owner), Stream.of(others)).forEach(name -> withUser(name, "right"));
    return with("authorizer.class.name", "org.apache.kafka.metadata.authorizer.StandardAuthorizer")
        .with("super.users", "User:ANONYMOUS;User:" + owner);
  }

  /**
   * Starts the broker and returns when it serves clients.
   *
   * @throws IllegalStateException when it ends before that, with all that it logged, or takes
   *     longer than two minutes
   */
  public BrokerProcess start() throws IOException {
    if (dir == null) {
      dir = Files.createTempDirectory(Files.createDirectories(HOME), "test-");
      port = port == 0 ? Broker.freePort() : port;
    }
    process = new ProcessBuilder(command()).redirectErrorStream(true).start();
    try {
      CompletableFuture.runAsync(this::awaitReady, work -> new Thread(work).start())
          .orTimeout(2, TimeUnit.MINUTES)
          .join();
    } catch (CompletionException e) {
      kill9();
      throw new IllegalStateException("no broker: " + Files.readString(log()), e.getCause());
    }
    return this;
  }

  /** The address for clients without TLS and users; the same for the life of this object. */
  public String bootstrapServers() {
    return "localhost:" + port;
  }

  /** Stops the broker in good order. */
  public void stop() {
    process.destroy();
    awaitEnd();
  }

  /** Ends the broker as a power cut would. */
  public void kill9() {
    process.destroyForcibly();
    awaitEnd();
  }

  /** Stops the broker if it runs, and starts it on the same port and data. */
  public void restart() throws IOException {
    stop();
    start();
  }

  /** The process that runs now or ran last. */
  public ProcessHandle handle() {
    return process.toHandle();
  }

  @Override
  public void close() throws IOException {
    if (dir == null) {
      return;
    }
    kill9();
    try (Stream<Path> files = Files.walk(dir)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void beforeAll(ExtensionContext context) throws IOException {
    start();
  }

  @Override
  public void afterAll(ExtensionContext context) throws IOException {
    close();
  }

  private List<String> command() throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx512m", "-XX:TieredStopAtLevel=1"));
    command.addAll(classPath());
    command.addAll(List.of(Broker.class.getName(), dir.toString(), String.valueOf(port)));
    command.addAll(settings);
    return command;
  }

  /** The options of the argument file, the folder of {@link Broker}'s class added to its path. */
  private static List<String> classPath() throws IOException {
    Path file = HOME.resolve("classpath");
    if (Files.notExists(file)) {
      throw new IllegalStateException(file + " is missing: run mvn antrun:run@broker");
    }
    List<String> options = new ArrayList<>(Files.readAllLines(file));
    String jars = options.remove(options.size() - 1).replace("\"", "");
    options.add(jars + System.getProperty("path.separator") + classes());
    return options;
  }

  private static Path classes() {
    try {
      return Path.of(Broker.class.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }

  private void awaitReady() {
    BufferedReader out =
        new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
    try {
      List<String> said = new ArrayList<>();
      for (String line = out.readLine(); line != null; line = out.readLine()) {
        if (line.startsWith(READY)) {
          return;
        }
        said.add(line);
      }
      throw new IllegalStateException("it ended, saying " + said);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitEnd() {
    process.onExit().orTimeout(1, TimeUnit.MINUTES).join();
  }

  private Path log() {
    return dir.resolve("broker.log");
  }
}
