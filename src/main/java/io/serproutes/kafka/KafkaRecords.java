package io.serproutes.kafka;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.deliver.ResultFiles;
import io.serproutes.fetch.Task;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * Items, receipts, dead letters and parked ids as records: key is the task's id, none where there
 * is none.
 *
 * <p>An item over {@code serp.kafka.max-item-bytes} goes to a file instead and is noted in its
 * task.
 */
public final class KafkaRecords {

  private static final Header JSON = header("content-type", "application/json");

  // longer than any that the API is known to send; a record with its headers fits into a request
  private static final int LONGEST_HEADER = 1024;

  private final long maxItemBytes;
  private final ResultFiles files;

  /** Records of at most {@code serp.kafka.max-item-bytes}. */
  public KafkaRecords(Settings settings) {
    maxItemBytes = settings.get(Keys.MAX_ITEM_BYTES);
    files = new ResultFiles(settings);
  }

  /** What a task's exchange holds: a batch of items, or a document of its own; else null. */
  TopicRecords of(Exchange exchange) {
    Task task = Task.of(exchange);
    Object body = exchange.getMessage().getBody();
    if (task != null && body instanceof ItemBatch batch) {
      return items(task, batch);
    }
    return task != null && body instanceof byte[] json ? record(task, json) : null;
  }

  /**
   * The items of a batch, in order; made when they are asked for, so that they need not all fit.
   */
  TopicRecords items(Task task, ItemBatch batch) {
    task.clearOversized(batch.getType());
    return topic -> new Items(topic, task, batch);
  }

  private final class Items implements Iterator<ProducerRecord<Object, Object>> {

    private final String topic;
    private final Task task;
    private final ItemBatch batch;
    private final Iterator<ItemRecord> items;
    private final List<Header> shared; // made once for all records of the batch
    private String type;
    private Header typeHeader;
    private ProducerRecord<Object, Object> next;

    Items(String topic, Task task, ItemBatch batch) {
      this.topic = topic;
      this.task = task;
      this.batch = batch;
      items = batch.records();
      shared =
          List.of(
              JSON,
              header("serp.task-id", task.getId().value()),
              header("serp.item-count", Integer.toString(batch.getTotal())));
    }

    @Override
    public boolean hasNext() {
      while (next == null && items.hasNext()) {
        ItemRecord item = items.next();
        if (item.length() > maxItemBytes) { // it may be larger than the heap
          task.noteOversized(batch.getType(), item.position());
          files.oversized(task, item);
        } else {
          next = record(topic, task, item.json(), headers(item));
        }
      }
      return next != null;
    }

    private List<Header> headers(ItemRecord item) {
      List<Header> headers = new ArrayList<>(shared.size() + 3);
      headers.addAll(shared);
      if (!item.type().equals(type)) {
        type = item.type();
        typeHeader = header("serp.item-type", upTo(LONGEST_HEADER, type));
      }
      headers.add(typeHeader);
      headers.add(header("serp.item-index", Integer.toString(item.position())));
      if (item.rankAbsolute() != null && item.rankAbsolute().length() <= LONGEST_HEADER) {
        headers.add(header("serp.rank-absolute", item.rankAbsolute()));
      }
      return headers;
    }

    @Override
    public ProducerRecord<Object, Object> next() {
      if (!hasNext()) {
        throw new java.util.NoSuchElementException();
      }
      ProducerRecord<Object, Object> record = next;
      next = null;
      return record;
    }
  }

  /** A receipt, dead letter or parked id. */
  TopicRecords record(Task task, byte[] json) {
    return topic -> List.of(record(topic, task, json, List.of(JSON))).iterator();
  }

  private static ProducerRecord<Object, Object> record(
      String topic, Task task, byte[] json, List<Header> headers) {
    String key = task.isValid() ? task.getId().value() : null;
    return new ProducerRecord<>(topic, null, null, key, json, headers);
  }

  private static String upTo(int most, String text) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
