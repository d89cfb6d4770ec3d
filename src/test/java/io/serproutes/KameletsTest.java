package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.fetch.Gate;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Route;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.TemplatedRouteBuilder;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckHelper;
import org.apache.camel.support.PluginHelper;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The Kamelets and route templates in routes of a host that loads nothing of ours itself. */
@Timeout(90)
class KameletsTest {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String ACTION = "kamelet:serp-naver-organic-action";
  private static final String SINK = "kamelet:serp-items-sink";
  private static final String NOT_READY_ONCE = Ids.failing(0, 1, 40602);

  @AutoClose private static final StandIn api = StandIn.start();

  @TempDir Path temp;

  private HostUnderTest host;

  @BeforeEach
  void makeHost() throws Exception {
    host =
        new HostUnderTest(
                api, temp, "serp.not-ready.delay", "1s", "serp.circuit.probe-interval", "300ms")
            .without("serp.to");
  }

  @AfterEach
  void stopWithinSeconds() {
    api.answerAsUsual();
    long started = System.nanoTime();
    host.close();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(Duration.ofSeconds(10));
  }

  /** Adds routes of the host from {@code direct:a}, {@code direct:b} … to these endpoints. */
  private HostUnderTest routes(String... uris) throws Exception {
    for (int i = 0; i < uris.length; i++) {
      String from = "direct:" + (char) ('a' + i);
      String to = uris[i];
      host.context()
          .addRoutes(
              new RouteBuilder() {
                @Override
                public void configure() {
                  from(from).to(to).setHeader("went-on", constant(true));
                }
              });
    }
    return host;
  }

  private HostUnderTest start(String... uris) throws Exception {
    routes(uris).context().start();
    return host;
  }

  private Exchange send(String endpoint, String id) throws Exception {
    return host.sendTo(endpoint, id, Map.of("order", "7"));
  }

  private static String outcome(Exchange exchange) {
    assertThat(exchange.getException()).isNull();
    assertThat(exchange.getMessage().getHeaders())
        .containsEntry("went-on", true)
        .containsEntry("order", "7");
    return exchange.getMessage().getHeader("serp.outcome", String.class);
  }

  private static List<?> items(Exchange exchange) {
    return exchange.getMessage().getBody(List.class);
  }

  @Test
  void theActionRepliesWithTheItemsOfTheId() throws Exception {
    start(ACTION);
    Exchange reply = send("direct:a", Ids.ZERO);
    assertThat(outcome(reply)).isEqualTo("delivered");
    JsonNode receipt = JSON.readTree(reply.getVariable("serpReceipt", String.class));
    int items = 0;
    for (String type : List.of("organic", "paid", "other")) {
      items += receipt.path(type).intValue();
    }
    assertThat(items(reply)).hasSize(items).isNotEmpty();
    assertThat(items(reply).get(0)).asString().startsWith("{\"type\":\"organic\"");
    assertThat(JSON.readTree(reply.getMessage().getBody().toString())).hasSize(items);
    assertThat(reply.getVariables()).containsOnlyKeys("serpReceipt");
    for (String endpoint : List.of("organic", "paid", "other", "receipts", "dead-letters")) {
      assertThat(host.taken(endpoint)).isEmpty();
    }
  }

  @Test
  void theReplyIsTheSameWhereEndpointsOfTheHostGetItemsOneByOne() throws Exception {
    start(ACTION);
    List<?> list = items(send("direct:a", Ids.ZERO));
    host.close();
    host = new HostUnderTest(api, temp.resolve("b"), "serp.endpoints.each", "item");
    start(ACTION);
    assertThat(items(send("direct:a", Ids.ZERO))).isEqualTo(list);
  }

