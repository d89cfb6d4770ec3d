package io.serproutes;

import java.time.Duration;
import java.time.temporal.ChronoUnit;
import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.springframework.boot.context.properties.bind.Bindable;
import org.springframework.boot.context.properties.bind.Binder;
import org.springframework.boot.convert.DurationStyle;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;
import org.springframework.util.unit.DataSize;

/**
 * What the properties of a Camel context give as keys: the program's or the host's own, system
 * properties, environment variables. In Spring Boot a list may be a list of its YAML, and durations
 * and sizes may be written as Spring's own properties are: {@code PT5S}, {@code 5000}, {@code
 * 64MB}.
 *
 * <p>Names can be listed where their sources can: those of the context, system properties, the
 * environment of a Spring host; of environment variables those that are keys.
 */
final class ContextValues implements Values {

  private final CamelContext context;
  private final Environment environment;
  private final boolean isSpringBoot;

  ContextValues(CamelContext context) {
    this(context, new Environment(System.getenv()));
  }

  ContextValues(CamelContext context, Environment environment) {
    this.context = context;
    this.environment = environment;
    isSpringBoot = context.getClassResolver().resolveClass(SpringBoot.BINDER) != null;
  }

  // the program gives all values as override properties; a password may hold any characters, so no
  // placeholder is looked for in those
  @Override
  public String value(String name) {
    PropertiesComponent properties = (PropertiesComponent) context.getPropertiesComponent();
    Properties override = properties.getOverrideProperties();
    String value = override == null ? null : override.getProperty(name);
    if (value == null) {
      value = properties.resolveProperty(name).orElse(null);
    }
    if (value != null && Environment.isOfService(value)) {
      value = behindService(name);
    }
    if (isSpringBoot) {
      value = SpringBoot.value(context, name, value);
    }
    boolean ofService = value != null && Environment.isOfService(value);
    return value == null || ofService ? environment.value(name) : value;
  }

  // of the host itself; null where it gives none
  private String behindService(String name) {
    String value = isSpringBoot ? Spring.behindService(context, name) : null;
    return value == null
        ? context.getPropertiesComponent().loadProperties(name::equals).getProperty(name)
        : value;
  }

  @Override
  public String origin(String name) {
    if (System.getProperty(name) != null) {
      return "as a system property";
    }
    String variable = environment.source(name);
    return variable == null ? null : "by the environment variable " + variable;
  }

  @Override
  public Set<String> names(String prefix) {
    Set<String> names =
        new TreeSet<>(
            context
                .getPropertiesComponent()
                .loadProperties(key -> key.startsWith(prefix))
                .stringPropertyNames());
    names.addAll(System.getProperties().stringPropertyNames());
    names.addAll(environment.keys());
    if (context.getClassResolver().resolveClass(Spring.ENVIRONMENT) != null) {
      names.addAll(Spring.names(context));
    }
    names.removeIf(name -> !name.startsWith(prefix));
    names.removeAll(Set.of(Settings.EMBEDDED_SANDBOX, Settings.ARGUMENTS));
    return names;
  }

  /** What Spring Boot reads as a list, a duration or a size; loaded only where it is. */
  private static final class SpringBoot {

    static final String BINDER = "org.springframework.boot.context.properties.bind.Binder";

    // as this library writes it; a text that is wrong in either notation stays as it is
    private static String value(CamelContext context, String name, String text) {
      Key<?> key = Keys.named(name);
      org.springframework.core.env.Environment environment = Spring.environment(context);
      if (key == null || environment == null) {
        return text;
      }
      if (environment.containsProperty(name + "[0]")) {
        return Binder.get(environment)
            .bind(name, Bindable.listOf(String.class))
            .map(parts -> String.join(",", parts))
            .get();
      }
      return text == null || key.accepts(text)
          ? text
          : Stream.<Function<String, String>>of(
                  SpringBoot::duration, SpringBoot::size, SpringBoot::off)
              .map(notation -> notation.apply(text.strip()))
              .filter(own -> !own.isEmpty() && key.accepts(own))
              .findFirst()
              .orElse(text);
    }

    private static String duration(String text) {
      try {
        Duration duration = DurationStyle.detectAndParse(text);
        boolean isWhole = duration.equals(duration.truncatedTo(ChronoUnit.MILLIS));
        return isWhole ? duration.toMillis() + "ms" : "";
      } catch (IllegalArgumentException | ArithmeticException e) {
        return "";
      }
    }

    // YAML reads off as a boolean
    private static String off(String text) {
      return text.equals("false") ? "off" : "";
    }

    private static String size(String text) {
      try {
        return DataSize.parse(text).toBytes() + "B";
      } catch (IllegalArgumentException | ArithmeticException e) {
        return "";
      }
    }
  }

  /** Of Spring's environment; loaded only where Spring is. */
  private static final class Spring {

    static final String ENVIRONMENT = "org.springframework.core.env.ConfigurableEnvironment";

    private static final Pattern INDEX = Pattern.compile("\\[\\d+]$");

    private static ConfigurableEnvironment environment(CamelContext context) {
      return context
          .getRegistry()
          .lookupByNameAndType("environment", ConfigurableEnvironment.class);
    }

    private static String behindService(CamelContext context, String name) {
      ConfigurableEnvironment environment = environment(context);
      return environment == null
          ? null
          : environment.getPropertySources().stream()
              .map(source -> source.getProperty(name))
              .filter(value -> value != null && !Environment.isOfService(value.toString()))
              .map(value -> environment.resolvePlaceholders(value.toString()))
              .findFirst()
              .orElse(null);
    }

    private static Set<String> names(CamelContext context) {
      ConfigurableEnvironment environment = environment(context);
      Set<String> names = new TreeSet<>();
      if (environment != null) {
        Map<String, String> known =
            Keys.names().stream().collect(Collectors.toMap(Spring::uniform, Function.identity()));
        for (PropertySource<?> source : environment.getPropertySources()) {
          if (source instanceof EnumerablePropertySource<?> listed) {
            for (String part : listed.getPropertyNames()) {
              String name = INDEX.matcher(part).replaceFirst(""); // of a list
              if (!isSection(name, known.keySet())) {
                names.add(known.getOrDefault(uniform(name), name));
              }
            }
          }
        }
      }
      return names;
    }

    // a section of a YAML file in which nothing stands is listed as a key
    private static boolean isSection(String name, Set<String> known) {
      String section = uniform(name) + ".";
      return known.stream().anyMatch(key -> key.startsWith(section));
    }

    // to Spring maxConcurrent and max_concurrent are max-concurrent
    private static String uniform(String name) {
      return name.toLowerCase(Locale.ROOT).replace("-", "").replace("_", "");
    }
  }
}
