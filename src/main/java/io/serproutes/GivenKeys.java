package io.serproutes;

import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.camel.CamelContext;
import org.springframework.core.env.ConfigurableEnvironment;
import org.springframework.core.env.EnumerablePropertySource;
import org.springframework.core.env.PropertySource;

/**
 * The names of the keys that a host gives, as far as its sources can be listed: the properties of
 * its Camel context, system properties, and the environment of a Spring host. Environment variables
 * are not among them.
 */
final class GivenKeys {

  private final CamelContext context;

  GivenKeys(CamelContext context) {
    this.context = context;
  }

  Set<String> beginningWith(String prefix) {
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
    names.remove(Settings.EMBEDDED_SANDBOX);
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