  @ParameterizedTest
  @CsvSource({"00000000-0000-0000-0000-000000040401, not-found", "no id, invalid-id"})
  void theActionTellsOfAnIdThatIsGivenUp(String id, String reason) throws Exception {
    start(ACTION);
    Exchange reply = send("direct:a", id);
    assertThat(outcome(reply)).isEqualTo("dead-lettered");
    assertThat(reply.getMessage().getHeader("serp.reason")).isEqualTo(reason);
    assertThat(items(reply)).isEmpty();
    assertThat(JSON.readTree(reply.getVariable("serpDeadLetter", String.class)).path("reason"))
        .asString()
        .contains(reason);
    assertThat(host.taken("dead-letters")).isEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {ACTION, SINK})
  void switchedOffNothingIsLoadedAndTheIdStaysWithTheHost(String kamelet) throws Exception {
    host.close();
    host = new HostUnderTest(api, temp, "serp.enabled", "false", "serp.api.password", "");
    start(kamelet);
    assertThat(host.context().getRoute("serp-take-task")).isNull();
    assertThat(host.context().getRegistry().lookupByName("serpSettings")).isNull();
    Exchange reply = send("direct:a", Ids.ZERO);
    assertThat(reply.getException())
        .isInstanceOf(CircuitOpenException.class)
        .hasMessageContaining("serp.enabled=false");
    assertThat(reply.getMessage().getBody()).isEqualTo(Ids.ZERO);
  }

  @Test
  void theActionHasNoItemsOfAnIdThatIsNotReadyAndKeepsNothingOfIt() throws Exception {
    start(ACTION);
    Exchange reply = send("direct:a", NOT_READY_ONCE + "\n"); // as a file has it
    assertThat(outcome(reply)).isEqualTo("not-ready");
    assertThat(reply.getMessage().getBody()).isEqualTo(List.of());
    assertThat(reply.getMessage().getHeader("serp.task-id")).isEqualTo(NOT_READY_ONCE);
    assertThat(temp.resolve("parked/" + NOT_READY_ONCE + ".json")).doesNotExist();
    Exchange again = send("direct:a", NOT_READY_ONCE);
    assertThat(outcome(again)).isEqualTo("delivered");
    assertThat(items(again)).isNotEmpty();
  }

  @ParameterizedTest
  @ValueSource(strings = {ACTION, SINK})
  void anOpenCircuitIsAnExceptionOfTheHostsExchange(String kamelet) throws Exception {
    start(kamelet);
    api.answerAll(402, 40200);
    Exchange refused = send("direct:a", Ids.good(1));
    assertThat(refused.getException())
        .isInstanceOf(CircuitOpenException.class)
        .hasMessageContaining("the account has no money left (HTTP 402)");
    assertThat(refused.getMessage().getBody()).isEqualTo(Ids.good(1));
    assertThat(refused.getMessage().getHeaders()).containsOnlyKeys("order");
    assertThat(refused.getVariables()).isEmpty();
  }

