package io.serproutes.kafka;

import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.deliver.ParkedRecord;
import io.serproutes.fetch.AwaitTurn;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.History;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.Variable;
import org.apache.kafka.common.TopicPartition;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ids whose task is not ready, as records of a topic.
 *
 * <p>A record is read when it is written and waits here until it is due: 28 bytes of heap, its
 * value in a temporary file. Its offset is committed when the id has ended or has been parked anew,
 * so after a restart or a rebalance whoever has the partition reads it again.
 */
public final class ParkedTopic implements ParkedIds {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-kafka");
  private static final long SENT_PATIENCE = TimeUnit.SECONDS.toNanos(30);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Offsets offsets;
  private final Intake intake;
  private final WaitingRecords waiting = new WaitingRecords();
  private final Map<String, Long> sent = new HashMap<>();
  private final String topic;

  /** Parked ids whose progress is kept in {@code offsets}. */
  public ParkedTopic(Settings settings, Offsets offsets, Intake intake) {
    this.topic = settings.required("serp.kafka.topics.parked");
    this.offsets = offsets;
    this.intake = intake;
  }

  /** Notes that the record of a task is about to be sent; it counts until it has been read. */
  public void sending(@Variable(AwaitTurn.TASK) Task task) {
    synchronized (sent) {
      sent.put(task.getId().value(), System.nanoTime());
    }
  }

  /** Notes a record that was read; it waits until it is due. */
  public void note(Exchange exchange) throws IOException {
    byte[] value = exchange.getMessage().getBody(byte[].class);
    TopicPartition partition = TopicIds.partition(exchange);
    long offset = exchange.getMessage().getHeader(KafkaNames.OFFSET, Long.class);
    PartitionProgress progress = offsets.find(partition);
    ParkedRecord record = parse(value);
    if (record != null) {
      synchronized (sent) {
        sent.remove(record.taskId());
      }
    }
    if (record == null) {
      LOG.warn("record {} of {} is no parked id and is passed over", offset, partition);
      progress.rest();
      progress.wake();
      progress.settle(offset, true);
    } else {
      long due = Instant.parse(record.dueAt()).getEpochSecond();
      waiting.add(due, progress, offset, value);
      progress.rest();
    }
  }

  private static ParkedRecord parse(byte[] value) {
    try {
      ParkedRecord record = value == null ? null : JSON.readValue(value, ParkedRecord.class);
      if (record == null || record.source() == null || TaskId.parse(record.taskId()) == null) {
        return null;
      }
      Instant.parse(record.dueAt());
      Instant.parse(record.firstAskedAt());
      return record;
    } catch (IOException | DateTimeException | NullPointerException e) {
      return null;
    }
  }

  /** The parked ids that are due now, each once there is room for it. */
  public Iterator<Delivery> due() {
    return new Iterator<>() {
      private Delivery next;

      @Override
      public boolean hasNext() {
        if (next == null) {
          next = nextDue();
        }
        return next != null;
      }

      @Override
      public Delivery next() {
        if (!hasNext()) {
          throw new NoSuchElementException();
        }
        Delivery delivery = next;
        next = null;
        return delivery;
      }
    };
  }

  private Delivery nextDue() {
    try {
      WaitingRecords.Due due = waiting.poll(Instant.now().getEpochSecond());
      return due == null ? null : delivery(due);
    } catch (IOException e) {
      LOG.warn("a parked id cannot be read and is asked for after a restart: {}", e.getMessage());
      return null;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
  }

  private Delivery delivery(WaitingRecords.Due due) throws InterruptedException {
    due.progress().wake();
    ParkedRecord record = parse(due.value());
    History history = record.history(Instant.now());
    Source source = Source.named(record.source());
    return intake.take(
        record.taskId(), source, history, Offsets.settlement(due.progress(), due.offset(), 1));
  }

  @Override
  public int size() {
    synchronized (sent) {
      // what has not come back by now was read by another instance
      sent.values().removeIf(since -> System.nanoTime() - since > SENT_PATIENCE);
      return waiting.size() + sent.size();
    }
  }

  @Override
  public boolean isKnown() {
    return offsets.restsUpToStart(topic);
  }
}
