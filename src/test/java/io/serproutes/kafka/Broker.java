package io.serproutes.kafka;

import java.io.FileOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.BindException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import java.util.Set;
import java.util.concurrent.ThreadLocalRandom;
import org.apache.kafka.clients.NetworkClient;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.Uuid;

/**
 * One Kafka node, broker and controller in this JVM, for development and tests: {@code Broker
 * folder port [name=value ...]}.
 *
 * <p>The folder keeps the data and {@code broker.log}; a port of 0 is any free one. {@code
 * topic=name:partitions} is a topic to create where it is missing, {@code scram=...} a user as
 * StorageTool's {@code --add-scram} takes it, heeded only while the folder is new, {@code
 * node=id:voters} makes it one of the three nodes of {@code controller.quorum.voters}, to be named
 * before listeners, and every other name is a server property, which replaces the default; see
 * {@link #LISTS}.
 *
 * <p>Prints {@code kafka broker: localhost:port} once it serves clients and the topics are there,
 * then the topics, then nothing more. Stops when told to, or when the process that started it ends.
 *
 * <p>Kafka's server is called by name because it is on this program's class path and not on the
 * tests'. The file stands alone: {@code java Broker.java} runs it uncompiled.
 */
public final class Broker {

  /** Properties to which a given value is added, as in {@code listeners=SECURE://localhost:1}. */
  private static final Set<String> LISTS = Set.of("listeners", "listener.security.protocol.map");

  private final Path dir;
  private final int port;
  private final Properties server = new Properties();
  private final List<NewTopic> topics = new ArrayList<>();
  private final List<String> users = new ArrayList<>();
  private Uuid clusterId = Uuid.randomUuid();
  private volatile boolean ready;

  private Broker(Path dir, int port, List<String> settings) throws IOException {
    this.dir = dir;
    this.port = port == 0 ? freePort() : port;
    putDefaults(freePort());
    settings.forEach(this::set);
  }

  public static void main(String[] args) throws Exception {
    ProcessHandle.current().parent().ifPresent(p -> p.onExit().thenRun(() -> System.exit(0)));
    List<String> settings = List.of(args).subList(2, args.length);
    Path dir = Files.createDirectories(Path.of(args[0]));
    new Broker(dir, Integer.parseInt(args[1]), settings).run();
  }

  /**
   * A port that is free now; whoever asks should bind it soon. None that the system gives to
   * clients by itself, or one of them might have it by then.
   */
  public static int freePort() throws IOException {
    for (int tries = 0; tries < 1000; tries++) {
      int port = ThreadLocalRandom.current().nextInt(15_000, 32_000);
      try (ServerSocket socket = new ServerSocket(port, 1, InetAddress.getLoopbackAddress())) {
        return socket.getLocalPort();
      } catch (BindException e) {
        // taken
      }
    }
    throw new IOException("no port is free");
  }

  private void putDefaults(int controllerPort) {
    String controller = "localhost:" + controllerPort;
    server.put("process.roles", "broker,controller");
    server.put("node.id", "1");
    server.put("controller.quorum.voters", "1@" + controller);
    server.put("controller.listener.names", "CONTROLLER");
    server.put("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://" + controller);
    server.put("listener.security.protocol.map", "PLAINTEXT:PLAINTEXT,CONTROLLER:PLAINTEXT");
    server.put("log.dirs", dir.resolve("data").toString());
    server.put("auto.create.topics.enable", "false");
    server.put("group.initial.rebalance.delay.ms", "0");
    // after kill -9 the controller lets the node in again when its former self has timed out
    server.put("broker.session.timeout.ms", "3000");
    server.put("broker.heartbeat.interval.ms", "500");
    server.put("offsets.topic.num.partitions", "4");
    server.put("offsets.topic.replication.factor", "1");
    server.put("transaction.state.log.num.partitions", "4");
    server.put("transaction.state.log.replication.factor", "1");
    server.put("transaction.state.log.min.isr", "1");
    server.put("share.coordinator.state.topic.replication.factor", "1");
    server.put("share.coordinator.state.topic.min.isr", "1");
    // 128 MiB of heap otherwise
    server.put("log.cleaner.dedupe.buffer.size", "8388608");
  }

