package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.fetch.ItemsRejectedException;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.AsyncProducer;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Producer;
import org.apache.camel.builder.DeadLetterChannelBuilder;
import org.apache.camel.builder.LambdaRouteBuilder;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.builder.RouteConfigurationBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.model.RouteDefinition;
import org.apache.camel.model.errorhandler.RefErrorHandlerDefinition;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class OutputComponentTest {

  private static final String OWN = "direct:serp-items-to-own";
  private static final String PASSWORD = "swordfish/7";

  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();

  private final List<Message> taken = new ArrayList<>();
  private final List<Object> letters = new ArrayList<>();
  private boolean refuses;
  private Producer producer;

  @BeforeEach
  void add() throws Exception {
    OutputComponent component = new OutputComponent();
    component.setSecrets(new Secrets(new Settings(Map.of("serp.api.password", PASSWORD)::get)));
    component.setCamelContext(context);
    component.setCamelContext(context); // as Camel may
    context.addComponent("serp-output", component);
    RouteBuilder.addRoutes(
        context,
        routes -> {
          routes.errorHandler(routes.noErrorHandler());
          routes.from("direct:letters").process(e -> letters.add(e.getMessage().getBody()));
        });
  }

  private void take(Exchange exchange) {
    if (refuses) {
      throw new IllegalStateException("no room\nfor " + PASSWORD);
    }
    taken.add(exchange.getMessage());
  }

  private void start(LambdaRouteBuilder routes) throws Exception {
    RouteBuilder.addRoutes(context, routes);
    start();
  }

  private void start() throws Exception {
    context.start();
    producer = context.getEndpoint("serp-output:own").createProducer();
    producer.start();
  }

  /** An output's route as a person writes it. */
  private LambdaRouteBuilder plain() {
    return routes -> routes.from(OWN).process(e -> take(e));
  }

  private static Task task(long number) {
    TaskId id = TestTasks.id(number);
    String result = "[{\"items\":[{\"type\":\"paid\"},{\"type\":\"paid\"},{\"type\":\"x\"}]}]";
    return TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", result));
  }

  private Exchange exchange(Task task) throws Exception {
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable(Task.VARIABLE, task);
    exchange
        .getMessage()
        .setBody(ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound()).get(0));
    return exchange;
  }

  private Exception send(Task task) throws Exception {
    Exchange exchange = exchange(task);
    producer.process(exchange);
    return exchange.getException();
  }

  private Exception sendRefused(Task task) throws Exception {
    refuses = true;
    try {
      return send(task);
    } finally {
      refuses = false;
    }
  }

  @Test
  void itemsGoToTheRouteOfTheName() throws Exception {
    start(plain());
    assertThat(send(task(1))).isNull();
    assertThat(taken).hasSize(1);
    assertThat(taken.get(0).getHeaders())
        .isEqualTo(
            Map.of(
                "serp.task-id", TestTasks.id(1).value(),
                "serp.item-type", "paid",
                "serp.item-count", "3",
                "content-type", "application/json"));
    assertThat(taken.get(0).getBody(Iterable.class)).hasSize(2);
  }

  @Test
  void whatTheRouteThrowsMeansThatItIsUnavailable() throws Exception {
    start(plain());
    Exception refused = sendRefused(task(1));
    assertThat(refused)
        .isInstanceOf(OutputUnavailableException.class)
        .hasNoCause(); // Camel would choose the policy by it
    OutputUnavailableException unavailable = (OutputUnavailableException) refused;
    assertThat(unavailable.why()).isEqualTo("own: no room for ***");
    assertThat(unavailable.cure()).isEqualTo("Repair what items-to-own.camel.yaml sends to");
  }

  /** The route may wait: its caller is told once the items have arrived, and only then. */
  @Test
  void aRouteThatWorksOnHoldsNoThread() throws Exception {
    List<AsyncCallback> later = new ArrayList<>();
    new FakeEndpoint(context, "fake:later", "http", (e, callback) -> !later.add(callback));
    start(routes -> routes.from(OWN).to("fake:later"));
    List<Boolean> done = new ArrayList<>();
    assertThat(((AsyncProducer) producer).process(exchange(task(1)), done::add)).isFalse();
    assertThat(done).isEmpty();
    later.get(0).done(false);
    assertThat(done).containsExactly(false);
  }

  @Test
  void aRouteThatIsDoneAtOnceIsDoneInPlace() throws Exception {
    start(plain());
    List<Boolean> done = new ArrayList<>();
    assertThat(((AsyncProducer) producer).process(exchange(task(1)), done::add)).isTrue();
    assertThat(done).containsExactly(true);
  }

  @Test
  void anIdThatIsRefusedThreeTimesWhileOthersPassIsRejected() throws Exception {
    start(plain());
    Task task = task(1);
    for (int i = 0; i < 2; i++) {
      assertThat(sendRefused(task)).isInstanceOf(OutputUnavailableException.class);
      assertThat(send(task(2 + i))).isNull();
    }
    assertThat(sendRefused(task))
        .isInstanceOf(ItemsRejectedException.class)
        .hasMessage("own: no room for ***")
        .hasNoCause();
    assertThat(sendRefused(task(9))).isInstanceOf(OutputUnavailableException.class);
  }

  @Test
  void whileNobodyPassesNobodyIsRejected() throws Exception {
    start(plain());
    Task task = task(1);
    assertThat(send(task(2))).isNull();
    for (int i = 0; i < 5; i++) {
      assertThat(sendRefused(task)).isInstanceOf(OutputUnavailableException.class);
    }
  }

  @Test
  void itsOwnPassesDoNotCountAgainstAnId() throws Exception {
    start(plain());
    Task task = task(1);
    for (int i = 0; i < 4; i++) {
      assertThat(sendRefused(task)).isInstanceOf(OutputUnavailableException.class);
      assertThat(send(task)).isNull();
    }
  }

  @Test
  void itHasNothingToGive() {
    assertThatExceptionOfType(UnsupportedOperationException.class)
        .isThrownBy(() -> context.getEndpoint("serp-output:own").createConsumer(null))
        .withMessageContaining("serp-output");
  }

  /** A host may keep the failures of its routes: the output would take what it has lost. */
  @Test
  void aHostsDefaultErrorHandlerKeepsNothingFromUs() throws Exception {
    context
        .getCamelContextExtension()
        .setErrorHandlerFactory(new DeadLetterChannelBuilder("direct:letters"));
    RouteBuilder.addRoutes(context, routes -> routes.from("direct:other").process(e -> take(e)));
    start(plain());
    assertThat(sendRefused(task(1))).isInstanceOf(OutputUnavailableException.class);
    assertThat(letters).isEmpty();
    refuses = true;
    context.createProducerTemplate().sendBody("direct:other", "of the host");
    assertThat(letters).as("its own routes have its own").containsExactly("of the host");
  }

  @Test
  void aRouteThatIsAddedAsADefinitionIsOneLikeAnyOther() throws Exception {
    context
        .getCamelContextExtension()
        .setErrorHandlerFactory(new DeadLetterChannelBuilder("direct:letters"));
    RouteDefinition route = new RouteDefinition(OWN);
    route.process(e -> take(e));
    context.addRouteDefinition(route);
    start();
    assertThat(sendRefused(task(1))).isInstanceOf(OutputUnavailableException.class);
    assertThat(letters).isEmpty();
  }

  /** The circuit says it in a line. */
  @Test
  void aFailureIsNotLoggedWithItsTrace() throws Exception {
    start(plain());
    try (LogLines log =
        LogLines.of("org.apache.camel.processor.errorhandler.DefaultErrorHandler")) {
      sendRefused(task(1));
      assertThat(log.lines()).isEmpty();
    }
  }

  @Test
  void anErrorHandlerThatARouteNamesIsItsOwn() throws Exception {
    start(
        routes -> {
          routes.errorHandler(routes.deadLetterChannel("direct:letters"));
          routes.from(OWN).process(e -> take(e));
        });
    assertThat(sendRefused(task(1))).isNull();
    assertThat(letters).hasSize(1);
  }

  @Test
  void anErrorHandlerOfTheRegistryIsItsOwn() throws Exception {
    context.getRegistry().bind("theirs", new DeadLetterChannelBuilder("direct:letters"));
    start(
        routes -> {
          routes.errorHandler(new RefErrorHandlerDefinition("theirs"));
          routes.from(OWN).process(e -> take(e));
        });
    assertThat(sendRefused(task(1))).isNull();
    assertThat(letters).hasSize(1);
  }

  @Test
  void aRouteConfigurationThatARouteNamesIsItsOwn() throws Exception {
    context.addRoutes(
        new RouteConfigurationBuilder() {
          @Override
          public void configuration() {
            routeConfiguration("theirs")
                .errorHandler(new DeadLetterChannelBuilder("direct:letters"));
          }
        });
    start(routes -> routes.from(OWN).routeConfigurationId("theirs").process(e -> take(e)));
    assertThat(sendRefused(task(1))).isNull();
    assertThat(letters).hasSize(1);
  }
}
