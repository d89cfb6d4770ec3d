package io.serproutes;

import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.function.UnaryOperator;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Ordered;
import org.apache.camel.spi.PropertiesComponent;
import org.apache.camel.spi.PropertiesFunction;
import org.apache.camel.spi.PropertiesSource;

/**
 * The values of the {@code serp.*} keys of one Camel context, all of them checked before any is
 * used.
 *
 * <p>A value comes from the context's properties (system properties and environment variables
 * first) and else from the defaults that come along, which are also made known to the context under
 * their {@code serp.} names for the routes' placeholders. Durations are written {@code 500ms},
 * {@code 2s}, {@code 5m}, {@code 24h}; sizes {@code 900KiB}, {@code 64MiB} or plain bytes.
 */
public final class Settings implements CamelContextAware {

  private static final String DEFAULTS = "serp-routes/application.properties";
  private static final Pattern DURATION = Pattern.compile("(\\d{1,9})\\s*(ms|s|m|h|d)");
  private static final Pattern SIZE = Pattern.compile("(\\d{1,12})\\s*(B|KiB|MiB|GiB)?");
  private static final String SIZE_WORDS = "a size such as 900KiB or 64MiB";
  private static final Pattern SHARE = Pattern.compile("([1-9]\\d{0,5})\\s*/\\s*([1-9]\\d{0,5})");

  private final Properties defaults = defaults();
  private CamelContext context;
  private UnaryOperator<String> lookup = key -> null;
  private Function<String, Set<String>> given = prefix -> Set.of();

  /**
   * The settings of a Camel context; reads and checks them when it is given the context, which ends
   * with an {@link IllegalSettingException} where one is wrong.
   */
  public Settings() {}

  /** Settings from a plain source of values, over the defaults. */
  public Settings(UnaryOperator<String> lookup) {
    this.lookup = lookup;
  }

  Settings(Values values) {
    this(values.lookup());
    given = values.keys();
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    if (camelContext == context) {
      return; // told twice
    }
    context = camelContext;
    PropertiesComponent properties = context.getPropertiesComponent();
    properties.addPropertiesSource(new Defaults());
    properties.addPropertiesFunction(new Millis());
    context.addLifecycleStrategy(new RoutesCheck(this));
    lookup = key -> properties.resolveProperty(key).orElse(null);
    given = new GivenKeys(context)::beginningWith;
    Values values = context.getRegistry().lookupByNameAndType(Values.NAME, Values.class);
    if (values != null) {
      lookup = values.lookup();
      given = values.keys();
    }
    check();
  }

  /**
   * Values exactly as they were given, in which no placeholder is looked for: a password may hold
   * any characters. Found in the context's registry under {@link #NAME}, they replace its
   * properties.
   */
  record Values(UnaryOperator<String> lookup, Function<String, Set<String>> keys) {
    static final String NAME = "serpValues";
  }

