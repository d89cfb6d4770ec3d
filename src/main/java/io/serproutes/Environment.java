package io.serproutes;

import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The keys that environment variables give: {@code SERP_API_PASSWORD} is {@code serp.api.password},
 * {@code SERP_KAFKA_PROPERTIES_SASL_JAAS_CONFIG} is {@code serp.kafka.properties.sasl.jaas.config},
 * and for a secret {@code SERP_API_PASSWORD_FILE} names a file that holds the value.
 *
 * <p>Variables that Kubernetes makes of a Service are passed over, even under the name of a key.
 * Immutable.
 */
public final class Environment {

  private static final String PREFIX = "SERP_";
  private static final String KAFKA = variable(Settings.KAFKA_PROPERTIES);
  private static final String FILE = "_FILE";
  private static final Pattern SECRET_OF_KAFKA =
      Pattern.compile(".*_(PASSWORD|PASSPHRASE|SECRET|JAAS_CONFIG|KEYSTORE_KEY)");
  private static final Pattern SERVICE_NAME =
      Pattern.compile(".*_SERVICE_(HOST|PORT.*)|.*_PORT_\\d+_.*");
  private static final Pattern SERVICE_VALUE = Pattern.compile("(tcp|udp)://.*");

  private final Map<String, String> variables;

  /** The keys that these variables give. */
  public Environment(Map<String, String> variables) {
    this.variables = new TreeMap<>(variables);
    this.variables.keySet().removeIf(name -> !name.startsWith(PREFIX));
    this.variables.values().removeIf(Environment::isOfService);
  }

  /** Whether a value is the address that Kubernetes gives to a Service. */
  static boolean isOfService(String value) {
    return SERVICE_VALUE.matcher(value).matches();
  }

  /** The variable that gives a key. */
  public static String variable(String key) {
    return key.toUpperCase(Locale.ROOT).replace('.', '_').replace('-', '_');
  }

  /** The keys that are given here. */
  public Set<String> keys() {
    Set<String> keys = new TreeSet<>(Keys.names());
    for (String name : variables.keySet()) {
      if (name.startsWith(KAFKA)) {
        String property = isFileOfSecret(name) ? withoutFile(name) : name;
        keys.add(
            Settings.KAFKA_PROPERTIES
                + property.substring(KAFKA.length()).toLowerCase(Locale.ROOT).replace('_', '.'));
      }
    }
    keys.removeIf(key -> source(key) == null);
    return keys;
  }

  /** The variable that gives a key, by itself or by a file; null where none does. */
  public String source(String key) {
    String name = variable(key);
    String file = name + FILE;
    boolean hasFile = isFileOfSecret(file) && variables.containsKey(file);
    String value = variables.get(name);
    if (hasFile && value != null && !value.isEmpty()) {
      throw new IllegalSettingException(name + " and " + file + " are both set; unset one of them");
    }
    return hasFile ? file : value == null ? null : name;
  }

  /**
   * The value of a key; null where none is given.
   *
   * @throws IllegalSettingException where the file of a secret cannot be read, or both the value
   *     and a file are given
   */
  public String value(String key) {
    String name = source(key);
    if (name == null) {
      return null;
    }
    String value = variables.get(name);
    return name.equals(variable(key)) ? value : content(name, Path.of(value));
  }

  // one line end is the editor's and not part of the secret
  private static String content(String name, Path file) {
    try {
      return read(file).replaceFirst("\\R\\z", "");
    } catch (CharacterCodingException e) {
      throw new IllegalSettingException(name + "=" + file + " is not text in UTF-8");
    } catch (IOException e) {
      throw new IllegalSettingException(name + " cannot be read: " + Failures.inWords(e));
    }
  }

  /**
   * Reads a file of values, in UTF-8 with or without a byte order mark.
   *
   * @throws CharacterCodingException where it is not text in UTF-8
   */
  public static String read(Path file) throws IOException {
    String text = Files.readString(file);
    return text.startsWith("\uFEFF") ? text.substring(1) : text; // Windows editors write it
  }

  private static String withoutFile(String name) {
    return name.substring(0, name.length() - FILE.length());
  }

  private static boolean isFileOfSecret(String name) {
    if (!name.endsWith(FILE)) {
      return false;
    }
    String secret = withoutFile(name);
    return name.startsWith(KAFKA)
        ? SECRET_OF_KAFKA.matcher(secret).matches()
        : Keys.all().stream().anyMatch(k -> k.isSecret() && variable(k.name()).equals(secret));
  }

  /** A sentence for each variable that begins like a key's and has no effect. */
  public List<String> warnings() {
    Set<String> known =
        Keys.names().stream().map(Environment::variable).collect(Collectors.toSet());
    List<String> warnings = new ArrayList<>();
    for (String name : variables.keySet()) {
      boolean used = known.contains(name) || name.startsWith(KAFKA) || isFileOfSecret(name);
      if (!used && !SERVICE_NAME.matcher(name).matches()) {
        warnings.add(
            "the environment variable "
                + name
                + " has no effect: it is not a key of serp-routes"
                + Suggestion.of(name, known));
      }
    }
    return warnings;
  }
}
