package io.serproutes.program;

import io.serproutes.Environment;
import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Values;
import io.serproutes.ids.Source;
import java.io.IOException;
import java.io.StringReader;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What a person gave the program as keys: after the command, before system properties, before
 * environment variables, before {@code config/application.properties} of the working folder; and
 * what the start chose.
 */
final class GivenValues implements Values {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");
  private static final Path CONFIG = Path.of("config/application.properties");

  /** Where a value may be given, the later ones before the earlier. */
  enum Layer {
    NONE,
    FILE,
    ENVIRONMENT,
    SYSTEM,
    COMMAND
  }

  private final Map<String, Given> given = new HashMap<>();

  /** A value, and where it was given; no origin where the start chose it. */
  private record Given(String value, Layer layer, String origin) {}

  /**
   * Reads what was given to this process, in the working folder.
   *
   * @param set the values after the command
   * @throws IllegalSettingException where the file, or that of a secret, cannot be read, or the
   *     working folder is not found under its name
   */
  static GivenValues ofProcess(Map<String, String> set) throws IOException {
    requireWorkingFolder();
    Environment environment = new Environment(System.getenv());
    environment.warnings().forEach(LOG::warn);
    return new GivenValues(Path.of(""), environment, System.getProperties(), set);
  }

  // Java knows it by a name that its locale may not decode, and would make another one of that name
  private static void requireWorkingFolder() {
    Path folder = Path.of("").toAbsolutePath();
    if (!Files.isDirectory(folder)) {
      throw new IllegalSettingException(
          "the working folder is not found under the name "
              + Source.printable(folder.toString())
              + "; start the program with LANG=C.UTF-8, or in another folder");
    }
  }

  /**
   * Reads all four.
   *
   * @param folder the working folder
   * @param set the values after the command
   */
  GivenValues(Path folder, Environment environment, Properties system, Map<String, String> set)
      throws IOException {
    Properties file = file(folder.resolve(CONFIG));
    for (String key : file.stringPropertyNames()) {
      give(key, file.getProperty(key), Layer.FILE, "in " + CONFIG);
    }
    for (String key : environment.keys()) {
      String origin = "by the environment variable " + environment.source(key);
      give(key, environment.value(key), Layer.ENVIRONMENT, origin);
    }
    for (String key : system.stringPropertyNames()) {
      give(key, system.getProperty(key), Layer.SYSTEM, "as a system property");
    }
    set.forEach((key, value) -> give(key, value, Layer.COMMAND, "with --set"));
  }

  private void give(String key, String value, Layer layer, String origin) {
    given.put(key, new Given(value, layer, origin));
  }

  private static Properties file(Path file) throws IOException {
    Properties values = new Properties();
    if (Files.exists(file)) {
      try {
        values.load(new StringReader(Environment.read(file)));
      } catch (CharacterCodingException e) {
        throw new IllegalSettingException(CONFIG + " is not text in UTF-8");
      } catch (IllegalArgumentException e) {
        throw new IllegalSettingException(CONFIG + " cannot be read: " + e.getMessage());
      }
    }
    return values;
  }

  /** Gives a key the value that follows from others. */
  void choose(Key<?> key, String value) {
    give(key.name(), value, layer(key), null);
  }

  /** Where a key was given. */
  Layer layer(Key<?> key) {
    Given value = given.get(key.name());
    return value == null ? Layer.NONE : value.layer();
  }

  @Override
  public String value(String name) {
    Given value = given.get(name);
    return value == null ? null : value.value();
  }

  @Override
  public Set<String> names(String prefix) {
    return given.keySet().stream()
        .filter(name -> name.startsWith(prefix))
        .collect(Collectors.toSet());
  }

  @Override
  public String origin(String name) {
    Given value = given.get(name);
    return value == null ? null : value.origin();
  }
}
