package io.serproutes.program;

import static io.serproutes.SettingsCheck.require;

import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Outputs;
import io.serproutes.RouteFiles;
import io.serproutes.Settings;
import io.serproutes.SettingsCheck;
import io.serproutes.ids.CommandLineIds;
import io.serproutes.program.GivenValues.Layer;
import io.serproutes.sandbox.SandboxServer;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import org.apache.camel.component.http.HttpClientConfigurer;
import org.apache.camel.main.Main;
import org.apache.camel.main.SimpleMainShutdownStrategy;
import org.apache.hc.client5.http.impl.classic.HttpClientBuilder;

/** What the program does before Camel starts: checks the keys and chooses the route files. */
final class StartUp {

  private static final String SANDBOX_CREDENTIAL = "sandbox";

  private final GivenValues values;
  private final Settings settings;
  private final Surroundings surroundings;
  private final boolean sandbox;
  private final List<String> arguments;
  private CompletableFuture<Void> topics = CompletableFuture.completedFuture(null); // their check

  /**
   * Reads and checks all keys, and what they name: ports and folders. The check of topics, which
   * takes as long as Camel needs to read the routes, goes on until {@link #awaitTopics}.
   *
   * @param set the values that were given after the command
   * @param arguments ids and files of ids for the source {@code command-line}; empty where {@code
   *     serp.ids} has them
   * @throws IllegalSettingException where something is wrong; a line each
   */
  static StartUp read(Map<String, String> set, List<String> arguments) throws Exception {
    StartUp startUp = new StartUp(GivenValues.ofProcess(set), arguments);
    startUp.keys().end();
    if (!arguments.isEmpty() && startUp.to().parking().equals("kafka")) {
      startUp.values.choose(Keys.WAIT_NOT_READY, "0s"); // others ask for what it parks
    }
    startUp.checkSurroundings();
    return startUp;
  }

  /** What a start would choose, of values that are not checked yet. */
  static StartUp unchecked(GivenValues values) {
    return new StartUp(values, List.of());
  }

  private StartUp(GivenValues values, List<String> arguments) {
    this.values = values;
    this.arguments = arguments;
    settings = new Settings(values);
    surroundings = new Surroundings(settings);
    chooseSource();
    keepForFeeders();
    sandbox = wantsSandbox();
    if (sandbox) {
      values.choose(Keys.LOGIN, SANDBOX_CREDENTIAL);
      values.choose(Keys.PASSWORD, SANDBOX_CREDENTIAL);
      values.choose(Keys.BASE_URL, "http://127.0.0.1");
    }
  }

  // a feeder keeps its ids in another source; words that are not checked yet
  private void keepForFeeders() {
    List<String> from = List.of(settings.text(Keys.FROM).split("\\s*,\\s*"));
    boolean feeds = from.contains(Settings.TASKS_READY) || from.contains(Settings.WEBHOOKS);
    if (feeds && !from.contains("folder") && !from.contains("kafka")) {
      values.choose(Keys.FROM, settings.text(Keys.FROM) + ",folder");
    }
  }

  // ids that are given nearer than the source are a wish for these ids
  private void chooseSource() {
    Layer ids = values.layer(Keys.IDS);
    boolean canBeEmpty = ids == Layer.FILE || ids == Layer.ENVIRONMENT; // as if it were not set
    boolean wished = !canBeEmpty || !settings.text(Keys.IDS).isEmpty();
    if (wished && ids.compareTo(values.layer(Keys.FROM)) > 0) {
      values.choose(Keys.FROM, "command-line");
    }
    if (settings.text(Keys.FROM).contains("command-line")) {
      values.choose(Keys.ONCE, "true");
    }
  }

  // looks at words that are not checked yet
  private boolean wantsSandbox() {
    String from = settings.text(Keys.FROM);
    boolean local = !from.contains("kafka") && !from.contains("dead-letters");
    return settings.text(Keys.BASE_URL).isEmpty()
        && local
        && settings.text(Keys.TO).equals("files");
  }

  Settings settings() {
    return settings;
  }

  List<String> from() {
    return settings.get(Keys.FROM);
  }

  Outputs to() {
    return Outputs.of(settings);
  }

  /** Whether dead letters are read from their topic, not from files. */
  private boolean replaysTopic() {
    return from().contains("dead-letters") && to().parking().equals("kafka");
  }

