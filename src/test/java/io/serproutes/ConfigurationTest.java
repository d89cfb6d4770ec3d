package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;

import java.io.IOException;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Collection;
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
      Pattern.compile("\\{\\{(?:serp-(?:value|millis):)?(serp\\.[^}:]+)(?::[^}]*)?}}");
  private static final Pattern IN_JAVA = Pattern.compile("\"(serp\\.[a-z0-9.-]+)\"");

  /** Chosen by the start itself; nobody sets them. */
  private static final Set<String> INTERNAL = Set.of("serp.sandbox.embedded");

  private static List<String> lines() throws IOException {
    return Files.readAllLines(CONFIG);
  }

  private static List<String> inOrder() throws IOException {
    return lines().stream()
        .filter(line -> !line.isBlank() && !line.startsWith("#"))
        .map(line -> line.substring(0, line.indexOf('=')))
        .toList();
  }

  private static Set<String> declared() throws IOException {
    assertThat(inOrder()).doesNotHaveDuplicates();
    return new TreeSet<>(inOrder());
  }

  private static Set<String> inRoutes() throws IOException {
    Set<String> used = found(Path.of("routes"), IN_ROUTES);
    used.addAll(found(Path.of("src/main/resources/kamelets"), IN_ROUTES));
    used.removeAll(INTERNAL);
    return used;
  }

  /** The keys of a constant, several where it is a map or a list of them. */
  private static Stream<String> names(Field constant) {
    try {
      Object value = constant.get(null);
      Object keys = value instanceof Map<?, ?> map ? map.values() : value;
      return (keys instanceof Collection<?> several ? several : List.of(keys))
          .stream().map(Object::toString);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException(e);
    }
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
  void everyKeyHasItsTypeAndItsDefault() throws IOException {
    assertThat(Keys.names()).containsExactlyElementsOf(declared());
    assertThat(Keys.all()).hasSameSizeAs(Keys.names());
    assertThat(Keys.all().stream().map(Key::name)).containsExactlyElementsOf(inOrder());
  }

  @Test
  void everyKeyThatIsUsedIsDeclaredAndTheOtherWayRound() throws IOException {
    assertThat(declared()).containsAll(inRoutes());
    Set<String> used = inRoutes();
    Set<String> constants = found(Path.of("src/main/java"), Pattern.compile("\\bKeys\\.([A-Z_]+)"));
    for (Field constant : Keys.class.getFields()) {
      if (constants.contains(constant.getName())) {
        names(constant).forEach(used::add);
      }
    }
    used.addAll(found(Path.of("src/main/java/io/serproutes/sandbox"), IN_JAVA));
    assertThat(used).containsExactlyElementsOf(declared());
  }

  /** The sandbox, which can run by itself, aside. */
  @Test
  void noKeyIsWrittenOutButWhereItsTypeStands() throws IOException {
    Set<String> writtenOut = new TreeSet<>();
    try (Stream<Path> files = Files.walk(Path.of("src/main/java"))) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        if (!file.endsWith("Keys.java") && !file.getParent().endsWith("sandbox")) {
          writtenOut.addAll(found(file, IN_JAVA));
        }
      }
    }
    writtenOut.retainAll(declared());
    assertThat(writtenOut).isEmpty();
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
    SettingsCheck check = new SettingsCheck(new Settings(required::get));
    check.keys();
    assertThatCode(check::end).doesNotThrowAnyException();
  }
}
