package io.serproutes.program;

import io.serproutes.Environment;
import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Values;
import java.io.IOException;
import java.io.Reader;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What a person gave the program as keys: as system properties, before environment variables,
 * before {@code config/application.properties} of the working folder; and what the start chose.
 */
final class GivenValues implements Values {

  private static final Path CONFIG = Path.of("config/application.properties");

  /** Where a value may be given, the later ones before the earlier. */
  enum Layer {
    NONE,
    FILE,
    ENVIRONMENT,
    SYSTEM
  }

  private final Map<String, Given> given = new HashMap<>();

  /** A value, and where it was given; no origin where the start chose it. */
  private record Given(String value, Layer layer, String origin) {}

  /**
   * Reads all three.
   *
   * @param folder the working folder
   */
  GivenValues(Path folder, Environment environment, Properties system) throws IOException {
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
  }

  private void give(String key, String value, Layer layer, String origin) {
    given.put(key, new Given(value, layer, origin));
  }

  private static Properties file(Path file) throws IOException {
    Properties values = new Properties();
    if (Files.exists(file)) {
      try (Reader reader = Files.newBufferedReader(file, StandardCharsets.UTF_8)) {
        values.load(reader);
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
