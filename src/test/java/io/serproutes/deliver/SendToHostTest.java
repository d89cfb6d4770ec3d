package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.items.ItemBatch;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class SendToHostTest {

  private static final String ID = TestTasks.id(1).value();

  /** A sink of a host. */
  private record Sink(String getName, String uri, List<String> accepted) implements Recipient {

    @Override
    public String endpoint(String kind) {
      return uri;
    }

    @Override
    public void accept(String kind, Message message) {
      if (accepted == null) {
        throw new IllegalStateException("closed");
      }
      accepted.add(kind + " " + message.getBody());
    }
  }

  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();

  private final Map<String, String> values = new HashMap<>();
  private final Recipients recipients = new Recipients();
  private final List<Message> taken = new ArrayList<>();
  private final List<Boolean> done = new ArrayList<>();
  private SendToHost sender;

  private void start() throws Exception {
    for (String kind : List.of("organic", "paid", "other", "receipts", "dead-letters")) {
      values.putIfAbsent("serp.endpoints." + kind, "direct:" + kind);
    }
    sender = new SendToHost(new Settings(values::get), recipients);
    sender.setCamelContext(context);
    sender.setCamelContext(context); // as Camel may
    sender.start();
    context.start();
  }

  private FakeEndpoint endpoint(String uri, String protocol) throws Exception {
    return new FakeEndpoint(context, uri, protocol, this::take);
  }

  private boolean take(Exchange exchange, AsyncCallback callback) {
    taken.add(exchange.getMessage());
    callback.done(true);
    return true;
  }

  private Exchange exchange(Task task, String kind) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable(Task.VARIABLE, task);
    exchange.setVariable(SendToHost.KIND, kind);
    exchange.getMessage().setBody("the body");
    exchange.getMessage().setHeader("serp.task-id", ID);
    exchange.getMessage().setHeader("Content-Type", "application/json");
    exchange.getMessage().setHeader("CamelHttpUri", "of the call");
    return exchange;
  }

  private Exchange sent(Task task, String kind) {
    Exchange exchange = exchange(task, kind);
    assertThat(sender.process(exchange, done::add)).isTrue();
    assertThat(done).containsExactly(true);
    done.clear();
    return exchange;
  }

  private Task fresh() {
    return TestTasks.fresh(TestTasks.id(1));
  }

  private Task with(Recipient recipient) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable(Recipient.VARIABLE, recipient);
    exchange.getMessage().setBody(ID);
    new BeginTask().process(exchange, doneSync -> {});
    return Task.of(exchange);
  }

  private static Task parkedFor(String name) {
    Delivery.History history = new Delivery.History(Instant.EPOCH, 1, 1, null, name);
    return TestTasks.of(new Delivery(ID, Source.named("test"), history, ended -> {}));
  }

  private static Task passingOn(byte[] value) {
    Delivery delivery = Delivery.fresh(ID, Source.named("kafka:ids-0@1"), ended -> {});
    return TestTasks.of(delivery.with(Map.of("traceparent", value)));
  }

  private static OutputUnavailableException failure(Exchange exchange) {
    return (OutputUnavailableException) exchange.getException();
  }

  @Test
  void aMessageGoesToTheEndpointOfItsKindWithOurHeadersAlone() throws Exception {
    endpoint("fake:paid", "http");
    values.put("serp.endpoints.paid", "fake:paid");
    start();
    assertThat(sent(passingOn("a\r\nb".getBytes(UTF_8)), "paid").getException()).isNull();
    assertThat(taken).singleElement();
    assertThat(taken.get(0).getBody()).isEqualTo("the body");
    assertThat(taken.get(0).getHeaders())
        .isEqualTo(
            Map.of("serp.task-id", ID, "Content-Type", "application/json", "traceparent", "a__b"));
  }

  @Test
  void aTopicGetsTheIdAsKeyAndPassedHeadersAsTheyWere() throws Exception {
    endpoint("fake:topic", "kafka");
    values.put("serp.endpoints.receipts", "fake:topic");
    start();
    byte[] bytes = {(byte) 0xff, 0};
    assertThat(sent(passingOn(bytes), "receipts").getException()).isNull();
    assertThat(taken.get(0).getHeaders())
        .containsEntry("kafka.KEY", ID)
        .containsEntry("CamelKafkaKey", ID)
        .containsEntry("traceparent", bytes);
  }

  @Test
  void anEndpointThatFailsIsUnavailable() throws Exception {
    values.put("serp.api.password", "p4ssword");
    RouteBuilder.addRoutes(
        context,
        routes -> {
          routes.errorHandler(routes.noErrorHandler());
          routes
              .from("direct:organic")
              .process(
                  e -> {
                    throw new IllegalStateException("no\nroom for p4ssword");
                  });
        });
    start();
    OutputUnavailableException failure = failure(sent(fresh(), "organic"));
    assertThat(failure.why()).isEqualTo("the endpoint of organic failed: no room for ***");
    assertThat(failure.cure()).isEqualTo("Repair the endpoint");
    assertThat(failure).hasNoCause(); // Camel would choose the policy by it
  }

  @Test
  void aReceiverThatWorksOnHoldsNoThread() throws Exception {
    List<AsyncCallback> later = new ArrayList<>();
    new FakeEndpoint(context, "fake:later", "http", (e, callback) -> !later.add(callback));
    values.put("serp.endpoints.organic", "fake:later");
    start();
    assertThat(sender.process(exchange(fresh(), "organic"), done::add)).isFalse();
    assertThat(done).isEmpty();
    later.get(0).done(false);
    assertThat(done).containsExactly(false);
  }

  @Test
  void aRecipientAcceptsWhatItHasNoEndpointFor() throws Exception {
    start();
    Sink sink = new Sink("shop", null, new ArrayList<>());
    assertThat(sent(with(sink), "paid").getException()).isNull();
    recipients.add(sink);
    assertThat(sent(parkedFor("shop"), "receipts").getException()).isNull();
    assertThat(sink.accepted).containsExactly("paid the body", "receipts the body");
  }

  @Test
  void theEndpointOfARecipientIsInPlaceOfTheContexts() throws Exception {
    endpoint("fake:own", "http");
    start();
    assertThat(sent(with(new Sink("shop", "fake:own", null)), "paid").getException()).isNull();
    assertThat(taken).hasSize(1);
  }

  @Test
  void aRecipientThatThrowsIsUnavailable() throws Exception {
    start();
    OutputUnavailableException failure = failure(sent(with(new Sink("a", null, null)), "paid"));
    assertThat(failure.why()).isEqualTo("the endpoint of paid failed: closed");
  }

  /** The results of an id whose sink is gone go to the context's endpoints, if it has them. */
  @Test
  void aSinkThatIsGoneIsNamedWhereNothingElseWorks() throws Exception {
    new FakeEndpoint(
        context,
        "fake:closed",
        "http",
        (exchange, callback) -> {
          throw new IllegalStateException("closed");
        });
    values.put("serp.endpoints.paid", "fake:closed");
    start();
    recipients.add(new Sink("here", "fake:closed", null));
    assertThat(failure(sent(parkedFor("shop"), "paid")).why())
        .isEqualTo("the endpoint of paid failed: no sink has the name shop, and closed");
    assertThat(failure(sent(parkedFor("here"), "paid")).why())
        .isEqualTo("the endpoint of paid failed: closed");
    assertThat(failure(sent(fresh(), "paid")).why())
        .isEqualTo("the endpoint of paid failed: closed");
  }

  @Test
  void anEndpointThatIsNoneIsToldAtTheStart() {
    values.put("serp.endpoints.other", "nonsense:x");
    assertThatThrownBy(this::start)
        .hasMessageContaining("serp.endpoints.other: ")
        .hasMessageContaining("nonsense");
  }

  private Iterator<Message> list(String kind) throws Exception {
    String result = "[{\"items\":[{\"type\":\"paid\",\"rank_absolute\":4},{\"type\":\"paid\"}]}]";
    Task task =
        TestTasks.answer(fresh(), 200, TestTasks.body(TestTasks.id(1), 20000, "{}", result));
    ItemBatch batch = ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound()).get(0);
    return new EndpointItems(sender).list(task, batch, exchange(task, kind)).iterator();
  }

  @Test
  void itemsGoAsOneListUnlessTheyGoToATopic() throws Exception {
    endpoint("fake:topic", "kafka");
    endpoint("fake:web", "http");
    values.put("serp.endpoints.organic", "fake:topic");
    values.put("serp.endpoints.paid", "fake:web");
    start();
    Message all = list("paid").next();
    assertThat((List<?>) all.getBody()).hasSize(2);
    assertThat(all.getHeaders())
        .isEqualTo(
            Map.of(
                "serp.task-id", ID,
                "serp.item-type", "paid",
                "serp.item-count", "2",
                "content-type", "application/json"));
    List<Message> each = new ArrayList<>();
    list("organic").forEachRemaining(each::add);
    assertThat(each)
        .extracting(message -> message.getHeader("serp.item-index"))
        .containsExactly("0", "1");
    assertThat(each)
        .extracting(message -> message.getHeader("serp.rank-absolute"))
        .containsExactly("4", null);
    assertThat(each.get(1).getBody(String.class)).contains("\"type\":\"paid\"");
  }

  /** A host may watch what goes to its topics. */
  @Test
  void aTopicThatIsInterceptedIsStillOne() throws Exception {
    endpoint("fake:topic", "kafka");
    RouteBuilder.addRoutes(
        context,
        routes -> {
          routes.interceptSendToEndpoint("fake:*").log("audit");
          routes.from("direct:x").to("mock:x");
        });
    endpoint("fake:web", "http");
    values.put("serp.endpoints.organic", "fake:topic");
    values.put("serp.endpoints.paid", "fake:web");
    start();
    assertThat(sender.getCamelContext()).isSameAs(context);
    assertThat(sender.isForTopic(exchange(fresh(), "organic"))).isTrue();
    assertThat(sender.isForTopic(exchange(fresh(), "paid"))).isFalse();
    assertThat(sender.isForTopic(exchange(with(new Sink("a", null, null)), "organic"))).isFalse();
  }
}
