package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.RouteFiles;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.deliver.OutputUnavailableException;
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
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Stream;
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
  private static final String SANDBOX_CREDENTIAL = "sandbox";
  private static final String KAFKA_PROPERTIES = "serp.kafka.properties.";
  private static final String KAFKA_VARIABLES = "SERP_KAFKA_PROPERTIES_";

  private final Properties values = new Properties();
  private final Settings settings = new Settings(values);
  private boolean sandbox;

  /**
   * Reads and checks all keys.
   *
   * @throws IllegalSettingException where something is wrong; a line each
   */
  static StartUp read() throws Exception {
    StartUp startUp = new StartUp();
    startUp.checkKeys();
    startUp.checkSurroundings();
    return startUp;
  }

  private StartUp() throws IOException {
    Properties outside = outside();
    values.putAll(readFile());
    values.putAll(outside);
    choose(outside);
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

  /** What the environment says, and above it the system properties. */
  private static Properties outside() {
    Properties outside = new Properties();
    System.getenv()
        .forEach(
            (variable, value) -> {
              if (variable.startsWith(KAFKA_VARIABLES)) {
                String name = variable.substring(KAFKA_VARIABLES.length());
                outside.setProperty(
                    KAFKA_PROPERTIES + name.toLowerCase(Locale.ROOT).replace('_', '.'), value);
              }
            });
    for (String name : Keys.names()) {
      String value =
          System.getenv(name.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_'));
      if (value != null) {
        outside.setProperty(name, value);
      }
    }
    outside.putAll(System.getProperties());
    return outside;
  }

  Settings settings() {
    return settings;
  }

  private void choose(Properties outside) {
    // ids on the command line are a wish for these ids, whatever the file says of sources
    boolean onCommandLine = isGiven(outside, Keys.IDS) && !isGiven(outside, Keys.FROM);
    boolean inFile = !settings.text(Keys.IDS).isEmpty() && !isGiven(values, Keys.FROM);
    if (onCommandLine || inFile) {
      choose(Keys.FROM, "command-line");
    }
    if (settings.text(Keys.FROM).contains("command-line")) {
      choose(Keys.ONCE, "true");
    }
    sandbox = wantsSandbox();
    if (sandbox) {
      choose(Keys.BASE_URL, "http://127.0.0.1:" + settings.text(Keys.SANDBOX_PORT));
      choose(Keys.LOGIN, SANDBOX_CREDENTIAL);
      choose(Keys.PASSWORD, SANDBOX_CREDENTIAL);
    }
  }

  private static boolean isGiven(Properties values, Key<?> key) {
    return values.getProperty(key.name()) != null;
  }

  private void choose(Key<?> key, String value) {
    values.setProperty(key.name(), value);
  }

  // looks at words that are not checked yet
  private boolean wantsSandbox() {
    String from = settings.text(Keys.FROM);
    boolean local = !from.contains("kafka") && !from.contains("dead-letters");
    return settings.text(Keys.BASE_URL).isEmpty()
        && local
        && settings.text(Keys.TO).equals("files");
  }

  List<String> from() {
    return settings.get(Keys.FROM);
  }

  List<String> to() {
    return settings.get(Keys.TO);
  }

  /** Whether a source or a way out is Kafka. */
  private boolean usesKafka() {
    return from().contains("kafka") || to().contains("kafka");
  }

  /** The topics that are sources. */
  List<String> topicsOfIds() {
    List<String> topics = new ArrayList<>();
    if (from().contains("kafka")) {
      topics.add(settings.get(Keys.TOPIC_IDS));
    }
    if (from().contains("dead-letters") && to().get(0).equals("kafka")) {
      topics.add(settings.get(Keys.TOPIC_DEAD_LETTERS));
    }
    return topics;
  }

  /** Whether the embedded sandbox stands in for the API. */
  boolean usesSandbox() {
    return sandbox;
  }

  private void checkKeys() {
    SettingsCheck check = new SettingsCheck(settings);
    check.keys();
    check.rule(() -> require(!from().isEmpty(), "serp.from names no source"));
    check.rule(
        () ->
            require(
                !to().isEmpty() && !to().contains("endpoints"),
                "serp.to=" + settings.text(Keys.TO) + " is not of files, kafka"));
    check.rule(
        () ->
            require(
                !from().contains("command-line") || !settings.get(Keys.IDS).isEmpty(),
                "serp.ids is required and has no value"));
    check.rule(
        () ->
            require(
                !usesKafka() || !settings.text(Keys.BROKERS).isEmpty(),
                "serp.kafka.brokers is required and has no value"));
    check.end();
  }

  private void checkSurroundings() throws Exception {
    if (!settings.get(Keys.ONCE)) {
      checkPort(Keys.SERVER_PORT);
    }
    if (usesSandbox()) {
      checkPort(Keys.SANDBOX_PORT);
    }
    checkFolders();
    if (usesKafka()) {
      new TopicsCheck(settings).run(topicKeys());
    }
  }

  private void checkFolders() {
    try {
      new ResultFiles(settings).prepare();
    } catch (OutputUnavailableException e) {
      throw unusable(Keys.FILES_DIR, e.why());
    }
    if (from().contains("folder")) {
      Path inbox = Path.of(settings.get(Keys.INBOX));
      try {
        Files.createDirectories(inbox);
        Files.delete(Files.createTempFile(inbox, ".serp-", ".tmp"));
      } catch (IOException e) {
        throw unusable(Keys.INBOX, DurableFiles.inWords(e));
      }
    }
  }

  private IllegalSettingException unusable(Key<String> key, String why) {
    return new IllegalSettingException(
        key + "=" + settings.text(key) + " cannot be written to: " + why);
  }

  private Set<Key<String>> topicKeys() {
    Set<Key<String>> keys = new HashSet<>(Set.of(Keys.TOPIC_PARKED));
    if (from().contains("kafka")) {
      keys.add(Keys.TOPIC_IDS);
    }
    if (to().contains("kafka")) {
      keys.addAll(
          Set.of(
              Keys.TOPIC_ORGANIC,
              Keys.TOPIC_PAID,
              Keys.TOPIC_OTHER,
              Keys.TOPIC_RECEIPTS,
              Keys.TOPIC_DEAD_LETTERS));
    }
    return keys;
  }

  // Camel's server only warns where its port is taken, and goes on without
  private void checkPort(Key<Integer> key) {
    int port = settings.get(key);
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
    main.setDefaultPropertyPlaceholderLocation("file:config/application.properties;optional=true");
    Properties camel = new Properties();
    camel.setProperty("camel.main.name", "serp-routes");
    camel.setProperty("camel.main.routes-include-pattern", String.join(",", routeFiles()));
    camel.setProperty("camel.main.shutdown-timeout", "15");
    camel.setProperty("camel.main.shutdown-suppress-logging-on-timeout", "true");
    camel.setProperty("camel.main.startup-summary-level", "oneline");
    camel.setProperty("camel.main.jmx-enabled", "false");
    camel.setProperty("camel.main.stream-caching-enabled", "false");
    camel.setProperty("camel.main.auto-configuration-log-summary", "false");
    if (usesSandbox()) {
      SandboxServer.listen(main);
    }
    serve(camel);
    camel.forEach((key, value) -> main.addOverrideProperty((String) key, (String) value));
    Keys.all().forEach(key -> main.addOverrideProperty(key.name(), settings.verbatim(key)));
    for (String name : settings.keys(KAFKA_PROPERTIES)) {
      main.addOverrideProperty(name, settings.given(name));
    }
    main.addOverrideProperty(Settings.EMBEDDED_SANDBOX, Boolean.toString(sandbox));
  }

  private void serve(Properties camel) {
    if (!settings.get(Keys.ONCE)) {
      camel.setProperty("camel.management.enabled", "true");
      camel.setProperty("camel.management.host", "127.0.0.1");
      camel.setProperty("camel.management.port", settings.text(Keys.SERVER_PORT));
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
    List<String> files = new ArrayList<>(RouteFiles.CORE);
    if (usesKafka()) {
      files.addAll(RouteFiles.KAFKA);
    }
    to().forEach(output -> files.add(RouteFiles.output(output)));
    if (to().size() > 1) {
      files.add(RouteFiles.output("both"));
    }
    if (!settings.get(Keys.ONCE)) {
      files.add(RouteFiles.HEALTH);
    }
    if (sandbox) {
      files.add(RouteFiles.SANDBOX);
    }
    for (String source : from()) {
      boolean topic = source.equals("dead-letters") && to().get(0).equals("kafka");
      files.add(RouteFiles.source(source) + (topic ? "-topic" : ""));
    }
    return files.stream().map(RouteFiles::chosen).toList();
  }

  /** Why a start failed, a line for each thing that is wrong. */
  static Stream<String> reasons(Throwable failure) {
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
    return ours ? message.lines() : Stream.of(words.replaceAll("\\s+", " "));
  }

  private static String failureWords(Throwable first, String message) {
    if (first instanceof java.net.BindException) {
      return message + ": another program uses the port; set serp.server.port or serp.sandbox.port";
    }
    return message;
  }
}
