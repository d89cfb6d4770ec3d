package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The keys that are declared and the keys that are used, each against the other. */
class ConfigurationTest {

  private static final Path CONFIG = Path.of("config/application.properties");
  private static final Pattern IN_ROUTES =
      Pattern.compile("\\{\\{(?:serp-millis:)?(serp\\.[^}:]+)(?::[^}]*)?}}");
  private static final Pattern IN_JAVA = Pattern.compile("\"(serp\\.[a-z0-9.-]+)\"");

  /** Chosen by the start itself; nobody sets them. */
  private static final Set<String> INTERNAL =
      Set.of("serp.outlet", "serp.parking", "serp.sandbox.embedded");

  private static final Set<String> PREFIXES =
      Set.of("serp.", "serp.kafka.properties.", "serp.kafka.topics.");

  private static final Set<String> HEADERS =
      Set.of(
          "serp.outcome",
          "serp.reason",
          "serp.task-id",
          "serp.item-type",
          "serp.item-index",
          "serp.item-count",
          "serp.rank-absolute",
          "serp.tag",
          "serp.source");

  private static final Set<String> METRICS =
      Set.of(
          "serp.tasks",
          "serp.items",
          "serp.fetch",
          "serp.in.flight",
          "serp.waiting",
          "serp.calls.left",
          "serp.circuit.open",
          "serp.parked");

  private static List<String> lines() throws IOException {
    return Files.readAllLines(CONFIG);
  }

  private static Set<String> declared() throws IOException {
    Set<String> keys = new TreeSet<>();
    for (String line : lines()) {
      if (!line.isBlank() && !line.startsWith("#")) {
        assertThat(keys.add(line.substring(0, line.indexOf('=')))).as("twice: " + line).isTrue();
      }
    }
    return keys;
  }

  private static Set<String> used() throws IOException {
    Set<String> used = found(Path.of("routes"), IN_ROUTES);
    used.addAll(found(Path.of("src/main/resources/kamelets"), IN_ROUTES));
    used.addAll(found(Path.of("src/main/java"), IN_JAVA));
    Stream.of(INTERNAL, PREFIXES, HEADERS, METRICS).forEach(used::removeAll);
    return used;
  }

  private static Set<String> found(Path folder, Pattern pattern) throws IOException {
    Set<String> found = new TreeSet<>();
    try (Stream<Path> files = Files.walk(folder)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Matcher matcher = pattern.matcher(Files.readString(file));
        while (matcher.find()) {
          found.add(matcher.group(1));
        }
      }
    }
    return found;
  }

  @Test
  void everyKeyThatIsUsedIsDeclaredAndTheOtherWayRound() throws IOException {
    assertThat(used()).containsExactlyElementsOf(declared());
  }

  @Test
  void everyKeyHasItsLineOfMeaning() throws IOException {
    List<String> lines = lines();
    for (int i = 0; i < lines.size(); i++) {
      if (lines.get(i).startsWith("serp.")) {
        assertThat(lines.get(i - 1)).as("above " + lines.get(i)).matches("# .*[a-z].*\\.");
      }
    }
  }

  @Test
  void keysAreWrittenAlike() throws IOException {
    assertThat(declared()).allMatch(key -> key.matches("serp(\\.[a-z]+(-[a-z]+)*)+"));
    assertThat(lines())
        .filteredOn(line -> line.contains("="))
        .filteredOn(line -> !line.startsWith("#"))
        .allMatch(line -> line.matches("[a-z.-]+=\\S*"));
  }

  @Test
  void noSecretHasAValue() throws IOException {
    Properties properties = new Properties();
    properties.load(Files.newBufferedReader(CONFIG));
    assertThat(properties)
        .containsEntry("serp.api.login", "")
        .containsEntry("serp.api.password", "")
        .containsEntry("serp.api.base-url", "");
  }

  @Test
  void theDefaultsAreWellFormed() {
    Map<String, String> required =
        Map.of(
            "serp.api.base-url", "https://api.example.com",
            "serp.api.login", "me",
            "serp.api.password", "secret");
    Settings defaults = new Settings(required::get);
    assertThatCode(() -> new SettingsCheck(defaults).values()).doesNotThrowAnyException();
  }
}