  /** Guards that a repeated call has a reply again: what it sets before must be set each time. */
  @ParameterizedTest
  @ValueSource(strings = {ACTION, SINK})
  void theHostsOwnErrorHandlerTriesAgain(String kamelet) throws Exception {
    host.context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                onException(CircuitOpenException.class)
                    .maximumRedeliveries(20)
                    .redeliveryDelay(100)
                    .onRedelivery(e -> api.answerAsUsual());
                from("direct:patient").to(kamelet).setHeader("went-on", constant(true));
              }
            });
    host.context().start();
    api.answerAll(401, 40100);
    Exchange reply = send("direct:patient", Ids.ZERO);
    assertThat(outcome(reply)).isEqualTo("delivered");
    if (kamelet.equals(ACTION)) {
      assertThat(items(reply)).isNotEmpty();
      assertThat(host.taken("organic")).isEmpty();
    } else {
      assertThat(host.taken("organic")).hasSize(1);
    }
  }

  @Test
  void theSinkHandsItemsToTheEndpointsOfTheHostByType() throws Exception {
    start(SINK);
    Exchange reply = send("direct:a", Ids.ZERO);
    assertThat(outcome(reply)).isEqualTo("delivered");
    JsonNode receipt = HostUnderTest.json(reply.getMessage());
    for (String type : List.of("organic", "paid")) {
      Message message = host.next(type);
      assertThat(message.getBody(List.class)).hasSize(receipt.path(type).intValue()).isNotEmpty();
    }
    assertThat(HostUnderTest.json(host.next("receipts"))).isEqualTo(receipt);
    assertThat(outcome(send("direct:a", Ids.failing(40401)))).isEqualTo("dead-lettered");
    assertThat(HostUnderTest.json(host.next("dead-letters")).path("reason").textValue())
        .isEqualTo("not-found");
  }

  @Test
  void twoSinksTwoActionsAndTheEntryItselfKeepTheirItemsApart() throws Exception {
    String other =
        SINK
            + "?name=orders&organic=RAW(seda:a?size=7)&receipts=seda:b&paid=seda:c&other=seda:c"
            + "&deadLetters=seda:c";
    start(SINK, other, ACTION, ACTION);
    assertThat(outcome(send("direct:b", Ids.good(2)))).isEqualTo("delivered");
    assertThat(host.taken("organic")).isEmpty();
    assertThat(host.taken("receipts")).isEmpty();
    try (var consumer = host.context().createConsumerTemplate()) {
      assertThat(consumer.receive("seda:b", 5000).getMessage().getHeader("serp.task-id"))
          .isEqualTo(Ids.good(2));
      assertThat(consumer.receive("seda:a?size=7", 5000)).isNotNull();
    }
    assertThat(outcome(send("direct:a", Ids.good(3)))).isEqualTo("delivered");
    assertThat(host.next("organic").getHeader("serp.task-id")).isEqualTo(Ids.good(3));
    assertThat(items(send("direct:c", Ids.good(4)))).hasSize(3);
    assertThat(items(send("direct:d", Ids.good(5)))).hasSize(3);
    assertThat(host.taken("organic")).isEmpty();
    host.take(Ids.good(6));
    assertThat(host.next("organic").getHeader("serp.task-id")).isEqualTo(Ids.good(6));
    assertThat(routeIds()).containsOnlyOnce("serp-take-task");
  }

  private List<String> routeIds() {
    return host.context().getRoutes().stream().map(Route::getId).toList();
  }

  @Test
  void whatComesOfAParkedIdGoesToItsSinkAlsoAfterARestart() throws Exception {
    String id = Ids.failing(0, 1, 40601);
    String sink = SINK + "?name=late&receipts=direct:serp-paid&organic=direct:serp-other";
    start(ACTION, sink);
    Exchange reply = send("direct:b", id);
    assertThat(outcome(reply)).isEqualTo("parked");
    assertThat(HostUnderTest.json(reply.getMessage()).path("task_id").textValue()).isEqualTo(id);
    host.close();
    host = new HostUnderTest(api, temp).without("serp.to");
    start(sink);
    await()
        .atMost(Duration.ofSeconds(20))
        .until(() -> host.taken("paid").stream().anyMatch(KameletsTest::isReceipt));
    assertThat(host.taken("other")).isNotEmpty();
    assertThat(host.taken("receipts")).isEmpty();
    assertThat(host.taken("organic")).isEmpty();
  }

  @Test
  void whatComesOfAParkedIdGoesToTheContextsEndpointsWhereItsSinkIsGone() throws Exception {
    start(SINK + "?name=gone&organic=direct:serp-other");
    assertThat(outcome(send("direct:a", Ids.failing(0, 2, 40601)))).isEqualTo("parked");
    host.close();
    host =
        new HostUnderTest(
                api, temp, "serp.circuit.probe-interval", "300ms", "serp.not-ready.delay", "1s")
            .without("serp.to");
    host.refuse("organic");
    start(SINK + "?name=another&organic=direct:serp-other");
    Gate gate = host.context().getRegistry().lookupByNameAndType("serpGate", Gate.class);
    await().atMost(Duration.ofSeconds(20)).until(gate::isOpen);
    assertThat(gate.whyOpen()).contains("no sink has the name gone", "organic is closed");
    host.accept("organic");
    assertThat(isReceipt(host.next("receipts"))).isTrue();
    assertThat(host.taken("organic")).isNotEmpty();
    assertThat(host.taken("other")).isEmpty();
  }

  private static boolean isReceipt(Message message) {
    return message.getBody(String.class).contains("\"outcome\":\"delivered\"");
  }

  /** Guards that no second core of beans made twice (CAMEL-23982) is at work. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void thereIsOneCoreWhenTheContextStartsAndWhenItHasStarted(boolean late) throws Exception {
    if (late) {
      start();
      routes(ACTION, SINK);
    } else {
      start(ACTION, SINK);
    }
    assertThat(outcome(send("direct:a", Ids.good(30)))).isEqualTo("delivered");
    String clock = "Camel (" + host.context().getName() + ") thread #\\d+ - serp-gate";
    assertThat(Thread.getAllStackTraces().keySet().stream().map(Thread::getName))
        .filteredOn(name -> name.matches(clock.replace("(", "\\(").replace(")", "\\)")))
        .hasSize(1);
  }

  @Test
  void twoSinksOfOneNameWithDifferentEndpointsStopTheStart() throws Exception {
    routes(SINK, SINK + "?organic=direct:serp-other");
    assertThatThrownBy(() -> host.context().start())
        .hasStackTraceContaining("two sinks with different endpoints have the name items");
  }

  @Test
  void anEndpointThatIsNoneStopsTheStart() throws Exception {
    routes(SINK + "?organic=no-such-component:x");
    assertThatThrownBy(() -> host.context().start()).hasStackTraceContaining("no-such-component");
  }

  @Test
  void anotherWayOutStopsTheStart() throws Exception {
    host.context().getPropertiesComponent().addInitialProperty("serp.to", "files");
    routes(ACTION);
    assertThatThrownBy(() -> host.context().start()).hasStackTraceContaining("serp.to=files");
  }

  @ParameterizedTest
  @CsvSource({
    "serp.api.max-concurent, 3, serp.api.max-concurent is not a key of serp-routes",
    "serp.circuit.probe-interval, soon, serp.circuit.probe-interval=soon is not a duration",
    "serp.api.password, '', serp.api.password is required",
  })
  void aKeyThatIsUnknownMalformedOrMissingStopsTheStart(String key, String value, String words)
      throws Exception {
    host.context().getPropertiesComponent().addInitialProperty(key, value);
    routes(ACTION);
    assertThatThrownBy(() -> host.context().start()).hasStackTraceContaining(words);
  }

  @ParameterizedTest
  @CsvSource({"false, 0", "true, 0", "false, 1", "false, 2"})
  void theyBringHealthAndMetrics(boolean late, int times) throws Exception {
    SimpleMeterRegistry meters = new SimpleMeterRegistry();
    host.context().getRegistry().bind("hostsMeters", meters);
    if (times > 0) {
      host.context().getPropertiesComponent().addInitialProperty("serp.to", "endpoints");
      for (String file : RouteFiles.CORE) {
        host.load(file);
      }
      for (int i = 0; i < times; i++) {
        host.load(RouteFiles.HEALTH);
      }
    }
    if (late) {
      start();
      routes(ACTION);
    } else {
      start(ACTION);
    }
    assertThat(outcome(send("direct:a", Ids.ZERO))).isEqualTo("delivered");
    assertThat(meters.get("serp.tasks").tag("outcome", "delivered").functionCounter().count())
        .isOne();
    assertThat(meters.get("serp.circuit.open").gauge().value()).isZero();
    assertThat(circuit().getState()).isEqualTo(HealthCheck.State.UP);
    api.answerAll(401, 40100);
    assertThat(send("direct:a", Ids.good(1)).getException())
        .isInstanceOf(CircuitOpenException.class);
    assertThat(circuit().getState()).isEqualTo(HealthCheck.State.DOWN);
    assertThat(circuit().getMessage().orElseThrow())
        .startsWith("Halted: the login or the password is rejected");
    assertThat(meters.get("serp.circuit.open").gauge().value()).isOne();
  }

  private HealthCheck.Result circuit() {
    List<HealthCheck.Result> ours =
        HealthCheckHelper.invokeReadiness(host.context()).stream()
            .filter(result -> result.getCheck().getId().equals("serp-circuit"))
            .toList();
    assertThat(ours).hasSize(1);
    return ours.get(0);
  }

  @Test
  void healthWithoutTheCoreSaysSo() {
    assertThatThrownBy(() -> host.load(RouteFiles.HEALTH))
        .hasStackTraceContaining("comes after classpath:serp-routes/core/*.camel.yaml");
  }

  @Test
  void aPasswordMayHoldCharactersThatMeanSomethingElsewhere() throws Exception {
    String password = "#a+b%20&c=d?e/\u00e4";
    try (StandIn strict = StandIn.start(Map.of("serp.api.password", password))) {
      host.close();
      host =
          new HostUnderTest(strict, temp)
              .without("serp.to")
              .without("serp.api.login")
              .without("serp.api.password");
      start(ACTION + "?login=" + strict.login() + "&password=RAW(" + password + ")");
      assertThat(outcome(send("direct:a", Ids.good(40)))).isEqualTo("delivered");
      host.close();
    }
  }

  @Test
  void theAccountMayBeSaidByTheKamelet() throws Exception {
    for (String key : List.of("login", "password", "base-url")) {
      host.without("serp.api." + key);
    }
    String account =
        "?login=%s&password=RAW(%s)&baseUrl=%s"
            .formatted(api.login(), api.password(), api.address());
    start(ACTION + account, SINK + account, SINK);
    assertThat(outcome(send("direct:a", Ids.good(7)))).isEqualTo("delivered");
    assertThat(outcome(send("direct:b", Ids.good(8)))).isEqualTo("delivered");
    assertThat(outcome(send("direct:c", Ids.good(9)))).isEqualTo("delivered");
  }

  /** A parameter that is left out is not looked for among the host's properties. */
  @ParameterizedTest
  @ValueSource(strings = {ACTION, SINK})
  void theHostsOwnLoginIsNotOurs(String kamelet) throws Exception {
    giveTheHostALoginOfItsOwn();
    start(kamelet);
    assertThat(outcome(send("direct:a", Ids.good(7)))).isEqualTo("delivered");
  }

  private void giveTheHostALoginOfItsOwn() {
    for (String name : List.of("login", "password", "baseUrl")) {
      host.context().getPropertiesComponent().addInitialProperty(name, "of the host");
    }
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void twoAccountsInOneContextStopTheStart(boolean hostSaysOne) throws Exception {
    if (!hostSaysOne) {
      host.without("serp.api.login");
    }
    routes(
        ACTION + (hostSaysOne ? "" : "?login=" + api.login()), SINK + "?login=second&password=two");
    assertThatThrownBy(() -> host.context().start())
        .hasStackTraceContaining("two accounts need two Camel contexts");
  }

  @ParameterizedTest
  @ValueSource(strings = {ACTION, SINK})
  void aKameletMayComeWhenTheContextHasStarted(String kamelet) throws Exception {
    start();
    assertThat(routeIds()).doesNotContain("serp-take-task");
    routes(kamelet);
    assertThat(outcome(send("direct:a", Ids.good(10)))).isEqualTo("delivered");
    assertThat(routeIds()).containsOnlyOnce("serp-take-task");
  }

  @Test
  void routesThatTheHostLoadsItselfStayAsTheyAre() throws Exception {
    host.close();
    host = new HostUnderTest(api, temp);
    routes(ACTION, SINK).start();
    assertThat(outcome(send("direct:a", Ids.good(11)))).isEqualTo("delivered");
    assertThat(outcome(send("direct:b", Ids.good(12)))).isEqualTo("delivered");
    assertThat(host.take(Ids.good(13)).path("outcome").textValue()).isEqualTo("delivered");
  }

  @ParameterizedTest
  @CsvSource({"serp-items-as-reply", "serp-items-by-type"})
  void aTemplateTakesIdsFromAnEndpointOfTheHost(String template) throws Exception {
    giveTheHostALoginOfItsOwn();
    PluginHelper.getRoutesLoader(host.context())
        .loadRoutes(
            PluginHelper.getResourceLoader(host.context())
                .resolveResource(RouteFiles.location("templates")));
    TemplatedRouteBuilder.builder(host.context(), template)
        .parameter("from", "direct:ids")
        .routeId("host-ids")
        .add();
    host.context().start();
    Exchange reply = host.sendTo("direct:ids", Ids.ZERO, Map.of());
    assertThat(reply.getMessage().getHeader("serp.outcome")).isEqualTo("delivered");
    if (template.equals("serp-items-as-reply")) {
      assertThat(items(reply)).isNotEmpty();
    } else {
      assertThat(host.taken("organic")).hasSize(1);
      assertThat(host.taken("receipts")).hasSize(1);
    }
  }

  @Test
  void fiveStartsAndStopsLeaveNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 5; i++) {
      host.close();
      host = new HostUnderTest(api, temp).without("serp.to");
      start(ACTION, SINK);
      assertThat(outcome(send("direct:a", Ids.good(20 + i)))).isEqualTo("delivered");
    }
    host.close();
    await()
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(() -> assertThat(HostUnderTest.newThreads(before)).isEmpty());
  }
}
