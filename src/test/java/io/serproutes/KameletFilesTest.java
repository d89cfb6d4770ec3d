package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import javax.xml.parsers.DocumentBuilderFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The Kamelet files: what a palette shows of them, and what they declare and use. */
class KameletFilesTest {

  private static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());
  private static final Path FOLDER = Path.of("src/main/resources/kamelets");
  private static final String END = ".kamelet.yaml";
  private static final String KAMELET = "camel.apache.org/kamelet.";
  private static final String DATA = "data:image/svg+xml;base64,";
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{\\{(\\w+)(?::[^}]*)?}}");

  /** Each Kamelet, and the route template that does the same. */
  private static final Map<String, String> TEMPLATES =
      Map.of(
          "serp-naver-organic-action", "serp-items-as-reply",
          "serp-items-sink", "serp-items-by-type");

  static List<String> names() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.map(file -> file.getFileName().toString().replace(END, "")).sorted().toList();
    }
  }

  private static JsonNode read(String name) throws IOException {
    return YAML.readTree(Files.readString(FOLDER.resolve(name + END)));
  }

  private static JsonNode properties(JsonNode kamelet) {
    return kamelet.at("/spec/definition/properties");
  }

  private static Set<String> fields(JsonNode object) {
    Set<String> names = new TreeSet<>();
    object.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void bothAreThere() throws IOException {
    assertThat(names()).containsExactlyInAnyOrderElementsOf(TEMPLATES.keySet());
  }

  @ParameterizedTest
  @MethodSource("names")
  void aPaletteFindsWhatItShows(String name) throws Exception {
    JsonNode kamelet = read(name);
    assertThat(kamelet.path("apiVersion").textValue()).isEqualTo("camel.apache.org/v1");
    assertThat(kamelet.path("kind").textValue()).isEqualTo("Kamelet");
    JsonNode metadata = kamelet.path("metadata");
    assertThat(metadata.path("name").textValue()).isEqualTo(name);
    String type = metadata.path("labels").path(KAMELET + "type").textValue();
    assertThat(type).isIn("action", "sink");
    assertThat(name).endsWith("-" + type);
    JsonNode annotations = metadata.path("annotations");
    assertThat(annotations.path("camel.apache.org/provider").textValue()).isNotBlank();
    for (String annotation : List.of("support.level", "group", "namespace")) {
      assertThat(annotations.path(KAMELET + annotation).textValue()).as(annotation).isNotBlank();
    }
    String icon = annotations.path(KAMELET + "icon").textValue();
    assertThat(icon).startsWith(DATA).hasSizeLessThan(1000);
    byte[] svg = Base64.getDecoder().decode(icon.substring(DATA.length()));
    assertThat(
            DocumentBuilderFactory.newInstance()
                .newDocumentBuilder()
                .parse(new ByteArrayInputStream(svg))
                .getDocumentElement()
                .getTagName())
        .isEqualTo("svg");
    JsonNode definition = kamelet.at("/spec/definition");
    assertThat(definition.path("title").textValue()).isNotBlank();
    assertThat(definition.path("description").textValue())
        .contains("serp.outcome", "CircuitOpenException", "Two accounts are two Camel contexts");
    assertThat(definition.path("type").textValue()).isEqualTo("object");
    assertThat(kamelet.at("/spec/dataTypes/in/types").isObject()).isTrue();
    assertThat(kamelet.at("/spec/dependencies").toString())
        .contains("camel:kamelet", "mvn:io.serproutes:serp-routes:");
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPropertyIsDescribed(String name) throws IOException {
    JsonNode properties = properties(read(name));
    assertThat(properties.size()).isGreaterThan(2);
    for (JsonNode property : properties) {
      assertThat(property.path("title").textValue()).isNotBlank();
      assertThat(property.path("description").textValue()).endsWith(".");
      assertThat(property.path("type").textValue()).isEqualTo("string");
    }
    assertThat(properties.at("/password/format").textValue()).isEqualTo("password");
    for (String account : List.of("login", "password", "baseUrl")) {
      assertThat(properties.path(account).path("default").textValue()).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void everyPropertyThatIsUsedIsDeclaredAndTheOtherWayRound(String name) throws IOException {
    JsonNode kamelet = read(name);
    assertThat(used(kamelet.at("/spec/template"))).isEqualTo(fields(properties(kamelet)));
  }

  /** The placeholders of a template that are no beans of its own. */
  private static Set<String> used(JsonNode template) {
    Set<String> used =
        PLACEHOLDER
            .matcher(template.toString())
            .results()
            .map(match -> match.group(1))
            .collect(Collectors.toCollection(TreeSet::new));
    template.path("beans").forEach(bean -> used.remove(bean.path("name").textValue()));
    return used;
  }

  @ParameterizedTest
  @MethodSource("names")
  void itsBeanIsGivenAllThatItCanBeGiven(String name) throws Exception {
    JsonNode bean = read(name).at("/spec/template/beans/0");
    Class<?> type = Class.forName(bean.path("type").textValue().replace("#class:", ""));
    Set<String> setters =
        Arrays.stream(type.getMethods())
            .map(Method::getName)
            .filter(method -> method.startsWith("set") && !method.equals("setCamelContext"))
            .map(method -> Character.toLowerCase(method.charAt(3)) + method.substring(4))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(fields(bean.path("properties"))).isEqualTo(setters);
    assertThat(type.getMethod(bean.path("initMethod").textValue())).isNotNull();
  }

  @ParameterizedTest
  @MethodSource("names")
  void itsTemplateHoldsCamelsSchema(String name) throws IOException {
    ObjectNode template = read(name).at("/spec/template").deepCopy();
    template.put("id", name);
    ArrayNode routes = YAML.createArrayNode();
    routes.addObject().set("routeTemplate", template);
    try (InputStream in = getClass().getResourceAsStream("/schema/camelYamlDsl.json")) {
      assertThat(
              JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4)
                  .getSchema(in)
                  .validate(routes))
          .isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource("names")
  void theRouteTemplateHasTheSamePropertiesWithTheSameDefaults(String name) throws IOException {
    JsonNode template = routeTemplate(TEMPLATES.get(name));
    Map<String, String> parameters = new TreeMap<>();
    for (JsonNode parameter : template.path("parameters")) {
      assertThat(parameter.path("description").textValue()).isNotBlank();
      parameters.put(
          parameter.path("name").textValue(), parameter.path("defaultValue").asText("none"));
    }
    assertThat(used(template)).isEqualTo(parameters.keySet());
    assertThat(parameters.remove("from")).isEqualTo("none");
    Map<String, String> declared = new TreeMap<>();
    properties(read(name))
        .fields()
        .forEachRemaining(
            p -> declared.put(p.getKey(), p.getValue().path("default").asText("none")));
    assertThat(parameters).isEqualTo(declared);
  }

  private static JsonNode routeTemplate(String id) throws IOException {
    JsonNode file = YAML.readTree(Files.readString(Path.of("routes/templates.camel.yaml")));
    return StreamSupport.stream(file.spliterator(), false)
        .map(element -> element.path("routeTemplate"))
        .filter(template -> template.path("id").asText().equals(id))
        .findFirst()
        .orElseThrow();
  }

  @ParameterizedTest
  @MethodSource("names")
  void theBuildWritesItsVersionsIntoIt(String name) throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/kamelets/" + name + END)) {
      JsonNode built = YAML.readTree(in);
      assertThat(built.toString()).doesNotContain("${project", "${camel");
      assertThat(built.at("/spec/template")).isEqualTo(read(name).at("/spec/template"));
    }
  }
}
