package io.serproutes;

import java.util.Locale;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.apache.camel.component.properties.PropertiesComponent;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * What the properties of a Camel context give as keys: the program's or the host's own, system
 * properties, environment variables.
 *
 * <p>Names can be listed where their sources can: those of the context, system properties, and the
 * environment of a Spring host; not environment variables.
 */
final class ContextValues implements Values {

  private final CamelContext context;
  private final Environment environment;

  ContextValues(CamelContext context) {
    this(context, new Environment(System.getenv()));
  }

  ContextValues(CamelContext context, Environment environment) {
    this.context = context;
    this.environment = environment;
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
    boolean ofService = value != null && Environment.isOfService(value);
    return value == null || ofService ? environment.value(name) : value;
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
    if (context.getClassResolver().resolveClass(Spring.ENVIRONMENT) != null) {
      names.addAll(Spring.names(context));
    }
    names.removeIf(name -> !name.startsWith(prefix));
    names.removeAll(Set.of(Settings.EMBEDDED_SANDBOX, Settings.ARGUMENTS));
    return names;
  }

  /** Of Spring's environment; loaded only where Spring is. */
  private static final class Spring {

    static final String ENVIRONMENT = "org.springframework.core.env.ConfigurableEnvironment";

    private static Set<String> names(CamelContext context) {
      ConfigurableEnvironment environment =
          context.getRegistry().lookupByNameAndType("environment", ConfigurableEnvironment.class);
      Set<String> names = new TreeSet<>();
      if (environment != null) {
        Map<String, String> known =
            Keys.names().stream().collect(Collectors.toMap(Spring::uniform, Function.identity()));
        for (PropertySource<?> source : environment.getPropertySources()) {
          if (source instanceof EnumerablePropertySource<?> listed) {
            for (String name : listed.getPropertyNames()) {
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
