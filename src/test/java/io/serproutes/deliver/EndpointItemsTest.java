package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.ItemBatch;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class EndpointItemsTest {

  private static final TaskId ID = TestTasks.id(1);
  private static final String ONE = "{\"type\":\"organic\",\"rank_absolute\":4}";
  private static final String TWO = "{\"type\":\"organic\"}";
  private static final String PAID = "{\"type\":\"paid\"}";
  private static final Map<String, Object> HEADERS =
      Map.of(
          "serp.task-id", ID.value(),
          "serp.item-type", "organic",
          "serp.item-count", "3",
          "content-type", "application/json");

  private static Task task(String... items) {
    String result = "[{\"items\":[" + String.join(",", items) + "]}]";
    return TestTasks.answer(TestTasks.fresh(ID), 200, TestTasks.body(ID, 20000, "{}", result));
  }

  /** The messages of the first type's items to an endpoint of this protocol. */
  private static List<Message> messages(
      Task task, String protocol, BiFunction<EndpointItems, Exchange, Iterable<Message>> made)
      throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      new FakeEndpoint(context, "fake:organic", protocol, (exchange, callback) -> true);
      Map<String, String> values = Map.of("serp.endpoints.organic", "fake:organic");
      SendToHost sender = new SendToHost(new Settings(values::get), new Recipients());
      sender.setCamelContext(context);
      Exchange exchange = new DefaultExchange(context);
      exchange.setVariable(Task.VARIABLE, task);
      exchange.setVariable(SendToHost.KIND, "organic");
      List<Message> messages = new ArrayList<>();
      made.apply(new EndpointItems(sender), exchange).forEach(messages::add);
      return messages;
    }
  }

  private static ItemBatch first(Task task) throws Exception {
    return ItemBatch.byType(ID, task.getAnswer(), task.getFound()).get(0);
  }

  private static List<Message> list(Task task, String protocol) throws Exception {
    ItemBatch batch = first(task);
    return messages(task, protocol, (items, exchange) -> items.list(task, batch, exchange));
  }

  private static List<Message> item(Task task) throws Exception {
    ItemBatch batch = first(task);
    return messages(task, "http", (items, exchange) -> items.item(task, batch, exchange));
  }

  @Test
  void theItemsOfATypeAreOneMessage() throws Exception {
    List<Message> messages = list(task(ONE, PAID, TWO), "http");
    assertThat(messages).hasSize(1);
    assertThat(messages.get(0).getHeaders()).isEqualTo(HEADERS);
    assertThat(messages.get(0).getBody(List.class)).hasSize(2);
    assertThat(messages.get(0).getBody(List.class).get(0).toString())
        .startsWith(ONE.substring(0, ONE.length() - 1));
  }

  @Test
  void toATopicEachItemIsAMessage() throws Exception {
    List<Message> messages = list(task(ONE, PAID, TWO), "kafka");
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0).getBody(String.class))
        .startsWith(ONE.substring(0, ONE.length() - 1));
  }

  @Test
  void anItemsMessageSaysWhereTheItemIs() throws Exception {
    List<Message> messages = item(task(PAID.replace("paid", "organic"), PAID, ONE));
    assertThat(messages).hasSize(2);
    assertThat(messages.get(0).getHeaders()).containsAllEntriesOf(HEADERS);
    assertThat(messages.get(0).getHeader("serp.item-index")).isEqualTo("0");
    assertThat(messages.get(0).getHeader("serp.rank-absolute")).isNull();
    assertThat(messages.get(1).getHeader("serp.item-index")).isEqualTo("2");
    assertThat(messages.get(1).getHeader("serp.rank-absolute")).isEqualTo("4");
    assertThat(messages.get(1).getBody(String.class))
        .startsWith(ONE.substring(0, ONE.length() - 1));
  }

  /** A transport that refuses the header would otherwise halt everything for one item. */
  @Test
  void aTypeFromTheApiIsABoundedLine() throws Exception {
    String type = "x\\r\\nevil: 1" + "y".repeat(2000);
    Message message = item(task("{\"type\":\"" + type + "\",\"rank_absolute\":7}")).get(0);
    assertThat(message.getHeader("serp.item-type", String.class))
        .hasSize(1024)
        .startsWith("x__evil: 1y");
    assertThat(message.getHeader("serp.rank-absolute")).isEqualTo("7");
  }

  /** An answer that cannot be read once at a position. */
  private static final class FailingOnce extends Answer {

    private final byte[] bytes;
    private int failsAt;

    FailingOnce(byte[] bytes, int failsAt) {
      this.bytes = bytes;
      this.failsAt = failsAt;
    }

    @Override
    public long length() {
      return bytes.length;
    }

    @Override
    public boolean isSpooled() {
      return false;
    }

    @Override
    protected int read(long from, byte[] into, int offset, int most) throws IOException {
      if (from == failsAt) {
        failsAt = -1;
        throw new IOException("planned by the test");
      }
      int count = (int) Math.min(most, bytes.length - from);
      System.arraycopy(bytes, (int) from, into, offset, count);
      return count;
    }

    @Override
    public void close() {}
  }

  /** Else the items after the one that failed would be lost: the iterator has come to its end. */
  @Test
  void aSplitThatIsTriedAgainHasAllItems() throws Exception {
    Task task = task(ONE, ONE, TWO);
    byte[] body = task.getAnswer().copy(0, (int) task.getAnswer().length());
    FailingOnce answer = new FailingOnce(body, new String(body, UTF_8).indexOf(TWO));
    ItemBatch batch = ItemBatch.byType(ID, answer, task.getFound()).get(0);
    List<Object> sent = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      EndpointItems items = new EndpointItems(new SendToHost(new Settings(k -> null), null));
      RouteBuilder.addRoutes(
          context,
          routes -> {
            routes.onException(IOException.class).maximumRedeliveries(1).redeliveryDelay(0);
            routes
                .from("direct:items")
                .bean(items, "item")
                .split(routes.body())
                .streaming()
                .stopOnException()
                .process(e -> sent.add(e.getMessage().getHeader("serp.item-index")));
          });
      context.start();
      Exchange exchange =
          context
              .createFluentProducerTemplate()
              .to("direct:items")
              .withVariable(Task.VARIABLE, task)
              .withBody(batch)
              .send();
      assertThat(exchange.getException()).isNull();
    }
    assertThat(sent).containsExactly("0", "0", "1", "2");
  }
}
