package io.serproutes.kafka;

import io.serproutes.Settings;
import io.serproutes.deliver.OutletRefusedException;
import io.serproutes.deliver.ResultFiles;
import io.serproutes.fetch.AwaitTurn;
import io.serproutes.fetch.Task;
import io.serproutes.items.ItemLot;
import io.serproutes.items.ItemRecord;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.ExchangeException;
import org.apache.camel.Message;
import org.apache.camel.Variable;
import org.apache.camel.support.DefaultMessage;

/**
 * Items, receipts, dead letters and parked ids as records: key is the task's id, none where there
 * is none.
 *
 * <p>An item over {@code serp.kafka.max-item-bytes} goes to a file instead and is noted in its
 * task.
 */
public final class KafkaRecords implements CamelContextAware {

  // headers that all records share are made once; Camel sends bytes as they are
  private static final byte[] JSON = utf8("application/json");

  private final long maxItemBytes;
  private final ResultFiles files;
  private CamelContext context;

  /** Records of at most {@code serp.kafka.max-item-bytes}. */
  public KafkaRecords(Settings settings) {
    maxItemBytes = settings.size("serp.kafka.max-item-bytes");
    files = new ResultFiles(settings);
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  /** The items of a lot, in order; made when they are asked for, so that they need not all fit. */
  public Iterator<Message> items(@Variable(AwaitTurn.TASK) Task task, @Body ItemLot lot) {
    task.clearOversized(lot.getType());
    return new Iterator<>() {
      private final Iterator<ItemRecord> records = lot.records();
      private final byte[] id = utf8(task.getId().value());
      private final byte[] count = utf8(Integer.toString(lot.getTotal()));
      private Message next;

      @Override
      public boolean hasNext() {
        while (next == null && records.hasNext()) {
          next = item(task, lot, records.next(), id, count);
        }
        return next != null;
      }

      @Override
      public Message next() {
        if (!hasNext()) {
          throw new java.util.NoSuchElementException();
        }
        Message message = next;
        next = null;
        return message;
      }
    };
  }

  private Message item(Task task, ItemLot lot, ItemRecord item, byte[] id, byte[] count) {
    if (item.json().length > maxItemBytes) {
      task.noteOversized(lot.getType(), item.position());
      files.oversized(task, item.position(), item.json());
      return null;
    }
    Message message = message(task, item.json());
    Map<String, Object> headers = message.getHeaders();
    headers.put("serp.task-id", id);
    headers.put("serp.item-type", item.type());
    headers.put("serp.item-index", Integer.toString(item.position()));
    headers.put("serp.item-count", count);
    if (item.rankAbsolute() != null) {
      headers.put("serp.rank-absolute", item.rankAbsolute());
    }
    return message;
  }

  private static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Whether an item of the task was too large for a record. */
  public boolean hasOversized(@Variable(AwaitTurn.TASK) Task task) {
    return task.getOversized() > 0;
  }

  /** A receipt, dead letter or parked id. */
  public List<Message> record(@Variable(AwaitTurn.TASK) Task task, @Body byte[] json) {
    return List.of(message(task, json));
  }

  private Message message(Task task, byte[] json) {
    Message message = new RecordMessage(context);
    message.setBody(json);
    if (task.isValid()) {
      message.setHeader(KafkaNames.KEY, task.getId().value());
    }
    message.setHeader("content-type", JSON);
    return message;
  }

  /** Says that Kafka, or the disk an item too large for it, does not take what it was given. */
  public void refused(@ExchangeException Exception failure) throws OutletRefusedException {
    Throwable cause = failure;
    while (cause.getCause() != null && cause instanceof java.util.concurrent.ExecutionException) {
      cause = cause.getCause();
    }
    if (cause instanceof OutletRefusedException refused) {
      throw refused;
    }
    if (cause instanceof UncheckedIOException disk) {
      throw new OutletRefusedException(disk.getCause().getMessage(), failure);
    }
    String words = cause.getMessage() == null ? cause.toString() : cause.getMessage();
    throw new OutletRefusedException("Kafka: " + words, failure);
  }

  /** A message whose header names are ours, so that their case need not be looked at. */
  private static final class RecordMessage extends DefaultMessage {

    RecordMessage(CamelContext context) {
      super(context);
    }

    @Override
    protected Map<String, Object> createHeaders() {
      return new HashMap<>();
    }
  }
}
