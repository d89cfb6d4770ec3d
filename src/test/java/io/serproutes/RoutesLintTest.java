package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.networknt.schema.JsonSchema;
import com.networknt.schema.JsonSchemaFactory;
import com.networknt.schema.SpecVersion;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.BiConsumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The route files against Camel's own schema and the rules of the house. */
class RoutesLintTest {

  private static final Path ROUTES = Path.of("routes");
  private static final String END = ".camel.yaml";
  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private static final List<String> FIELD_ORDER =
      List.of(
          "id",
          "description",
          "streamCache",
          "startupOrder",
          "routeConfigurationId",
          "errorHandler",
          "from");
  private static final int MOST_LINES = 40;

  /** Routes that are longer, and how long they may be. */
  private static final Map<String, Integer> LONGER =
      Map.of(
          // one call from the gate to its verdict, with every option of the client
          "serp-fetch-task", 64, "serp-get-tasks-ready", 46);

  /** The program's own, not for hosts: Camel's default error handler answers. */
  private static final Set<String> WITHOUT_ERROR_HANDLER = Set.of(RouteFiles.SANDBOX);

  /** What a host calls, not one of ours. */
  private static final String ENTRY = "serp-take-task";

  static List<String> files() {
    try (Stream<Path> files = Files.walk(ROUTES)) {
      return files
          .filter(Files::isRegularFile)
          .map(file -> ROUTES.relativize(file).toString().replace(END, ""))
          .sorted()
          .toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String text(String file) {
    try {
      return Files.readString(ROUTES.resolve(file + END));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(String file) {
    try {
      return YAML.readTree(text(file));
    } catch (IOException e) {
      throw new UncheckedIOException(file, e);
    }
  }

  /** The values of a top-level word. */
  private static List<JsonNode> all(String file, String word) {
    return StreamSupport.stream(read(file).spliterator(), false)
        .filter(element -> element.has(word))
        .map(element -> element.get(word))
        .toList();
  }

  private static List<JsonNode> routes(String file) {
    return all(file, "route");
  }

  /** Every member of every object in a document. */
  private static void walk(JsonNode node, BiConsumer<String, JsonNode> member) {
    node.fields()
        .forEachRemaining(
            field -> {
              member.accept(field.getKey(), field.getValue());
              walk(field.getValue(), member);
            });
    if (node.isArray()) {
      node.forEach(element -> walk(element, member));
    }
  }

  private static List<String> names(JsonNode node) {
    List<String> names = new ArrayList<>();
    node.fieldNames().forEachRemaining(names::add);
    return names;
  }

  @Test
  void onlyRouteFilesLieThere() throws IOException {
    try (Stream<Path> files = Files.walk(ROUTES).filter(Files::isRegularFile)) {
      assertThat(files).allMatch(file -> file.toString().endsWith(END));
    }
  }

  /** The files of a folder are loaded in no order, and a bean wants those before it. */
  @Test
  void theBeansOfAFolderStandInOneFile() {
    for (List<String> folder : List.of(RouteFiles.CORE, RouteFiles.KAFKA)) {
      assertThat(folder.stream().filter(file -> !all(file, "beans").isEmpty())).hasSize(1);
    }
  }

  /** A copy may lie flat in the working folder, and a host includes whole folders. */
  @Test
  void noFileNameStandsTwiceAndFoldersAreWhatTheySay() {
    assertThat(files().stream().map(file -> Path.of(file).getFileName())).doesNotHaveDuplicates();
    assertThat(files().stream().filter(file -> file.startsWith("core/")))
        .containsExactlyInAnyOrderElementsOf(RouteFiles.CORE);
    assertThat(files().stream().filter(file -> file.startsWith("kafka/")))
        .containsExactlyInAnyOrderElementsOf(RouteFiles.KAFKA);
  }

  @Test
  void camelsSchemaHolds() throws IOException {
    try (InputStream in = getClass().getResourceAsStream("/schema/camelYamlDsl.json")) {
      JsonSchema schema = JsonSchemaFactory.getInstance(SpecVersion.VersionFlag.V4).getSchema(in);
      for (String file : files()) {
        assertThat(schema.validate(read(file))).as(file).isEmpty();
      }
    }
  }

  /** Editors complete and check a file, a copied one too, as the Camel in use would. */
  @ParameterizedTest
  @MethodSource("files")
  void everyFileNamesTheSchemaOfItsCamel(String file) {
    String camel = new DefaultCamelContext().getVersion();
    assertThat(text(file))
        .startsWith(
            "# yaml-language-server: $schema=https://raw.githubusercontent.com/apache/camel/camel-"
                + camel
                + "/dsl/camel-yaml-dsl/camel-yaml-dsl/src/generated/resources/schema/"
                + "camelYamlDsl.json\n\n");
  }

  /** Of {{KEY}}, Camel asks environment variables first. Templates come before the core. */
  @Test
  void noPlaceholderPassesOurSettingsBy() {
    assertThat(files())
        .filteredOn(file -> !file.equals("templates"))
        .allSatisfy(file -> assertThat(text(file)).doesNotContain("{{serp."));
  }

  /** Camel passes over a top-level word that it does not know; anything but these is global. */
  @ParameterizedTest
  @MethodSource("files")
  void onlyBeansRoutesAndRouteConfigurationsStandAtTheTop(String file) {
    Set<String> words =
        file.equals("templates")
            ? Set.of("routeTemplate")
            : Set.of("beans", "route", "routeConfiguration");
    assertThat(read(file))
        .allSatisfy(element -> assertThat(names(element)).hasSize(1).isSubsetOf(words));
    assertThat(all(file, "routeConfiguration"))
        .allSatisfy(policy -> assertThat(policy.path("id").asText()).startsWith("serp-"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyNameIsOurs(String file) {
    for (JsonNode route : routes(file)) {
      assertThat(route.path("id").asText()).startsWith("serp-");
    }
    for (JsonNode beans : all(file, "beans")) {
      assertThat(beans)
          .allSatisfy(
              bean -> assertThat(bean.path("name").asText()).matches("serp([A-Z]\\w*|-[a-z]+)"));
    }
    walk(
        read(file),
        (name, value) -> {
          if (name.equals("id")) {
            assertThat(value.asText()).startsWith("serp-");
          }
          if (value.asText().startsWith("direct:")) {
            assertThat(value.asText()).startsWith("direct:serp-");
          }
        });
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyRouteSaysWhatItIsInTheSameOrder(String file) {
    for (JsonNode route : routes(file)) {
      String id = route.path("id").asText();
      List<String> fields = names(route);
      assertThat(fields)
          .as(id)
          .contains("id", "description", "from")
          .isEqualTo(FIELD_ORDER.stream().filter(fields::contains).toList());
      assertThat(route.path("description").asText()).as(id).isNotBlank().doesNotContain("\n");
      assertThat(route.path("description").asText()).as(id).doesNotEndWith(".");
      String from = route.at("/from/uri").asText();
      if (from.startsWith("direct:")) {
        assertThat(from)
            .as("the name of a route is the name it is called by")
            .isEqualTo("direct:" + id);
      }
      // nothing of a host's error handling applies, and nothing of ours to a host
      boolean hasErrorHandler = route.has("errorHandler") || route.has("routeConfigurationId");
      assertThat(hasErrorHandler).as(id).isEqualTo(!WITHOUT_ERROR_HANDLER.contains(file));
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void aRouteFitsAScreen(String file) {
    for (String block : text(file).split("\n(?=- )")) {
      Matcher id = Pattern.compile("^- route:\n    id: (\\S+)").matcher(block);
      if (id.find()) {
        long lines = block.lines().filter(line -> !line.isBlank()).count();
        assertThat(lines)
            .as("lines of " + id.group(1))
            .isLessThanOrEqualTo(LONGER.getOrDefault(id.group(1), MOST_LINES));
      }
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void endpointsAreMapsAndNestingIsExplicit(String file) {
    walk(
        read(file),
        (name, value) -> {
          if (Set.of("uri", "to", "from", "wireTap").contains(name) && value.isTextual()) {
            assertThat(value.asText()).as("options of an endpoint").doesNotContain("?");
          }
          if (Set.of("split", "filter", "multicast", "loop").contains(name)) {
            assertThat(value.path("steps").isArray()).as("steps of " + name).isTrue();
          }
          if (name.equals("choice")) {
            assertThat(value.path("when"))
                .isNotEmpty()
                .allSatisfy(when -> assertThat(when.path("steps").isArray()).isTrue());
          }
        });
  }

  private static final String MARK = "serpMarkDurable";

  /** From that step on the source may forget the id: all else must stand before it. */
  @ParameterizedTest
  @MethodSource("files")
  void anIdIsMarkedDurableLastAndWhereverItEnds(String file) {
    for (JsonNode route : routes(file)) {
      JsonNode steps = route.at("/from/steps");
      List<String> calls = new ArrayList<>();
      List<String> marks = new ArrayList<>();
      walk(
          steps,
          (name, value) -> {
            if (value
                .asText()
                .matches("direct:serp-receipt-to-outputs|\\{\\{serp-chosen:parking}}")) {
              calls.add(value.asText());
            }
            add(marks, value.asText().equals(MARK), value);
          });
      String last = steps.path(steps.size() - 1).at("/process/ref").asText();
      String id = route.path("id").asText();
      assertThat(marks).as(id).hasSameSizeAs(calls);
      assertThat(last.equals(MARK)).as("last step of " + id).isEqualTo(!calls.isEmpty());
    }
    // and the reason stands above it
    String text = text(file);
    assertThat(Pattern.compile("ref: " + MARK).matcher(text).results().count())
        .isEqualTo(
            Pattern.compile("# last, .*\n        - process:\n.*\n            ref: " + MARK)
                .matcher(text)
                .results()
                .count());
  }

  /** Else Camel does for a failure what the policy of the one before says. */
  @Test
  void everyPolicySaysWhatIsDoneWhenItsFailureOccurs() {
    List<JsonNode> policies = new ArrayList<>();
    walk(
        read("core/failure-policy"),
        (name, value) -> {
          if (name.equals("onException") && value.isObject()) {
            policies.add(value);
          }
        });
    assertThat(policies).hasSize(10).allMatch(policy -> policy.has("onExceptionOccurredRef"));
  }

  @Test
  void thereAreTwoWaysToEnd() {
    assertThat(files().stream().mapToInt(file -> text(file).split("ref: " + MARK).length - 1).sum())
        .isEqualTo(2);
  }

  @Test
  void noNameStandsTwice() {
    List<String> ids = new ArrayList<>();
    List<String> beans = new ArrayList<>();
    List<String> orders = new ArrayList<>();
    for (String file : files()) {
      walk(read(file), (name, value) -> add(ids, name.equals("id"), value));
      all(file, "beans").forEach(list -> list.forEach(b -> beans.add(b.path("name").asText())));
      for (JsonNode route : routes(file)) {
        add(orders, route.has("startupOrder"), route.path("startupOrder"));
      }
    }
    assertThat(ids).doesNotHaveDuplicates();
    assertThat(beans).doesNotHaveDuplicates();
    assertThat(orders).doesNotHaveDuplicates();
  }

  private static void add(List<String> list, boolean wanted, JsonNode value) {
    if (wanted) {
      list.add(value.asText());
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyBeanIsAClassOfOursOrCamels(String file) throws ClassNotFoundException {
    for (JsonNode beans : all(file, "beans")) {
      for (JsonNode bean : beans) {
        String type = bean.path("type").asText();
        assertThat(type).matches("(io\\.serproutes|org\\.apache\\.camel)\\..*");
        assertThat(Class.forName(type)).isPublic();
      }
    }
  }

  /** The files that are loaded together: with each output by itself, and with all of them. */
  static Stream<SetUp> setUps() {
    List<String> outputs =
        files().stream()
            .filter(file -> file.startsWith(RouteFiles.output("")))
            .map(file -> file.substring(RouteFiles.output("").length()))
            .toList();
    assertThat(outputs).contains("files", "kafka", "endpoints");
    String all = String.join(",", outputs);
    return Stream.concat(
        outputs.stream().map(output -> new SetUp(output, "flat")),
        Stream.of(
            new SetUp(all, "flat"),
            new SetUp("files", "lines"),
            new SetUp(all, "lines"),
            new SetUp("kafka", "flat", "exactly-once")));
  }

  /** Route files by what {@code serp.to} and the layout say. */
  record SetUp(String to, String layout, String delivery) {

    SetUp(String to, String layout) {
      this(to, layout, "at-least-once");
    }

    private Outputs outputs() {
      Map<String, String> keys =
          Map.of("serp.to", to, "serp.files.layout", layout, "serp.kafka.delivery", delivery);
      return Outputs.of(new Settings(keys::get));
    }

    List<String> files() {
      boolean kafka = outputs().has("kafka");
      Set<String> files = new TreeSet<>(RouteFiles.CORE);
      Stream.concat(outputs().names().stream(), outputs().ofReceipts().stream())
          .forEach(output -> files.add(outputs().file(output)));
      if (outputs().areSeveral()) {
        files.add(RouteFiles.SEVERAL);
      }
      files.addAll(Set.of(RouteFiles.HEALTH, RouteFiles.SANDBOX));
      files.addAll(Set.of("sources/ids-from-command-line", "sources/ids-from-folder"));
      if (kafka) {
        files.addAll(RouteFiles.KAFKA);
        files.add("sources/ids-from-kafka");
      }
      boolean topic = outputs().parking().equals("kafka");
      files.add("sources/ids-from-dead-letters" + (topic ? "-topic" : ""));
      files.add(RouteFiles.source("tasks-ready"));
      files.add(RouteFiles.source("webhooks"));
      files.add(RouteFiles.feed(feed()));
      if (to.equals("endpoints")) {
        files.addAll(Set.of(RouteFiles.INCLUDE, "templates"));
      }
      return List.copyOf(files);
    }

    private String feed() {
      return outputs().has("kafka") ? "kafka" : "folder";
    }

    /** The endpoints that a text names. */
    List<String> endpoints(String text) {
      if (text.equals("{{serp-chosen:feed}}")) {
        return List.of("direct:serp-keep-in-" + feed());
      }
      if (text.equals("{{serp-chosen:feed-of-webhooks}}")) {
        return List.of("direct:serp-keep-" + (feed().equals("kafka") ? "in-kafka" : "webhooks"));
      }
      Matcher chosen = Pattern.compile("\\{\\{serp-chosen:(.*)}}").matcher(text);
      String all = chosen.matches() ? outputs().endpoints(chosen.group(1)) : text;
      return Stream.of(all.split(","))
          .map(uri -> uri.replace("serp-output:", "direct:serp-items-to-"))
          .filter(uri -> uri.startsWith("direct:"))
          .toList();
    }
  }

  @Test
  void everyFileIsPartOfASetUp() {
    assertThat(setUps().flatMap(setUp -> setUp.files().stream()).collect(Collectors.toSet()))
        .containsExactlyInAnyOrderElementsOf(files());
  }

  @ParameterizedTest
  @MethodSource("setUps")
  void everyDirectNameHasOneConsumerAndSomebodyWhoCalls(SetUp setUp) {
    Map<String, Integer> consumers = new TreeMap<>();
    Set<String> called = new TreeSet<>(Set.of("direct:" + ENTRY));
    for (String file : setUp.files()) {
      for (JsonNode route : routes(file)) {
        String from = route.at("/from/uri").asText();
        if (from.startsWith("direct:")) {
          consumers.merge(from, 1, Integer::sum);
        }
        walk(
            route.at("/from/steps"),
            (name, value) -> {
              called.addAll(setUp.endpoints(value.asText()));
            });
      }
    }
    assertThat(consumers).allSatisfy((name, count) -> assertThat(count).as(name).isOne());
    assertThat(consumers.keySet()).containsAll(called);
    assertThat(called)
        .containsAll(consumers.keySet().stream().filter(name -> !isChoice(name)).toList());
  }

  // of those that are loaded, the ones are called that serp.to names
  private static boolean isChoice(String name) {
    return name.matches("direct:serp-(park-in|items-to|commit-in)-.*");
  }

  @ParameterizedTest
  @MethodSource("setUps")
  void everyBeanThatIsNamedIsThere(SetUp setUp) {
    Set<String> declared = new TreeSet<>();
    Set<String> named = new TreeSet<>();
    for (String file : setUp.files()) {
      all(file, "beans").forEach(list -> list.forEach(b -> declared.add(b.path("name").asText())));
      for (JsonNode template : all(file, "routeTemplate")) {
        template.path("beans").forEach(b -> declared.add("{{" + b.path("name").asText() + "}}"));
      }
      walk(
          read(file),
          (name, value) -> {
            if (value.isTextual()) {
              boolean isReference =
                  name.equals("ref") || name.endsWith("Ref") || name.equals("executorService");
              Matcher sign = Pattern.compile("#(?:bean:)?(serp\\w+)").matcher(value.asText());
              if (isReference) {
                named.add(value.asText());
              } else if (sign.matches()) {
                named.add(sign.group(1));
              }
            }
          });
    }
    assertThat(declared).containsAll(named);
  }
}
