package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.fetch.ApiConnections;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.TaskId;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExtendedCamelContext;
import org.apache.camel.Message;
import org.apache.camel.ProducerTemplate;
import org.apache.camel.builder.DeadLetterChannelBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.component.http.HttpComponent;
import org.apache.camel.component.http.LoggingHttpActivityListener;
import org.apache.camel.impl.debugger.BacklogTracer;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.apache.camel.impl.engine.PooledProcessorExchangeFactory;
import org.apache.camel.model.errorhandler.DefaultErrorHandlerDefinition;
import org.apache.camel.spi.Resource;
import org.apache.hc.client5.http.HttpRoute;
import org.apache.hc.core5.http.HttpEntity;
import org.apache.hc.core5.http.HttpHost;
import org.apache.hc.core5.http.HttpRequest;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The routes in a host's plain Camel context, feeding its endpoints. */
@Timeout(90)
class EmbeddedTest {

  private static final String ID = Ids.good(1);
  private static final String ZERO = "00000000-0000-0000-0000-000000000000";
  private static final int STOP_SECONDS = 10;

  @AutoClose private static final StandIn api = StandIn.start();

  @TempDir Path temp;

  private HostUnderTest host;

  @BeforeEach
  void makeHost() throws Exception {
    host = new HostUnderTest(api, temp);
  }

  @AfterEach
  void stopWithinSeconds() {
    api.answerAsUsual();
    long started = System.nanoTime();
    host.close();
    assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(seconds(STOP_SECONDS));
  }

  private static Duration seconds(int n) {
    return Duration.ofSeconds(n);
  }

  /** A platform may start and stop contexts for as long as it lives. */
  @Test
  void aContextThatHasEndedHasNoFileOfTheInboxOpen() throws Exception {
    Path inbox = temp.resolve("inbox");
    HostUnderTest other = new HostUnderTest(api, temp, "serp.folder.inbox", inbox.toString());
    other.start();
    other.load("sources/ids-from-folder");
    assertThat(OpenFiles.with(inbox + "/")).isNotEmpty();
    other.close();
    assertThat(OpenFiles.with(inbox + "/")).isEmpty();
  }

