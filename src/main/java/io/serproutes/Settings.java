package io.serproutes;

import static io.serproutes.SettingsCheck.require;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.function.UnaryOperator;
import org.apache.camel.CamelContext;
import org.apache.camel.Ordered;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.PropertiesSource;
import org.slf4j.LoggerFactory;

/**
 * The values of the {@code serp.*} keys of one Camel context, all of them checked before any is
 * used.
 *
 * <p>A value comes from the context's properties (system properties and environment variables
 * first) and else from the defaults that come along, which are also made known to the context under
 * their {@code serp.} names for placeholders of the host.
 */
public final class Settings extends InContext {

  /** The feeder that polls the vendor's list of finished tasks. */
  public static final String TASKS_READY = "tasks-ready";

  /** The feeder that the vendor calls. */
  public static final String WEBHOOKS = "webhooks";

  private static final String DEFAULTS = "serp-routes/application.properties";

  /** What precedes the name of a property that is passed on to Kafka's clients. */
  public static final String KAFKA_PROPERTIES = "serp.kafka.properties.";

  /** Chosen by the start itself; nobody sets it. */
  public static final String EMBEDDED_SANDBOX = "serp.sandbox.embedded";

  /** The arguments of the command {@code fetch}; given by the start itself, nobody sets it. */
  public static final String ARGUMENTS = "serp.ids.arguments";

  private final Properties defaults = defaults();
  private Values values;

  /**
   * The settings of a Camel context; reads and checks them when it is given the context, which ends
   * with an {@link IllegalSettingException} where something is wrong.
   */
  public Settings() {}

  /** Settings of these values, over the defaults. */
  public Settings(Values values) {
    this.values = values;
  }

  @Override
  protected void given(CamelContext context) {
    PropertiesComponent properties = context.getPropertiesComponent();
    properties.addPropertiesSource(new Defaults());
    answerIn(context);
    context.addLifecycleStrategy(new RoutesCheck(this));
    values = new ContextValues(context);
    boolean isHost = given(EMBEDDED_SANDBOX) == null;
    if (isHost) { // the program's start has said it
      CamelVersions.check(context.getVersion(), Settings.class.getClassLoader());
      defaults.setProperty(Keys.FROM.name(), ""); // nothing takes ids unasked
      Environment environment = new Environment(System.getenv());
      environment.warnings().forEach(LoggerFactory.getLogger("serp-routes")::warn);
    }
    SettingsCheck check = new SettingsCheck(this);
    check.keys();
    if (isHost) {
      check.rule(this::checkHost);
    }
    check.end();
  }

  // a host never ends by itself, and would take no more ids
  private void checkHost() {
    SettingsCheck.require(
        !get(Keys.ONCE),
        Keys.ONCE + "=true is for the program by itself, which then ends; unset it");
  }

  /**
   * Has placeholders of a context stand for these values: {@code {{serp-value:KEY}}} for the text
   * of a key as all checks see it, while Camel takes {@code {{KEY}}} from environment variables
   * first; {@code {{serp-millis:KEY}}} for the duration of a key in milliseconds, as endpoints want
   * it; {@code {{serp-chosen:items}}} and the like for where {@link Outputs} has a route send, and
   * what a feeder calls.
   */
  public void answerIn(CamelContext asking) {
    PropertiesComponent properties = asking.getPropertiesComponent();
    List.of(
            new Placeholder("serp-value", key -> text(Key.text(key))),
            new Placeholder("serp-millis", key -> Long.toString(get(Key.duration(key)).toMillis())),
            new Placeholder("serp-chosen", this::chosen))
        .forEach(properties::addPropertiesFunction);
  }

