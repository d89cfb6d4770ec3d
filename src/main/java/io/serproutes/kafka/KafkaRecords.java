package io.serproutes.kafka;

import io.serproutes.Keys;
import io.serproutes.LookAhead;
import io.serproutes.Settings;
import io.serproutes.deliver.ResultFiles;
import io.serproutes.fetch.Task;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemRecord;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.TypeConversionException;
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
  private static final List<Header> ONLY_JSON = List.of(JSON);

  // longer than any that the API is known to send; a record with its headers fits into a request
  private static final int LONGEST_HEADER = 1024;

  private final long maxItemBytes;
  private final ResultFiles files;

  /** Records of at most {@code serp.kafka.max-item-bytes}. */
  public KafkaRecords(Settings settings) {
    maxItemBytes = settings.get(Keys.MAX_ITEM_BYTES);
    files = new ResultFiles(settings);
  }

  /**
   * The records of an exchange, in order, to be iterated as often as wanted while its task is in
   * work: those of a batch of items or of a list of ids, or one of any other body, which Camel must
   * be able to convert to bytes. Records of items are made one by one when they are asked for, so
   * that they need not all fit into memory.
   *
   * @throws IllegalArgumentException where the body cannot be sent
   * @throws java.io.UncheckedIOException from the iterator, where the disk of an answer fails
   */
  Iterable<ProducerRecord<String, byte[]>> of(String topic, Exchange exchange) {
    Task task = Task.of(exchange);
    Object body = exchange.getMessage().getBody();
    if (task != null && body instanceof ItemBatch batch) {
      return () -> items(topic, task, batch);
    }
    if (task == null && body instanceof List<?> ids) {
      return () -> ids.stream().map(id -> ofId(topic, (TaskId) id)).iterator();
    }
    return List.of(record(topic, task, bytes(exchange, topic), with(task, ONLY_JSON)));
  }

  private static byte[] bytes(Exchange exchange, String topic) {
    Object body = exchange.getMessage().getBody();
    String type = body == null ? "an empty body" : "a body of the type " + body.getClass();
    String why = type + " cannot be sent to the topic " + topic;
    try {
      byte[] bytes = exchange.getMessage().getBody(byte[].class);
      if (bytes == null) {
        throw new IllegalArgumentException(why);
      }
      return bytes;
    } catch (TypeConversionException e) { // such as a stream that breaks off
      throw new IllegalArgumentException(why, e);
    }
  }

  /**
   * The records of a task's exchange as in {@link #of}. Items that are too large are noted, and
   * their files written, by this call.
   */
  Iterable<ProducerRecord<String, byte[]>> staged(String topic, Exchange exchange) {
    if (!(exchange.getMessage().getBody() instanceof ItemBatch batch)) {
      return of(topic, exchange);
    }
    Task task = Task.of(exchange);
    task.clearOversized(batch.getType());
    if (!batch.isEachBelow(maxItemBytes)) {
      batch.records().forEachRemaining(item -> keepIfOversized(task, batch, item));
    }
    return () -> new Items(topic, task, batch, false);
  }

  private boolean keepIfOversized(Task task, ItemBatch batch, ItemRecord item) {
    if (item.length() <= maxItemBytes) {
      return false;
    }
    task.noteOversized(batch.getType(), item.position());
    files.oversized(task, item); // it may be larger than the heap
    return true;
  }

  private static ProducerRecord<String, byte[]> ofId(String topic, TaskId id) {
    return new ProducerRecord<>(topic, id.value(), id.value().getBytes(StandardCharsets.US_ASCII));
  }

  /** The records of a batch of items. */
  Iterator<ProducerRecord<String, byte[]>> items(String topic, Task task, ItemBatch batch) {
    task.clearOversized(batch.getType());
    return new Items(topic, task, batch, true);
  }

  private final class Items extends LookAhead<ProducerRecord<String, byte[]>> {

    private final String topic;
    private final Task task;
    private final ItemBatch batch;
    private final boolean keepsOversized;
    private final Iterator<ItemRecord> items;
    private final List<Header> shared; // made once for all records of the batch
    private String type;
    private Header typeHeader;

    Items(String topic, Task task, ItemBatch batch, boolean keepsOversized) {
      this.keepsOversized = keepsOversized;
      this.topic = topic;
      this.task = task;
      this.batch = batch;
      items = batch.records();
      shared =
          with(
              task,
              List.of(
                  JSON,
                  header("serp.task-id", task.getId().value()),
                  header("serp.item-count", Integer.toString(batch.getTotal()))));
    }

    @Override
    protected ProducerRecord<String, byte[]> fetch() {
      while (items.hasNext()) {
        ItemRecord item = items.next();
        boolean isOversized =
            keepsOversized ? keepIfOversized(task, batch, item) : item.length() > maxItemBytes;
        if (!isOversized) {
          return record(topic, task, item.json(), headers(item));
        }
      }
      return null;
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
  }

  /** These headers, and those that the task's id passes on. */
  private static List<Header> with(Task task, List<Header> ours) {
    Map<String, byte[]> passed = task == null ? Map.of() : task.getDelivery().headers();
    if (passed.isEmpty()) {
      return ours;
    }
    List<Header> headers = new ArrayList<>(ours);
    passed.forEach((name, value) -> headers.add(new RecordHeader(name, value)));
    return headers;
  }

  private static ProducerRecord<String, byte[]> record(
      String topic, Task task, byte[] value, List<Header> headers) {
    String key = task != null && task.isValid() ? task.getId().value() : null;
    return new ProducerRecord<>(topic, null, null, key, value, headers);
  }

  private static String upTo(int most, String text) {
    return text.length() <= most ? text : text.substring(0, most);
  }

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(StandardCharsets.UTF_8));
  }
}
