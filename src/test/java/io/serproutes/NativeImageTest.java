package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.annotation.JsonNaming;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What a native image must be told of the jar: what is found by name or by reflection only. */
class NativeImageTest {

  private static final Path CONFIG =
      Path.of("src/main/resources/META-INF/native-image/io.serproutes/serp-routes");
  private static final Path ROUTES = Path.of("routes");
  private static final Path KAMELETS = Path.of("src/main/resources/kamelets");
  private static final Path CLASSES = Path.of("target/classes");
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static List<Path> files(Path folder) throws IOException {
    try (Stream<Path> files = Files.walk(folder)) {
      return files.filter(Files::isRegularFile).toList();
    }
  }

  /** Types of beans and of exceptions that stand in YAML. */
  private static void collect(JsonNode node, Set<String> types) {
    for (JsonNode bean : node.path("beans")) {
      types.add(bean.path("type").asText().replace("#class:", ""));
    }
    for (JsonNode exception : node.path("exception")) {
      types.add(exception.asText());
    }
    node.forEach(child -> collect(child, types));
  }

  private static Set<String> namedInYaml() throws IOException {
    Set<String> types = new TreeSet<>();
    for (Path folder : List.of(ROUTES, KAMELETS)) {
      for (Path file : files(folder)) {
        collect(YAML.readTree(Files.readString(file)), types);
      }
    }
    types.removeIf(type -> type.startsWith("java."));
    return types;
  }

  /** Records whose members are named by a strategy, and the strategy, which is made by its name. */
  private static Set<String> writtenAsJson() throws Exception {
    Set<String> types = new TreeSet<>();
    for (Path file : files(CLASSES.resolve("io/serproutes"))) {
      String name = CLASSES.relativize(file).toString().replace('/', '.').replace(".class", "");
      Class<?> type = Class.forName(name, false, NativeImageTest.class.getClassLoader());
      JsonNaming naming = type.getAnnotation(JsonNaming.class);
      if (naming != null) {
        types.add(name);
        types.add(naming.value().getName());
      }
    }
    return types;
  }

  private static JsonNode config(String name) throws IOException {
    return JSON.readTree(CONFIG.resolve(name).toFile());
  }

  @Test
  void everyTypeThatIsFoundByItsNameIsRegistered() throws Exception {
    Set<String> expected = new TreeSet<>(namedInYaml());
    assertThat(expected).hasSizeGreaterThan(30);
    assertThat(writtenAsJson()).hasSizeGreaterThan(1);
    expected.addAll(writtenAsJson());
    if (Boolean.getBoolean("native.write")) {
      write(expected);
    }
    Set<String> registered = new TreeSet<>();
    for (JsonNode entry : config("reflect-config.json")) {
      String name = entry.path("name").textValue();
      assertThat(registered.add(name)).as("twice: " + name).isTrue();
      assertThat(entry.path("allDeclaredConstructors").booleanValue()).as(name).isTrue();
      assertThat(entry.path("allPublicMethods").booleanValue()).as(name).isTrue();
    }
    assertThat(registered)
        .as("mvn -q test -Dtest=NativeImageTest -Dnative.write=true writes it")
        .isEqualTo(expected);
  }

  private static void write(Set<String> types) throws IOException {
    String entries =
        types.stream()
            .map(
                name ->
                    """
                      {
                        "name": "%s",
                        "allDeclaredConstructors": true,
                        "allPublicMethods": true
                      }"""
                        .formatted(name))
            .collect(Collectors.joining(",\n", "[\n", "\n]\n"));
    Files.writeString(CONFIG.resolve("reflect-config.json"), entries);
  }

  @Test
  void everyFileThatIsReadIsIncluded() throws IOException {
    Set<String> read = new TreeSet<>(Set.of("serp-routes/application.properties"));
    files(ROUTES).forEach(file -> read.add("serp-routes/" + ROUTES.relativize(file)));
    files(KAMELETS).forEach(file -> read.add("kamelets/" + file.getFileName()));
    JsonNode includes = config("resource-config.json").at("/resources/includes");
    assertThat(read)
        .allSatisfy(
            name ->
                assertThat(includes)
                    .anyMatch(include -> name.matches(include.path("pattern").textValue())));
    for (JsonNode include : includes) {
      assertThat(read).anyMatch(name -> name.matches(include.path("pattern").textValue()));
    }
  }
}
