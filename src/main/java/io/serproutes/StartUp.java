package io.serproutes;

import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.OutletRefusedException;
import io.serproutes.deliver.ResultFiles;
import io.serproutes.kafka.TopicsCheck;
import io.serproutes.sandbox.SandboxServer;
import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;

/**
 * What the program does before Camel starts: reads the keys, checks them, chooses the route files.
 *
 * <p>A key is looked for among the system properties, the environment variables and {@code
 * config/application.properties} of the working folder, in this order.
 */
final class StartUp {

  private static final Path CONFIG = Path.of("config/application.properties");
  private static final Set<String> SOURCES =
      Set.of("command-line", "folder", "kafka", "dead-letters");
  private static final Set<String> WAYS_OUT = Set.of("files", "kafka");
  private static final String SANDBOX_CREDENTIAL = "sandbox";

  private final Properties file;
  private final Properties chosen = new Properties();
  private final Settings settings = new Settings(new Settings.Values(this::value, this::keys));

  private StartUp(Properties file) {
    this.file = file;
  }

  /**
   * Reads and checks all keys.
   *
   * @throws IllegalSettingException for the first thing that is wrong
   */
  static StartUp read() throws Exception {
    StartUp startUp = new StartUp(readFile());
    new SettingsCheck(startUp.settings).names();
    startUp.choose();
    startUp.checkValues();
    return startUp;
  }

  private static Properties readFile() throws IOException {
    Properties file = new Properties();
    if (Files.exists(CONFIG)) {
      try (Reader reader = Files.newBufferedReader(CONFIG, StandardCharsets.UTF_8)) {
        file.load(reader);
      } catch (CharacterCodingException e) {
        throw new IllegalSettingException(CONFIG + " is not text in UTF-8");
      } catch (IllegalArgumentException e) {
        throw new IllegalSettingException(CONFIG + " cannot be read: " + e.getMessage());
      }
    }
    return file;
  }

  /** The value of a key as it was given, or null. */
  private String value(String key) {
    String value = chosen.getProperty(key);
    if (value == null) {
      value = outside(key);
    }
    return value == null ? file.getProperty(key) : value;
  }