  List<String> topicsOfIds() {
    List<String> topics = new ArrayList<>();
    if (from().contains("kafka")) {
      topics.add(settings.get(Keys.TOPIC_IDS));
    }
    if (replaysTopic()) {
      topics.add(settings.get(Keys.TOPIC_DEAD_LETTERS));
    }
    return topics;
  }

  /** Whether the embedded sandbox answers instead of the API. */
  boolean usesSandbox() {
    return sandbox;
  }

  /** All that is wrong with keys. */
  SettingsCheck keys() {
    SettingsCheck check = new SettingsCheck(settings);
    check.keys();
    check.rule(() -> require(!from().isEmpty(), "serp.from names no source"));
    check.rule(
        () ->
            require(
                settings.get(Keys.ENABLED),
                "serp.enabled=false is for hosts: without its routes the program has nothing to"
                    + " do"));
    check.rule(this::requireThreadsOfPools);
    check.rule(() -> to().names().forEach(this::requireOutput));
    Keys.ENDPOINTS.values().forEach(key -> check.rule(() -> requireEndpoint(key)));
    check.rule(
        () ->
            require(
                !from().contains("command-line")
                    || !settings.get(Keys.IDS).isEmpty()
                    || !arguments.isEmpty(),
                "serp.ids is required and has no value"));
    arguments.forEach(argument -> check.rule(() -> CommandLineIds.check(argument)));
    check.rule(
        () ->
            require(
                !settings.text(Keys.BASE_URL).isEmpty(),
                "the embedded sandbox, which needs no account, answers only where serp.to is files"
                    + " and serp.from names neither kafka nor dead-letters; otherwise start it by"
                    + " itself (java -jar serp-routes.jar sandbox) and set these keys to its"
                    + " address, sandbox and sandbox"));
    return check;
  }

  // from Java 21 on, Camel's pools would then have neither limits nor our reports of errors
  private void requireThreadsOfPools() {
    String option = "camel.threads.virtual.enabled";
    require(
        !"true".equals(settings.given(option)),
        option
            + "=true"
            + settings.origin(option)
            + " takes the limits away from all thread pools, which the program counts on; leave it"
            + " out");
  }

  private void requireOutput(String name) {
    if (RouteFiles.isBuiltIn(RouteFiles.output(name))) {
      return; // a list of all files of the jar takes a twentieth of the start
    }
    Set<String> outputs = RouteFiles.outputs();
    require(
        outputs.contains(name),
        "serp.to="
            + settings.text(Keys.TO)
            + ": there is no output "
            + name
            + ", only "
            + String.join(", ", outputs)
            + "; one of your own is a file routes/items-to-NAME.camel.yaml");
  }

  // what is sent to a default, which is for hosts, would wait for a route that nobody brings
  private void requireEndpoint(Key<String> key) {
    require(
        !to().has("endpoints") || values.layer(key) != Layer.NONE,
        key
            + " is required where serp.to names endpoints;"
            + " direct:none?failIfNoConsumers=false drops what it gets");
  }

  private void checkSurroundings() throws Exception {
    if (!settings.get(Keys.ONCE)) {
      surroundings.checkServer(Keys.SERVER_HOST, Keys.SERVER_PORT);
    }
    if (sandbox) {
      chooseSandboxPort();
    }
    surroundings.checkFolders(sandbox);
    if (settings.usesKafka()) {
      topics = CompletableFuture.runAsync(surroundings::checkTopics, StartUp::meanwhile);
    }
  }

  private static void meanwhile(Runnable check) {
    Thread thread = new Thread(check, "serp-check-topics");
    thread.setDaemon(true);
    thread.start();
  }

  /**
   * Waits until the topics are known to be usable.
   *
   * @throws CompletionException where they are not, for an {@link IllegalSettingException}
   */
  void awaitTopics() {
    topics.join();
  }

  // nobody outside needs the sandbox, so any port will do unless a person chose one; a copy of our
  // own configuration file is no choice
  private void chooseSandboxPort() throws IOException {
    int port = settings.get(Keys.SANDBOX_PORT);
    int defaultPort = new Settings(name -> null).get(Keys.SANDBOX_PORT);
    boolean chosen =
        port != defaultPort || values.layer(Keys.SANDBOX_PORT).compareTo(Layer.FILE) > 0;
    if (port == 0 || !chosen && Surroundings.whyNotFree(port) != null) {
      port = Surroundings.freePort();
      values.choose(Keys.SANDBOX_PORT, Integer.toString(port));
    }
    surroundings.checkPort(Keys.SANDBOX_PORT);
    values.choose(Keys.BASE_URL, "http://127.0.0.1:" + port);
  }

