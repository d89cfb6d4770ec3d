package io.serproutes.deliver;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.LookAhead;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Source;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemList;
import io.serproutes.items.ItemRecord;
import java.util.Iterator;
import java.util.List;
import org.apache.camel.Body;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.support.DefaultMessage;

/**
 * Makes messages of items for {@code serp.endpoints.*}. All headers are text, which every transport
 * carries unchanged.
 */
public final class EndpointItems {

  private static final int LONGEST_HEADER = 1024; // bytes, as in Kafka

  private final SendToHost sender;

  /** Makes messages that {@code sender} sends. */
  public EndpointItems(SendToHost sender) {
    this.sender = sender;
  }

  /**
   * Returns one message whose body is the list of a type's items, each a JSON text, in order. Camel
   * converts it to one JSON array.
   *
   * <p>Headers: {@code serp.task-id}, {@code serp.item-type}, {@code serp.item-count} (of all
   * types) and {@code content-type}.
   *
   * <p>Where the endpoint is a Kafka topic this does as {@link #item}: Camel would make records of
   * a list that have no key and no headers of their own.
   */
  public Iterable<Message> list(
      @Variable(Task.VARIABLE) Task task, @Body ItemBatch batch, Exchange exchange) {
    if (sender.isForTopic(exchange)) {
      return item(task, batch, exchange);
    }
    return List.of(message(exchange, task, batch, new ItemList(batch)));
  }

  /**
   * Returns a message for each item of a type, its body a JSON text, in order. They are made as
   * they are iterated, each time anew: a split that is tried again has all of them.
   *
   * <p>Headers as for {@link #list}, with the item's own type, and {@code serp.item-index}
   * (0-based, over all items of the task) and {@code serp.rank-absolute} where the item has it.
   */
  public Iterable<Message> item(
      @Variable(Task.VARIABLE) Task task, @Body ItemBatch batch, Exchange exchange) {
    return () -> messages(task, batch, exchange);
  }

  private static Iterator<Message> messages(Task task, ItemBatch batch, Exchange exchange) {
    Iterator<ItemRecord> records = batch.records();
    return new LookAhead<>() {
      @Override
      protected Message fetch() {
        if (!records.hasNext()) {
          return null;
        }
        ItemRecord item = records.next();
        Message message = message(exchange, task, batch, new String(item.json(), UTF_8));
        message.setHeader("serp.item-type", header(item.type()));
        message.setHeader("serp.item-index", String.valueOf(item.position()));
        if (item.rankAbsolute() != null) {
          message.setHeader("serp.rank-absolute", header(item.rankAbsolute()));
        }
        return message;
      }
    };
  }

  // the API's texts: what a transport refuses as a header would halt everything for one item
  private static String header(String text) {
    return Source.cut(Source.printable(text), LONGEST_HEADER);
  }

  private static Message message(Exchange exchange, Task task, ItemBatch batch, Object body) {
    Message message = new DefaultMessage(exchange.getContext());
    message.setBody(body);
    Sender.describe(message, task, batch);
    return message;
  }
}