  @Test
  void anIdGoesInAndItsItemsComeToTheEndpointsOfTheHost() throws Exception {
    host.start();
    JsonNode receipt = host.take(ZERO);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("source").textValue()).isEqualTo("host");
    for (String type : List.of("organic", "paid")) {
      Message message = host.next(type);
      List<?> items = message.getBody(List.class);
      assertThat(items).hasSize(receipt.path(type).intValue()).isNotEmpty();
      assertThat(items.get(0).toString()).startsWith("{\"type\":\"" + type + "\"");
      assertThat(message.getHeaders())
          .containsEntry("serp.task-id", ZERO)
          .containsEntry("serp.item-type", type);
    }
    assertThat(HostUnderTest.json(host.next("receipts"))).isEqualTo(receipt);
    assertThat(host.taken("dead-letters")).isEmpty();
  }

  /** Camel's pooled copy of an exchange that wants an answer hides its part of a split. */
  @ParameterizedTest
  @ValueSource(strings = {"list", "item"})
  void exchangesOfAHostMayBePooled(String each) throws Exception {
    host.context().getPropertiesComponent().addInitialProperty("serp.endpoints.each", each);
    ExtendedCamelContext camel = host.context().getCamelContextExtension();
    camel.setExchangeFactory(new PooledExchangeFactory());
    camel.setProcessorExchangeFactory(new PooledProcessorExchangeFactory());
    host.start();
    ProducerTemplate template = host.context().createProducerTemplate();
    for (int i = 1; i <= 2; i++) { // the second has what the first left in the pool
      Exchange answer =
          template.request("direct:serp-take-task", e -> e.getMessage().setBody(ZERO));
      JsonNode receipt = HostUnderTest.json(answer.getMessage());
      assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
      int messages = each.equals("list") ? 1 : receipt.path("organic").intValue();
      assertThat(host.taken("organic")).hasSize(i * messages);
      assertThat(answer.getPattern()).isEqualTo(ExchangePattern.InOut);
    }
  }

  /** As Camel does where a secret of a vault has changed. */
  @Test
  void aReloadOfAllRoutesLeavesTheConnectionsToTheApi() throws Exception {
    host.start();
    assertThat(host.take(ZERO).path("outcome").textValue()).isEqualTo("delivered");
    host.context().getRouteController().reloadAllRoutes();
    assertThat(host.take(ZERO).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(host.taken("receipts")).hasSize(2);

    ApiConnections connections =
        host.context().getRegistry().findSingleByType(ApiConnections.class);
    host.close();
    HttpRoute route = new HttpRoute(new HttpHost("localhost", 80));
    assertThatThrownBy(() -> connections.lease("late", route, null))
        .isInstanceOf(IllegalStateException.class);
  }

  /** What a host sets for its own calls is not for those that carry the account's credentials. */
  @Test
  void settingsOfTheHostsHttpComponentAreNotForOurCalls() throws Exception {
    HttpComponent http = host.context().getComponent("http", HttpComponent.class);
    List<String> seen = new CopyOnWriteArrayList<>();
    http.setHttpActivityListener(
        new LoggingHttpActivityListener() {
          @Override
          public void onRequestSubmitted(
              Object source, Exchange exchange, HttpHost to, HttpRequest request, HttpEntity body) {
            seen.add(request.toString());
          }
        });
    http.setSkipControlHeaders(true);
    http.setSkipResponseHeaders(true);
    host.start();
    assertThat(host.take(ZERO).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(seen).isEmpty();
  }

  /** As with {@code camel.trace.enabled} and {@code camel.trace.body-include-streams}. */
  @Test
  void aTracerThatReadsBodiesTakesNothingFromAnAnswer() throws Exception {
    host.context().setBacklogTracing(true);
    BacklogTracer tracer = BacklogTracer.createTracer(host.context());
    tracer.setEnabled(true);
    tracer.setBodyIncludeStreams(true);
    host.context()
        .getCamelContextExtension()
        .addContextPlugin(org.apache.camel.spi.BacklogTracer.class, tracer);
    host.start();
    JsonNode receipt = host.take(ZERO);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("attempts").intValue()).isOne();
    assertThat(tracer.dumpAllTracedMessages())
        .filteredOn(step -> "serp-judge-answer".equals(step.getToNode()))
        .singleElement()
        .satisfies(step -> assertThat(step.getMessageAsJSon()).contains("status_code"));
  }

  @Test
  void aRedirectIsNotFollowedWhateverTheHostsHttpComponentDoes() throws Exception {
    RawApi.Answering answering =
        (request, socket, out) ->
            out.write(RawApi.head(302, "Location: " + api.address(), "Content-Length: 0"));
    try (RawApi elsewhere = new RawApi(answering);
        HostUnderTest redirected =
            new HostUnderTest(api, temp, "serp.api.base-url", elsewhere.address().toString())) {
      redirected.context().getComponent("http", HttpComponent.class).setFollowRedirects(true);
      redirected.start();
      assertThatThrownBy(() -> redirected.take(ID))
          .isInstanceOf(CircuitOpenException.class)
          .hasMessageContaining("HTTP 302");
      assertThat(elsewhere.requests()).hasSize(1);
    }
  }

  /** Camel's own pool refuses more than 1,000 delays, and an id would stay unasked for. */
  @Test
  void anyNumberOfIdsMayBeInABackOff() throws Exception {
    host.start();
    DefaultErrorHandlerDefinition handler =
        (DefaultErrorHandlerDefinition)
            host.context().getRouteDefinition("serp-work-task").getErrorHandlerFactory();
    ScheduledExecutorService backOffs = handler.getExecutorServiceBean();
    for (int i = 0; i < 2000; i++) {
      backOffs.schedule(() -> {}, 1, TimeUnit.DAYS); // throws where it is refused
    }
    assertThat(backOffs.isShutdown()).isFalse();
  }

  /** It would keep what a route of ours has to hear of, and the id would count as dealt with. */
  @Test
  void aDeadLetterChannelOfTheHostIsNotForOurRoutes() throws Exception {
    host.context()
        .getCamelContextExtension()
        .setErrorHandlerFactory(new DeadLetterChannelBuilder("direct:serp-dead-letters"));
    host.start();
    assertThat(host.take("00000000-0000-0500-0000-000000000000").path("attempts").intValue())
        .isEqualTo(2);
    host.next("dead-letters");
    api.answerAll(402, 40200);
    assertThatThrownBy(() -> host.take(ID)).isInstanceOf(CircuitOpenException.class);
    assertThat(host.taken("dead-letters")).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "00000000-0000-0000-0000-000000040401, not-found",
    "00000000-0000-0000-0000-000000040403, expired",
    "00000000-0000-0500-0000-000000000000, retries-exhausted",
    "no id, invalid-id"
  })
  void anIdThatIsGivenUpIsAnsweredWithItsReceipt(String id, String reason) throws Exception {
    host.start();
    JsonNode receipt = host.take(id);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("dead-lettered");
    assertThat(receipt.path("reason").textValue()).isEqualTo(reason);
    JsonNode letter = HostUnderTest.json(host.next("dead-letters"));
    assertThat(letter.path("reason").textValue()).isEqualTo(reason);
    boolean isId = !reason.equals("invalid-id");
    assertThat(letter.path(isId ? "task_id" : "input").textValue()).isEqualTo(id);
    if (isId) {
      assertThat(HostUnderTest.json(host.next("receipts"))).isEqualTo(receipt);
    }
    assertThat(host.taken("receipts")).isEmpty();
  }

  @Test
  void eachItemIsAMessageWhereTheHostWantsIt() throws Exception {
    host.close();
    host = new HostUnderTest(api, temp, "serp.endpoints.each", "item").start();
    JsonNode receipt = host.take(ID);
    Set<Integer> positions = new TreeSet<>();
    for (String type : List.of("organic", "paid", "other")) {
      assertThat(host.taken(type)).hasSize(receipt.path(type).intValue());
      for (Message message : host.taken(type)) {
        assertThat(message.getBody()).isInstanceOf(String.class);
        assertThat(message.getHeader("serp.item-count")).isEqualTo("3");
        positions.add(message.getHeader("serp.item-index", Integer.class));
      }
    }
    assertThat(positions).containsExactly(0, 1, 2);
  }

  @Test
  void aParkedIdIsAnsweredAtOnceAndItsReceiptComesLater() throws Exception {
    host.close();
    host = new HostUnderTest(api, temp, "serp.not-ready.delay", "1s").start();
    String id = Ids.failing(0, 1, 40602);
    JsonNode answer = host.take(id);
    assertThat(answer.path("task_id").textValue()).isEqualTo(id);
    assertThat(answer.path("outcome").textValue()).isEqualTo("parked");
    JsonNode receipt = HostUnderTest.json(host.next("receipts"));
    assertThat(receipt.path("task_id").textValue()).isEqualTo(id);
    assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
    assertThat(receipt.path("source").textValue()).isEqualTo("host");
  }

  @Test
  void tagAndSourceOfTheHostStandInTheReceipt() throws Exception {
    host.start();
    Exchange exchange = host.send(ID, Map.of("serp.tag", "order \"7\"", "serp.source", "orders:7"));
    JsonNode receipt = HostUnderTest.json(exchange.getMessage());
    assertThat(receipt.path("tag").textValue()).isEqualTo("order \"7\"");
    assertThat(receipt.path("source").textValue()).isEqualTo("orders:7");
  }

  @Test
  void headersOfTheHostNeitherSteerNorLeakAndOursDoNotStay() throws Exception {
    host.start();
    Map<String, Object> headers =
        Map.of(
            "CamelHttpUri", "http://127.0.0.1:1/elsewhere",
            "CamelHttpPath", "/elsewhere",
            "CamelHttpQuery", "a=b",
            "CamelHttpMethod", "POST",
            "kafka.OVERRIDE_TOPIC", "elsewhere",
            "Authorization", "Basic elsewhere",
            "order", "7");
    Exchange exchange = host.send(ID, headers);
    assertThat(HostUnderTest.json(exchange.getMessage()).path("outcome").textValue())
        .isEqualTo("delivered");
    assertThat(exchange.getMessage().getHeaders()).isEqualTo(headers);
    assertThat(exchange.getVariables()).isEmpty();
    assertThat(host.next("organic").getHeaders()).doesNotContainKeys("order", "Authorization");
    assertThat(host.next("receipts").getHeaders()).containsOnlyKeys("serp.task-id", "Content-Type");
  }

  @Test
  void anOpenCircuitIsToldAtOnceAndTheHostKeepsTheId() throws Exception {
    host.start();
    api.answerAll(402, 40200);
    assertThat(host.send(ID, Map.of()).getException()).isInstanceOf(CircuitOpenException.class);
    long calls = api.calls();
    Exchange next = host.send(Ids.good(2), Map.of("order", "7"));
    assertThat(next.getException())
        .isInstanceOf(CircuitOpenException.class)
        .hasMessageContaining("the account has no money left (HTTP 402");
    assertThat(next.getMessage().getBody()).isEqualTo(Ids.good(2));
    assertThat(next.getMessage().getHeaders()).containsOnlyKeys("order");
    assertThat(api.calls()).isEqualTo(calls);
    assertThat(host.taken("receipts")).isEmpty();
    assertThat(host.taken("dead-letters")).isEmpty();
  }

  /** It is due again, and waits until the circuit closes. */
  @Test
  void anOpenCircuitIsToldAtOnceAlsoOfAnIdThatIsParked() throws Exception {
    host.close();
    host = new HostUnderTest(api, temp, "serp.not-ready.delay", "3s").start();
    String id = Ids.failing(0, 1, 40601);
    assertThat(host.take(id).path("outcome").textValue()).isEqualTo("parked");
    api.answerAll(402, 40200);
    host.send(ID, Map.of());
    BeginTask begun = host.context().getRegistry().findSingleByType(BeginTask.class);
    await().atMost(seconds(20)).until(() -> begun.isInWork(TaskId.parse(id)));
    Exchange again = host.send(id, Map.of("order", "7"));
    assertThat(again.getException()).isInstanceOf(CircuitOpenException.class);
    assertThat(again.getMessage().getBody()).isEqualTo(id);
    assertThat(again.getMessage().getHeaders()).containsOnlyKeys("order");
  }

  @ParameterizedTest
  @ValueSource(strings = {"organic", "receipts"})
  void anEndpointThatFailsOpensTheCircuit(String endpoint) throws Exception {
    host.start();
    host.refuse(endpoint);
    Exchange exchange = host.send(ZERO, Map.of());
    assertThat(exchange.getException())
        .isInstanceOf(CircuitOpenException.class)
        .hasMessageContaining("cannot deliver")
        .hasMessageContaining(endpoint + " is closed");
    assertThat(exchange.getMessage().getBody()).isEqualTo(ZERO);
  }

  /** Guards that the host's routes run apart: their stop or handled error would end ours. */
  @Test
  void whatRoutesOfTheHostDoToTheirExchangeDoesNotReachOurs() throws Exception {
    host.close();
    host =
        new HostUnderTest(
            api,
            temp,
            "serp.endpoints.each",
            "item",
            "serp.endpoints.organic",
            "direct:stops",
            "serp.endpoints.paid",
            "direct:fails-and-handles",
            "serp.endpoints.receipts",
            "direct:stops");
    host.context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                from("direct:stops").removeVariable("*").to("direct:serp-organic").stop();
                from("direct:fails-and-handles")
                    .onException(Exception.class)
                    .handled(true)
                    .end()
                    .to("direct:serp-paid")
                    .throwException(new IllegalStateException("handled by the host"));
              }
            });
    host.start();
    for (int i = 0; i < 2; i++) {
      JsonNode receipt = host.take(ZERO);
      assertThat(receipt.path("outcome").textValue()).isEqualTo("delivered");
      assertThat(host.taken("organic")).hasSize(receipt.path("organic").intValue() + 1);
      assertThat(host.taken("paid")).hasSize(receipt.path("paid").intValue());
      host.taken("organic").clear();
      host.taken("paid").clear();
    }
  }

  /** Guards that a failure our routes handled or tell of does not end or bind the host's route. */
  @Test
  void theHostsRouteGoesOnAfterAnAnswerAndItsOwnErrorHandlerTriesAgain() throws Exception {
    host.context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                onException(CircuitOpenException.class)
                    .maximumRedeliveries(20)
                    .redeliveryDelay(100)
                    .onRedelivery(e -> api.answerAsUsual());
                from("direct:host-ids")
                    .setProperty("order", constant("7"))
                    .to("direct:serp-take-task")
                    .setHeader("went-on", constant(true));
              }
            });
    host.context()
        .getPropertiesComponent()
        .addInitialProperty("serp.circuit.probe-interval", "300ms");
    host.start();
    Exchange givenUp = sendTo("direct:host-ids", Ids.failing(0, 0, 40401));
    assertThat(givenUp.getMessage().getHeader("went-on")).isEqualTo(true);
    api.answerAll(401, 40100);
    Exchange again = sendTo("direct:host-ids", ID);
    assertThat(again.getException()).isNull();
    assertThat(again.getMessage().getHeader("went-on")).isEqualTo(true);
    assertThat(again.getProperty("order")).isEqualTo("7");
    assertThat(HostUnderTest.json(again.getMessage()).path("outcome").textValue())
        .isEqualTo("delivered");
  }

  private Exchange sendTo(String endpoint, String id) throws Exception {
    return host.context()
        .createFluentProducerTemplate()
        .to(endpoint)
        .withBody(id)
        .asyncSend()
        .get(20, TimeUnit.SECONDS);
  }

  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void aHostWithErrorHandlingAndPropertiesOfItsOwnBehavesTheSame(boolean withRoutes)
      throws Exception {
    host.context().getPropertiesComponent().addInitialProperty("host.greeting", "hello");
    host.context().getPropertiesComponent().addInitialProperty("api.login", "host");
    host.context()
        .addRoutes(
            new RouteBuilder() {
              @Override
              public void configure() {
                onException(Exception.class)
                    .maximumRedeliveries(2)
                    .redeliveryDelay(1)
                    .handled(true)
                    .setBody(simple("{{host.greeting}} ${exception.message}"));
                from("direct:host-fails")
                    .throwException(new IllegalStateException("as the host wants"));
                from("direct:host-works").setBody(simple("{{host.greeting}} {{api.login}}"));
              }
            });
    if (withRoutes) {
      host.start();
      host.take(Ids.failing(0, 0, 40401));
    } else {
      host.context().start();
    }
    assertThat(sendTo("direct:host-fails", ID).getMessage().getBody())
        .isEqualTo("hello as the host wants");
    assertThat(sendTo("direct:host-works", ID).getMessage().getBody()).isEqualTo("hello host");
    assertThat(host.context().getRoutes())
        .filteredOn(route -> !route.getId().startsWith("serp-"))
        .hasSize(7)
        .noneMatch(route -> route.getGroup() != null);
  }

  @Test
  void twoAccountsAreTwoContextsAndKeepLimitsCircuitAndParkedIdsApart() throws Exception {
    host.start();
    try (StandIn otherApi = StandIn.start();
        HostUnderTest other =
            new HostUnderTest(
                otherApi,
                temp.resolve("other"),
                "serp.api.max-concurrent",
                "1",
                "serp.api.calls-per-minute",
                "60")) {
      other.start();
      Gate ours = host.context().getRegistry().lookupByNameAndType("serpGate", Gate.class);
      Gate theirs = other.context().getRegistry().lookupByNameAndType("serpGate", Gate.class);
      other.take(Ids.failing(0, 1, 40602));
      assertThat(temp.resolve("other/parked/" + Ids.failing(0, 1, 40602) + ".json")).exists();
      assertThat(temp.resolve("parked/" + Ids.failing(0, 1, 40602) + ".json")).doesNotExist();
      assertThat(ours.callsLeft()).isGreaterThan(1900);
      assertThat(theirs.callsLeft()).isLessThan(60);

      otherApi.answerAll(402, 40200);
      assertThat(other.send(ID, Map.of()).getException()).isInstanceOf(CircuitOpenException.class);
      assertThat(theirs.isOpen()).isTrue();
      assertThat(ours.isOpen()).isFalse();
      assertThat(host.take(ID).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(api.calls()).isPositive();
      assertThat(other.taken("organic")).isEmpty();
    }
  }

  @Test
  void fiveStartsAndStopsLeaveNoThread() throws Exception {
    Set<Thread> before = Thread.getAllStackTraces().keySet();
    for (int i = 0; i < 5; i++) {
      try (HostUnderTest one = new HostUnderTest(api, temp)) {
        one.start();
        assertThat(one.take(Ids.good(i)).path("outcome").textValue()).isEqualTo("delivered");
      }
    }
    await()
        .atMost(seconds(STOP_SECONDS))
        .untilAsserted(() -> assertThat(HostUnderTest.newThreads(before)).isEmpty());
  }

  @Test
  void aStopWhileACallHangsEndsInTime() throws Exception {
    try (StandIn slow = StandIn.start(Map.of("serp.sandbox.latency", "12s"));
        HostUnderTest waiting = new HostUnderTest(slow, temp).start()) {
      var answer =
          waiting
              .context()
              .createFluentProducerTemplate()
              .to("direct:serp-take-task")
              .withBody(ID)
              .asyncSend();
      await().atMost(seconds(10)).until(() -> slow.calls() == 1);
      long started = System.nanoTime();
      waiting.close();
      assertThat(Duration.ofNanos(System.nanoTime() - started)).isLessThan(seconds(STOP_SECONDS));
      assertThat(answer.get(1, TimeUnit.SECONDS).getException()).isNotNull();
    }
  }

  @Test
  void aWayOutWhoseRoutesAreNotLoadedStopsTheStart() throws Exception {
    host.context().getPropertiesComponent().addInitialProperty("serp.to", "files");
    assertThatThrownBy(host::start)
        .hasMessageContaining("serp.to")
        .hasMessageContaining("items-to-files");
  }

  @ParameterizedTest
  @CsvSource({
    "serp.api.max-concurent, 3, serp.api.max-concurent is not a key of serp-routes",
    "serp.circuit.probe-interval, soon, serp.circuit.probe-interval=soon is not a duration",
    "serp.endpoints.each, items, serp.endpoints.each=items is not one of item",
    "serp.from, foulder, serp.from=foulder is not one of",
    "serp.api.password, '', serp.api.password is required",
    "serp.api.base-url, api.example.com, serp.api.base-url=api.example.com is not an address",
  })
  void aKeyThatIsUnknownMalformedOrMissingStopsTheStart(String key, String value, String words) {
    host.context().getPropertiesComponent().addInitialProperty(key, value);
    assertThatThrownBy(host::start).hasStackTraceContaining(words);
  }

  /** Camel gives the files of a folder in no order. */
  @ParameterizedTest
  @ValueSource(booleans = {false, true})
  void theFilesOfTheCoreAreIncludedAsAFolder(boolean reversed) throws Exception {
    Comparator<Resource> order = Comparator.comparing(Resource::getLocation);
    host.start(reversed ? order.reversed() : order);
    assertThat(host.take(ZERO).path("outcome").textValue()).isEqualTo("delivered");
    assertThat(host.next("organic").getBody(List.class)).isNotEmpty();
  }

  @Test
  void itStopsTheLoadingOfRoutesIntoAContextThatHasStarted() throws Exception {
    host.context().getPropertiesComponent().addInitialProperty("serp.api.max-concurent", "3");
    host.context().start();
    assertThatThrownBy(host::start)
        .hasStackTraceContaining("serp.api.max-concurent is not a key of serp-routes");
  }

  @Test
  void anEndpointThatIsNoneStopsTheStart() throws Exception {
    host.context()
        .getPropertiesComponent()
        .addInitialProperty("serp.endpoints.paid", "no-such-component:x");
    assertThatThrownBy(host::start)
        .hasMessageContaining("serp.endpoints.paid")
        .hasRootCauseInstanceOf(IllegalSettingException.class);
  }

  /** It would take no more ids and yet not end. */
  @Test
  void aHostIsNoRunOnce() throws Exception {
    host.close();
    host = new HostUnderTest(api, temp, "serp.once", "true");
    assertThatThrownBy(host::start).hasStackTraceContaining("serp.once=true is for the program");
  }
}
