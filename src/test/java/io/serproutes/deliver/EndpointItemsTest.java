package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.function.BiFunction;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
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
      Task task, String protocol, BiFunction<EndpointItems, Exchange, Iterator<Message>> made)
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
      made.apply(new EndpointItems(sender), exchange).forEachRemaining(messages::add);
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
}