  private void set(String setting) {
    int equals = setting.indexOf('=');
    String name = setting.substring(0, equals);
    String value = setting.substring(equals + 1);
    switch (name) {
      case "topic" -> topics.add(topic(value.split(":")));
      case "scram" -> users.addAll(List.of("--add-scram", value));
      case "node" -> join(value);
      default -> server.merge(name, value, (a, b) -> LISTS.contains(name) ? a + "," + b : b);
    }
  }

  private void join(String node) {
    String id = node.substring(0, node.indexOf(':'));
    String voters = node.substring(id.length() + 1);
    String own = List.of(voters.split(",")).get(Integer.parseInt(id) - 1);
    String controller = own.substring(own.indexOf('@') + 1);
    clusterId = new Uuid(1, voters.hashCode());
    server.put("node.id", id);
    server.put("controller.quorum.voters", voters);
    server.put("listeners", "PLAINTEXT://localhost:" + port + ",CONTROLLER://" + controller);
    for (String name :
        List.of(
            "default.replication.factor",
            "offsets.topic.replication.factor",
            "transaction.state.log.replication.factor")) {
      server.put(name, "3");
    }
    server.put("min.insync.replicas", "2");
    server.put("transaction.state.log.min.isr", "2");
  }

  private static NewTopic topic(String[] nameAndPartitions) {
    int partitions = Integer.parseInt(nameAndPartitions[1]);
    return new NewTopic(nameAndPartitions[0], Optional.of(partitions), Optional.empty());
  }

  private void run() throws Exception {
    if (portIsTaken()) {
      System.out.println("port " + port + " is taken; -Dbroker.port=0 chooses a free one");
      System.exit(1);
    }
    // Kafka logs there; of every try to reach the broker that is just starting it need not
    System.setErr(new PrintStream(new FileOutputStream(log().toFile(), true), true));
    System.setProperty("org.slf4j.simpleLogger.log." + NetworkClient.class.getName(), "error");
    Runtime.getRuntime().addShutdownHook(new Thread(this::sayIfNotReady));
    Path config = dir.resolve("server.properties");
    try (OutputStream out = Files.newOutputStream(config)) {
      server.store(out, null);
    }
    if (Files.notExists(dir.resolve("data/meta.properties"))) {
      format(config);
    }
    Thread kafka = new Thread(() -> serve(config), "kafka");
    kafka.setDaemon(true);
    kafka.start();
    createTopics();
    ready = true;
    System.out.println("kafka broker: localhost:" + port);
    topics.forEach(t -> System.out.println("topic: " + t.name()));
    kafka.join();
  }

  private void sayIfNotReady() {
    if (!ready) {
      System.out.println("the broker did not start, see " + log());
    }
  }

  private boolean portIsTaken() {
    try {
      new ServerSocket(port, 1, InetAddress.getLoopbackAddress()).close();
      return false;
    } catch (IOException e) {
      return true;
    }
  }

  private void format(Path config) throws ReflectiveOperationException {
    List<String> args = new ArrayList<>(List.of("format", "--config", config.toString()));
    args.addAll(List.of("--cluster-id", clusterId.toString()));
    args.addAll(users);
    Object result =
        Class.forName("kafka.tools.StorageTool")
            .getMethod("execute", String[].class, PrintStream.class)
            .invoke(null, args.toArray(String[]::new), System.err);
    if (!result.equals(0)) {
      throw new IllegalStateException("the folder could not be formatted");
    }
  }

  /** Returns when the broker has been stopped; a broker that fails ends the JVM by itself. */
  private static void serve(Path config) {
    try {
      Object args = new String[] {config.toString()};
      Class.forName("kafka.Kafka").getMethod("main", String[].class).invoke(null, args);
    } catch (ReflectiveOperationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Returns when the broker answers and has every topic. */
  private void createTopics() throws Exception {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers", "localhost:" + port,
            "reconnect.backoff.max.ms", "100",
            "default.api.timeout.ms", "120000");
    try (Admin admin = Admin.create(client)) {
      Set<String> there = admin.listTopics().names().get();
      admin
          .createTopics(topics.stream().filter(t -> !there.contains(t.name())).toList())
          .all()
          .get();
    }
  }

  private Path log() {
    return dir.resolve("broker.log");
  }
}