  /** The value of a key that was given as a system property or in the environment, or null. */
  private static String outside(String key) {
    String value = System.getProperty(key);
    return value != null
        ? value
        : System.getenv(key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
  }

  private Set<String> keys(String prefix) {
    Set<String> keys = new TreeSet<>(file.stringPropertyNames());
    keys.addAll(System.getProperties().stringPropertyNames());
    keys.removeIf(key -> !key.startsWith(prefix));
    return keys;
  }

  Settings settings() {
    return settings;
  }

  private void choose() {
    // ids on the command line are a wish for these ids, whatever the file says of sources
    boolean onCommandLine = outside("serp.ids") != null && outside("serp.from") == null;
    boolean inFile = !settings.text("serp.ids").isEmpty() && value("serp.from") == null;
    if (onCommandLine || inFile) {
      chosen.setProperty("serp.from", "command-line");
    }
    if (from().contains("command-line")) {
      settings.required("serp.ids");
      chosen.setProperty("serp.once", "true");
    }
    if (usesSandbox()) {
      chosen.setProperty("serp.sandbox.embedded", "true");
      chosen.setProperty(
          "serp.api.base-url", "http://127.0.0.1:" + settings.text("serp.sandbox.port"));
      chosen.setProperty("serp.api.login", SANDBOX_CREDENTIAL);
      chosen.setProperty("serp.api.password", SANDBOX_CREDENTIAL);
    }
  }

  List<String> from() {
    List<String> from = settings.oneOf("serp.from", SOURCES);
    if (from.isEmpty()) {
      throw new IllegalSettingException("serp.from names no source");
    }
    return from;
  }

  List<String> to() {
    List<String> to = settings.oneOf("serp.to", WAYS_OUT);
    if (to.isEmpty()) {
      throw new IllegalSettingException("serp.to names no way out");
    }
    return to;
  }

  /** Whether a source or a way out is Kafka. */
  private boolean usesKafka() {
    return from().contains("kafka") || to().contains("kafka");
  }

  /** The topics that are sources. */
  List<String> topicsOfIds() {
    List<String> topics = new ArrayList<>();
    if (from().contains("kafka")) {
      topics.add(settings.text("serp.kafka.topics.ids"));
    }
    if (from().contains("dead-letters") && to().get(0).equals("kafka")) {
      topics.add(settings.text("serp.kafka.topics.dead-letters"));
    }
    return topics;
  }

  /** Whether the embedded sandbox stands in for the API. */
  boolean usesSandbox() {
    boolean local = Set.of("command-line", "folder").containsAll(from());
    boolean unset = settings.text("serp.api.base-url").isEmpty();
    return unset && local && to().equals(List.of("files"))
        || "true".equals(chosen.getProperty("serp.sandbox.embedded"));
  }

  private void checkValues() throws Exception {
    new SettingsCheck(settings).values();
    if (!settings.flag("serp.once")) {
      checkPort("serp.server.port");
    }
    if (usesSandbox()) {
      checkPort("serp.sandbox.port");
    }
    checkFolders();
    if (usesKafka()) {
      settings.required("serp.kafka.brokers");
      new TopicsCheck(settings).run(topicKeys());
    }
  }

  private void checkFolders() {
    try {
      new ResultFiles(settings).prepare();
    } catch (OutletRefusedException e) {
      throw unusable("serp.files.dir", e.why());
    }
    if (from().contains("folder")) {
      Path inbox = Path.of(settings.required("serp.folder.inbox"));
      try {
        Files.createDirectories(inbox);
        Files.delete(Files.createTempFile(inbox, ".serp-", ".tmp"));
      } catch (IOException e) {
        throw unusable("serp.folder.inbox", DurableFiles.inWords(e));
      }
    }
  }

  private IllegalSettingException unusable(String key, String why) {
    return new IllegalSettingException(
        key + "=" + settings.text(key) + " cannot be written to: " + why);
  }

  private Set<String> topicKeys() {
    Set<String> keys = new TreeSet<>(Set.of("parked"));
    if (from().contains("kafka")) {
      keys.add("ids");
    }
    if (to().contains("kafka")) {
      keys.addAll(Set.of("organic", "paid", "other", "receipts", "dead-letters"));
    }
    return keys;
  }

  // Camel's server only warns where its port is taken, and goes on without
  private void checkPort(String key) {
    int port = settings.number(key, 0, 65_535);
    try (ServerSocket probe = new ServerSocket()) {
      probe.bind(new InetSocketAddress("127.0.0.1", port));
    } catch (IOException e) {
      throw new IllegalSettingException(
          "port " + port + " is taken; set " + key + " (0: any free port): " + e.getMessage());
    }
  }

  /** Tells Camel which routes to load and how to run. */
  void configure(Main main) {
    main.setShutdownStrategy(new SimpleMainShutdownStrategy()); // Camel's default adds a hook
    main.bind(Settings.Values.NAME, new Settings.Values(this::value, this::keys));
    main.setDefaultPropertyPlaceholderLocation("file:config/application.properties;optional=true");
    Properties camel = new Properties();
    camel.putAll(chosen);
    camel.setProperty("camel.main.name", "serp-routes");
    camel.setProperty("camel.main.routes-include-pattern", String.join(",", routeFiles()));
    camel.setProperty("camel.main.shutdown-timeout", "15");
    camel.setProperty("camel.main.shutdown-suppress-logging-on-timeout", "true");
    camel.setProperty("camel.main.startup-summary-level", "oneline");
    camel.setProperty("camel.main.jmx-enabled", "false");
    camel.setProperty("camel.main.stream-caching-enabled", "false");
    camel.setProperty("camel.main.auto-configuration-log-summary", "false");
    if (usesSandbox()) {
      camel.setProperty("serp.sandbox.port", settings.text("serp.sandbox.port"));
      SandboxServer.listen(main);
    }
    serve(camel);
    camel.forEach((key, value) -> main.addOverrideProperty((String) key, (String) value));
  }

  private void serve(Properties camel) {
    if (!settings.flag("serp.once")) {
      camel.setProperty("camel.management.enabled", "true");
      camel.setProperty("camel.management.host", "127.0.0.1");
      camel.setProperty("camel.management.port", settings.text("serp.server.port"));
      camel.setProperty("camel.management.health-check-enabled", "true");
      camel.setProperty("camel.management.metrics-enabled", "true");
      camel.setProperty("camel.metrics.enabled", "true");
      camel.setProperty("camel.metrics.enable-route-policy", "false");
      camel.setProperty("camel.metrics.enable-message-history", "false");
      camel.setProperty("camel.metrics.enable-exchange-event-notifier", "false");
      camel.setProperty("camel.metrics.enable-route-event-notifier", "false");
    }
  }

  private List<String> routeFiles() {
    List<String> files = new ArrayList<>(List.of("beans", "failure-policy", "task-results"));
    if (usesKafka()) {
      files.add("kafka");
    }
    for (String way : to()) {
      files.add("items-to-" + way);
    }
    if (to().size() > 1) {
      files.add("items-to-both");
    }
    files.add("parked-in-files");
    if (usesKafka()) {
      files.add("parked-in-kafka");
    }
    if (!settings.flag("serp.once")) {
      files.add("health-and-metrics");
    }
    if (usesSandbox()) {
      files.add("sandbox");
    }
    for (String source : from()) {
      boolean topic = source.equals("dead-letters") && to().get(0).equals("kafka");
      files.add("ids-from-" + source + (topic ? "-topic" : ""));
    }
    return files.stream().map(StartUp::location).toList();
  }

  // a route file of the working folder wins over the one that comes along
  private static String location(String name) {
    String file = "routes/" + name + ".camel.yaml";
    return Files.exists(Path.of(file))
        ? "file:" + file
        : "classpath:serp-routes/" + name + ".camel.yaml";
  }

  /** Why a start failed, in one line. */
  static String reason(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null && first.getCause() != first) {
      if (first instanceof IllegalSettingException) {
        break;
      }
      first = first.getCause();
    }
    String message = first.getMessage() == null ? first.toString() : first.getMessage();
    boolean ours = first instanceof IllegalSettingException;
    String words = ours || first instanceof IOException ? message : failureWords(first, message);
    return words.replaceAll("\\s+", " ");
  }

  private static String failureWords(Throwable first, String message) {
    if (first instanceof java.net.BindException) {
      return message + ": another program uses the port; set serp.server.port or serp.sandbox.port";
    }
    return message;
  }
}