  /** Tells Camel which routes to load and how to run. */
  void configure(Main main) {
    configure(main, routeFiles());
    if (usesSandbox()) {
      SandboxServer.listen(main, settings);
    }
    serve(main);
  }

  /** Tells Camel how to run these routes, without a server. */
  void configure(Main main, List<String> routeFiles) {
    main.setShutdownStrategy(new SimpleMainShutdownStrategy()); // Camel's default adds a hook
    main.setDefaultPropertyPlaceholderLocation("file:config/application.properties;optional=true");
    main.addOverrideProperty("camel.main.name", "serp-routes");
    main.addOverrideProperty("camel.main.routes-include-pattern", String.join(",", routeFiles));
    main.addOverrideProperty("camel.main.shutdown-timeout", "15");
    main.addOverrideProperty("camel.main.shutdown-suppress-logging-on-timeout", "true");
    main.addOverrideProperty("camel.main.startup-summary-level", "oneline");
    main.addOverrideProperty("camel.main.jmx-enabled", "false");
    main.addOverrideProperty("camel.main.stream-caching-enabled", "false");
    main.addOverrideProperty("camel.main.auto-configuration-log-summary", "false");
    // an output repeats itself; a client that does so, too, would post twice as often
    main.bind("serpNoRetries", (HttpClientConfigurer) HttpClientBuilder::disableAutomaticRetries);
    main.addOverrideProperty("camel.component.http.http-client-configurer", "#bean:serpNoRetries");
    main.addOverrideProperty("camel.component.https.http-client-configurer", "#bean:serpNoRetries");
    Keys.all().forEach(key -> main.addOverrideProperty(key.name(), settings.verbatim(key)));
    for (String name : settings.keys(Settings.KAFKA_PROPERTIES)) {
      main.addOverrideProperty(name, settings.given(name));
    }
    main.addOverrideProperty(Settings.EMBEDDED_SANDBOX, Boolean.toString(sandbox));
    if (!arguments.isEmpty()) {
      main.addOverrideProperty(Settings.ARGUMENTS, String.join("\0", arguments));
    }
  }

  private void serve(Main main) {
    if (!settings.get(Keys.ONCE)) {
      main.addOverrideProperty("camel.management.enabled", "true");
      main.addOverrideProperty("camel.management.host", settings.get(Keys.SERVER_HOST));
      main.addOverrideProperty("camel.management.port", settings.text(Keys.SERVER_PORT));
      main.addOverrideProperty("camel.management.health-check-enabled", "true");
      main.addOverrideProperty("camel.management.metrics-enabled", "true");
      main.addOverrideProperty("camel.metrics.enabled", "true");
      main.addOverrideProperty("camel.metrics.enable-route-policy", "false");
      main.addOverrideProperty("camel.metrics.enable-message-history", "false");
      main.addOverrideProperty("camel.metrics.enable-exchange-event-notifier", "false");
      main.addOverrideProperty("camel.metrics.enable-route-event-notifier", "false");
    }
  }

  /** The route files, each where it lies: {@code file:routes/…} or {@code classpath:…}. */
  List<String> routeFiles() {
    List<String> more = new ArrayList<>();
    if (!settings.get(Keys.ONCE)) {
      more.add(RouteFiles.HEALTH);
    }
    if (sandbox) {
      more.add(RouteFiles.SANDBOX);
    }
    List<String> files = RouteFiles.of(settings, more);
    if (!arguments.isEmpty()) { // parked ids of other runs are left alone
      files.remove(RouteFiles.PARKED_IN_KAFKA);
    }
    if (settings.feeders().isEmpty() && pageFeedsTopic()) {
      files.add(RouteFiles.feed(settings.feed()));
    }
    return files.stream().map(RouteFiles::chosen).toList();
  }

  // what is given on the page goes to the drop folder where that is a source
  private boolean pageFeedsTopic() {
    return !settings.get(Keys.ONCE)
        && !settings.get(Keys.PAGE_WRITE).equals("off")
        && from().contains("kafka")
        && !from().contains("folder");
  }
}