  /** The keys that have a default or a meaning; {@code serp.kafka.properties.*} aside. */
  static Set<String> knownKeys() {
    return new TreeSet<>(defaults().stringPropertyNames());
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

  /** The text of a key, stripped; empty where it has none. */
  public String text(String key) {
    String value = lookup.apply(key);
    return value == null ? defaults.getProperty(key, "").strip() : value.strip();
  }

  /** The text of a key exactly as given: credentials may begin or end with a space. */
  public String verbatim(String key) {
    String value = given(key);
    return value == null ? "" : value;
  }

  /** The text of a key exactly as given; null where it was not given and has no default. */
  public String given(String key) {
    String value = lookup.apply(key);
    return value == null ? defaults.getProperty(key) : value;
  }

  /**
   * The text of a key that must have one.
   *
   * @throws IllegalSettingException where it is empty
   */
  public String required(String key) {
    String value = text(key);
    if (value.isEmpty()) {
      throw new IllegalSettingException(key + " is required and has no value");
    }
    return value;
  }

  private void check() {
    SettingsCheck check = new SettingsCheck(this);
    check.names();
    check.values();
  }

  /** The keys that were given and begin so, as far as their sources can be listed. */
  public Set<String> keys(String prefix) {
    return given.apply(prefix);
  }

  /** The comma-separated parts of a key, stripped, empty ones left out. */
  public List<String> list(String key) {
    return Arrays.stream(text(key).split(","))
        .map(String::strip)
        .filter(s -> !s.isEmpty())
        .toList();
  }

  /** true or false. */
  public boolean flag(String key) {
    String value = text(key);
    if (!value.equals("true") && !value.equals("false")) {
      throw malformed(key, "true or false");
    }
    return value.equals("true");
  }

  /** A whole number within bounds. */
  public int number(String key, int least, int most) {
    String value = text(key);
    if (value.matches("\\d{1,9}")) {
      int number = Integer.parseInt(value);
      if (number >= least && number <= most) {
        return number;
      }
    }
    throw malformed(key, "a whole number from " + least + " to " + most);
  }

  /** A length of time. */
  public Duration duration(String key) {
    Matcher matcher = DURATION.matcher(text(key));
    if (!matcher.matches()) {
      throw malformed(key, "a duration such as 500ms, 2s, 5m or 24h");
    }
    long n = Long.parseLong(matcher.group(1));
    return switch (matcher.group(2)) {
      case "ms" -> Duration.ofMillis(n);
      case "s" -> Duration.ofSeconds(n);
      case "m" -> Duration.ofMinutes(n);
      case "h" -> Duration.ofHours(n);
      default -> Duration.ofDays(n);
    };
  }

  /** A number of bytes. */
  public long size(String key) {
    Matcher matcher = SIZE.matcher(text(key));
    if (!matcher.matches()) {
      throw malformed(key, SIZE_WORDS);
    }
    String unit = matcher.group(2) == null ? "B" : matcher.group(2);
    int power = List.of("B", "KiB", "MiB", "GiB").indexOf(unit);
    try {
      return Math.multiplyExact(Long.parseLong(matcher.group(1)), 1L << 10 * power);
    } catch (ArithmeticException e) {
      throw malformed(key, SIZE_WORDS);
    }
  }

  /** The part of the account's limits that this process may use: {@code auto} is all of it. */
  public double share() {
    String value = text("serp.api.share");
    if (value.equals("auto")) {
      return 1;
    }
    Matcher matcher = SHARE.matcher(value);
    if (matcher.matches()) {
      double share = Double.parseDouble(matcher.group(1)) / Double.parseDouble(matcher.group(2));
      if (share <= 1) {
        return share;
      }
    }
    throw malformed("serp.api.share", "auto or a part such as 1/2");
  }

  /** One of the words that a key may have, or several where it is a list. */
  public List<String> oneOf(String key, Set<String> words) {
    List<String> values = list(key);
    for (String value : values) {
      if (!words.contains(value)) {
        throw malformed(key, "of " + String.join(", ", new TreeSet<>(words)));
      }
    }
    return values;
  }

  private IllegalSettingException malformed(String key, String expected) {
    return new IllegalSettingException(key + "=" + text(key) + " is not " + expected);
  }

  /** {@code {{serp-millis:KEY}}}: the duration of a key in milliseconds, as endpoints want it. */
  private final class Millis implements PropertiesFunction {

    @Override
    public String getName() {
      return "serp-millis";
    }

    @Override
    public String apply(String key) {
      return Long.toString(duration(key).toMillis());
    }
  }

  /** The way out that the core hands over to: that of {@code serp.to}, or {@code both}. */
  String outlet() {
    List<String> to = list("serp.to");
    return to.size() > 1 ? "both" : required("serp.to");
  }

  /** Where ids are parked: with the first way out, with files where that is a host's endpoints. */
  String parking() {
    String first = list("serp.to").isEmpty() ? required("serp.to") : list("serp.to").get(0);
    return first.equals("kafka") ? "kafka" : "files";
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
      if (name.equals("serp.outlet")) {
        return outlet();
      }
      if (name.equals("serp.parking")) {
        return parking();
      }
      String value = ofAccount(name);
      return value == null || value.isEmpty() ? null : value;
    }

    private String ofAccount(String name) {
      Account account = context.getCamelContextExtension().getContextPlugin(Account.class);
      String value = account == null ? null : account.value(name);
      return value == null ? defaults.getProperty(name) : value;
    }

    // Camel asks its initial properties, and Spring's, after all sources
    private String ofHost(String name) {
      if (context.getPropertiesComponent()
          instanceof org.apache.camel.component.properties.PropertiesComponent properties) {
        Properties initial = properties.getInitialProperties();
        String value = initial == null ? null : initial.getProperty(name);
        return value == null ? properties.getPropertiesParser().customLookup(name) : value;
      }
      return null;
    }

    @Override
    public int getOrder() {
      return Ordered.LOWEST;
    }
  }
}
