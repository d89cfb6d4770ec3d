package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.fetch.Gate;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.impl.engine.DefaultClassResolver;
import org.apache.camel.model.Model;
import org.apache.camel.spi.Resource;
import org.apache.camel.support.PluginHelper;
import org.apache.camel.support.ResourceHelper;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A host that includes the one file. */
@Timeout(60)
class IncludeTest {

  @AutoClose private static final StandIn api = StandIn.start();

  @TempDir Path temp;

  @AutoClose private HostUnderTest host;

  private void host(String... keys) throws Exception {
    host = new HostUnderTest(api, temp.resolve("out"), keys);
  }

  private void include() throws Exception {
    host.load(RouteFiles.INCLUDE);
  }

  private void start() throws Exception {
    include();
    host.context().start();
  }

  private List<String> routes() {
    return host.context().getRoutes().stream()
        .map(route -> route.getId())
        .filter(id -> id.startsWith("serp-"))
        .toList();
  }

  @Test
  void itBringsTheCoreTheOutputHealthAndMetrics() throws Exception {
    host();
    start();
    assertThat(host.take(Ids.good(1)).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(host.next("organic").getBody(List.class)).isNotEmpty();
    assertThat(HealthCheckRegistry.get(host.context()).getCheck("serp-circuit")).isPresent();
    assertThat(host.context().getRegistry().lookupByName("serpMetrics")).isNotNull();
    assertThat(routes())
        .doesNotContain("serp-ids-from-folder")
        .noneMatch(id -> id.contains("kafka"));
  }

  @Test
  void itBringsTheSourcesAndFeedersThatAreNamed() throws Exception {
    Path inbox = Files.createDirectory(temp.resolve("inbox"));
    host(
        "serp.from", "tasks-ready,folder",
        "serp.folder.inbox", inbox.toString(),
        "serp.folder.settle", "100ms",
        "serp.ready.poll", "1h");
    Files.writeString(inbox.resolve("ids.txt"), Ids.good(1) + "\n");
    start();
    assertThat(HostUnderTest.json(host.next("receipts")).path("source").textValue())
        .isEqualTo("folder:ids.txt:1");
    assertThat(routes()).contains("serp-keep-in-folder", "serp-ids-from-tasks-ready");
  }

  /** Where its ids would be kept and nothing would ask for them. */
  @Test
  void aFeederAloneBringsTheSourceThatKeepsItsIds() throws Exception {
    host(
        "serp.from", "tasks-ready",
        "serp.folder.inbox", temp.resolve("inbox").toString(),
        "serp.ready.poll", "1h");
    start();
    assertThat(routes())
        .contains("serp-ids-from-folder", "serp-keep-in-folder", "serp-ids-from-tasks-ready");
  }

  @ParameterizedTest
  @CsvSource({"serp.enabled, true", "serp.enabled, false", "serp.to, ''"})
  void nothingStartsUnasked(String key, String value) throws Exception {
    host(key, value);
    host.without("serp.api.password");
    if (!value.equals("false")) {
      host.without("serp.to");
    }
    start();
    assertThat(routes()).isEmpty();
    assertThat(host.context().getRegistry().lookupByName("serpSettings")).isNull();
  }

  @Test
  void whereItemsGoHasNoDefault() throws Exception {
    host("serp.from", "folder");
    host.without("serp.to");
    assertThatThrownBy(this::include)
        .hasStackTraceContaining("serp.to is required where serp.from is given, and has no value");
  }

  @Test
  void allThatIsWrongWithKeysIsSaid() throws Exception {
    host("serp.api.max-concurent", "3", "serp.from", "kafka");
    host.without("serp.api.password");
    assertThatThrownBy(this::include)
        .hasStackTraceContaining("serp.api.max-concurent is not a key of serp-routes")
        .hasStackTraceContaining("serp.api.password")
        .hasStackTraceContaining("serp.kafka.brokers is required and has no value");
  }

  @ParameterizedTest
  @CsvSource({
    "serp.from, kafka, org.apache.camel.component.kafka, org.apache.camel:camel-kafka",
    "serp.from, webhooks, io.vertx.core, io.vertx:vertx-core"
  })
  void aJarThatIsMissingIsNamed(String key, String value, String lacking, String dependency)
      throws Exception {
    host(key, value, "serp.kafka.brokers", "localhost:1", "serp.webhooks.token", "t".repeat(22));
    host.context()
        .setClassResolver(
            new DefaultClassResolver(host.context()) {
              @Override
              public Class<?> resolveClass(String name) {
                return name.startsWith(lacking) ? null : super.resolveClass(name);
              }
            });
    assertThatThrownBy(this::include)
        .hasStackTraceContaining("names " + value + ": add the dependency " + dependency);
  }

  @Test
  void besideFilesByHandItSaysSo() throws Exception {
    host();
    host.load(RouteFiles.CORE.get(0));
    assertThatThrownBy(this::include)
        .hasStackTraceContaining("take every other file of serp-routes out of the includes");
  }

  @Test
  void loadedTwiceItIsThereOnce() throws Exception {
    host();
    include();
    Object gate = host.context().getRegistry().lookupByName("serpGate");
    start();
    assertThat(host.context().getRegistry().lookupByName("serpGate")).isSameAs(gate);
    assertThat(host.context().getRegistry().findByType(Gate.class)).hasSize(1);
    assertThat(routes()).doesNotHaveDuplicates().contains("serp-take-task");
  }

  @Test
  void aContextThatHasStartedMayLoadIt() throws Exception {
    host();
    host.context().start();
    include();
    assertThat(host.take(Ids.good(1)).path("outcome").textValue()).isEqualTo("delivered");
  }

  /** As Camel loads those of an include pattern. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void itMayStandBeforeOrAfterFilesOfTheHost(boolean first) throws Exception {
    host();
    Resource ours =
        PluginHelper.getResourceLoader(host.context())
            .resolveResource(RouteFiles.location(RouteFiles.INCLUDE));
    Resource theirs =
        ResourceHelper.fromString(
            "host.camel.yaml",
            """
            - beans:
                - name: hosts
                  type: java.util.ArrayList
            - route:
                from:
                  uri: direct:orders
                  steps:
                    - to: direct:serp-take-task
            """);
    PluginHelper.getRoutesLoader(host.context())
        .loadRoutes(first ? List.of(ours, theirs) : List.of(theirs, ours));
    host.context().start();
    assertThat(
            HostUnderTest.json(host.sendTo("direct:orders", Ids.good(1), Map.of()).getMessage())
                .path("outcome")
                .textValue())
        .isEqualTo("delivered");
  }

  /** As by {@code camel.main.route-filter-exclude-pattern}: nothing would take an id. */
  @ParameterizedTest
  @CsvSource({"serp-*, ", "serp-take-task, ", ", host-*", "serp-ids-from-folder, "})
  void aFilterThatLeavesRoutesOutStopsTheStart(String exclude, String include) throws Exception {
    host("serp.from", "folder", "serp.folder.inbox", temp.resolve("inbox").toString());
    host.context()
        .getCamelContextExtension()
        .getContextPlugin(Model.class)
        .setRouteFilterPattern(include, exclude);
    assertThatThrownBy(this::start)
        .hasStackTraceContaining("a filter of the host leaves out the route serp-");
  }

  @Test
  void twoContextsHaveOneEach() throws Exception {
    host();
    start();
    try (HostUnderTest other = new HostUnderTest(api, temp.resolve("other"))) {
      other.load(RouteFiles.INCLUDE);
      other.context().start();
      assertThat(other.context().getRegistry().lookupByName("serpGate"))
          .isNotNull()
          .isNotSameAs(host.context().getRegistry().lookupByName("serpGate"));
      assertThat(other.take(Ids.good(1)).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(host.taken("receipts")).isEmpty();
    }
    assertThat(host.take(Ids.good(2)).path("outcome").textValue()).isEqualTo("delivered");
  }

  @Test
  void anOutputMayBeARouteOfTheHost() throws Exception {
    host("serp.to", "mine");
    host.context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:serp-items-to-mine").to("direct:serp-other");
              }
            });
    start();
    assertThat(host.take(Ids.good(1)).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(host.taken("other")).isNotEmpty();
  }

  /** It gets an exchange of its own, which may stop as it likes. */
  @Test
  void anOutputOfTheHostMayStop() throws Exception {
    host("serp.to", "mine");
    host.context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:serp-items-to-mine")
                    .routeConfigurationId("serp-no-retry")
                    .to("direct:serp-other")
                    .stop();
              }
            });
    start();
    assertThat(host.take(Ids.good(1)).path("outcome").textValue()).isEqualTo("delivered");
  }

  @Test
  void anOutputThatIsNowhereStopsTheStart() throws Exception {
    host("serp.to", "mine");
    assertThatThrownBy(this::start)
        .hasStackTraceContaining("serp.to=mine needs a route from direct:serp-items-to-mine");
  }
}