  private static Properties defaults() {
    Properties properties = new Properties();
    try (InputStream in = Settings.class.getClassLoader().getResourceAsStream(DEFAULTS);
        Reader reader = new InputStreamReader(in, StandardCharsets.UTF_8)) {
      properties.load(reader);
      return properties;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The value of a key.
   *
   * @throws IllegalSettingException where it is missing or malformed
   */
  public <T> T get(Key<T> key) {
    try {
      return key.read(verbatim(key));
    } catch (IllegalSettingException e) {
      // config/application.properties gives every key, also those that are to be filled in
      boolean isUnset = verbatim(key).isBlank() && defaults.getProperty(key.name(), "").isBlank();
      throw new IllegalSettingException(e.getMessage() + (isUnset ? "" : origin(key.name())));
    }
  }

  /** The text of a key, stripped and not looked at; empty where it has none. */
  public String text(Key<?> key) {
    return verbatim(key).strip();
  }

  /** The text of a key exactly as given: credentials may begin or end with a space. */
  public String verbatim(Key<?> key) {
    String value = given(key.name());
    return value == null ? "" : value;
  }

  /** The text by a name exactly as given; null where it was not given and has no default. */
  public String given(String name) {
    String value = values.value(name);
    return value == null ? defaults.getProperty(name) : value;
  }

  /** Where a value was given, in parentheses; empty where it was not or that is not known. */
  public String origin(String name) {
    String origin = values.origin(name);
    return origin == null ? "" : " (given " + origin + ")";
  }

  /**
   * The text of a key that may be empty elsewhere and must not be so here.
   *
   * @throws IllegalSettingException where it is empty
   */
  public String required(Key<String> key) {
    String value = get(key);
    require(!value.isEmpty(), key + " is required and has no value");
    return value;
  }

  /** The names that were given and begin so, as far as their sources can be listed. */
  public Set<String> keys(String prefix) {
    return values.names(prefix);
  }

  /** {@code {{name:what}}} in routes. */
  private record Placeholder(String name, UnaryOperator<String> value)
      implements PropertiesFunction {

    @Override
    public String getName() {
      return name;
    }

    @Override
    public String apply(String what) {
      return value.apply(what);
    }
  }

  /**
   * Whether the keys of a host ask for routes: {@code serp.from} or {@code serp.to} is given, and
   * {@code serp.enabled} is not {@code false}.
   *
   * @throws IllegalSettingException where {@code serp.from} is given alone: in a host there is no
   *     default for where items go
   */
  public static boolean askForRoutes(CamelContext context) {
    Settings settings = new Settings(new ContextValues(context));
    boolean from = settings.isGiven(Keys.FROM);
    boolean to = settings.isGiven(Keys.TO);
    if (!isEnabled(context) || !from && !to) {
      return false;
    }
    require(
        to,
        "serp.to is required where serp.from is given, and has no value; name where items go:"
            + " serp.to=files, kafka or endpoints");
    return true;
  }

  /** Whether {@code serp.enabled} of a host is not {@code false}. */
  public static boolean isEnabled(CamelContext context) {
    return new Settings(new ContextValues(context)).get(Keys.ENABLED);
  }

  private boolean isGiven(Key<?> key) {
    String value = values.value(key.name());
    return value != null && !value.isBlank();
  }

  /** Whether a source or an output is Kafka. */
  public boolean usesKafka() {
    return get(Keys.FROM).contains("kafka") || Outputs.of(this).has("kafka");
  }

  /** Whether what comes of an id and the offset of its record are one transaction of Kafka. */
  public boolean isExactlyOnce() {
    return get(Keys.DELIVERY).equals("exactly-once");
  }

  /**
   * The source that keeps the ids of feeders: {@code kafka} where it is one, else {@code folder}.
   */
  public String feed() {
    return get(Keys.FROM).contains("kafka") ? "kafka" : "folder";
  }

  /**
   * The feeders that run: those that {@code serp.from} names, and beside {@code webhooks} the poll
   * of the vendor's list, which repairs what a lost signal leaves behind.
   */
  public List<String> feeders() {
    List<String> from = get(Keys.FROM);
    List<String> feeders = new ArrayList<>();
    if (from.contains(TASKS_READY) || from.contains(WEBHOOKS) && !readyPoll().isZero()) {
      feeders.add(TASKS_READY);
    }
    if (from.contains(WEBHOOKS)) {
      feeders.add(WEBHOOKS);
    }
    return feeders;
  }

  /** How often the vendor's list of finished tasks is polled; zero where it is not. */
  public Duration readyPoll() {
    List<String> from = get(Keys.FROM);
    boolean isRepair = from.contains(WEBHOOKS) && !from.contains(TASKS_READY);
    return get(Keys.READY_POLL).orElse(Duration.ofMinutes(isRepair ? 15 : 1));
  }

  /** The path of the vendor's list of finished tasks. */
  public String readyPath() {
    String given = get(Keys.READY_PATH);
    return given.isEmpty()
        ? get(Keys.API_PATH).replaceFirst("(/[^/]*){2}/*$", "/tasks_ready")
        : given;
  }

  private String chosen(String what) {
    return switch (what) {
      case "feed" -> "direct:serp-keep-in-" + feed();
      case "feed-of-webhooks" ->
          feed().equals("kafka") ? "direct:serp-keep-in-kafka" : "direct:serp-keep-webhooks";
      case "ready-path" -> readyPath();
      default -> Outputs.of(this).endpoints(what);
    };
  }

  /**
   * The arguments of the command {@code fetch}: ids, files of ids, and {@code -} for standard
   * input; none for any other command. With them, the run is about these ids alone.
   */
  public List<String> arguments() {
    String given = given(ARGUMENTS);
    return given == null ? List.of() : List.of(given.split("\0"));
  }

  /** Whether the embedded sandbox stands in for the API. */
  public boolean isSandbox() {
    return "true".equals(given(EMBEDDED_SANDBOX));
  }

  /** Whether nobody reaches {@code serp.server.host} from another machine. */
  public boolean servesThisMachineOnly() {
    try {
      return InetAddress.getByName(get(Keys.SERVER_HOST)).isLoopbackAddress();
    } catch (UnknownHostException e) {
      return false;
    }
  }

  /** The defaults, and what follows from other keys, as the context sees them: after all else. */
  private final class Defaults implements PropertiesSource, Ordered {

    @Override
    public String getName() {
      return "serp-routes-defaults";
    }

    @Override
    public String getProperty(String name) {
      String hosts = ofHost(name);
      if (hosts != null) {
        return hosts;
      }
      String value = ofAccount(name);
      return value == null || value.isEmpty() ? null : value;
    }

    private String ofAccount(String name) {
      Account account =
          getCamelContext().getCamelContextExtension().getContextPlugin(Account.class);
      String value = account == null ? null : account.value(name);
      return value == null ? defaults.getProperty(name) : value;
    }

    // Camel asks its initial properties, and Spring's, after all sources
    private String ofHost(String name) {
      var properties =
          (org.apache.camel.component.properties.PropertiesComponent)
              getCamelContext().getPropertiesComponent();
      Properties initial = properties.getInitialProperties();
      String value = initial == null ? null : initial.getProperty(name);
      return value == null ? properties.getPropertiesParser().customLookup(name) : value;
    }

    @Override
    public int getOrder() {
      return Ordered.LOWEST;
    }
  }
}
