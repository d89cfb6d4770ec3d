package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery.Settlement;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The transactions of {@code serp.kafka.delivery=exactly-once}: all that came of the tasks that
 * ended since the last one, and the offsets of their records. As a processor it waits, without
 * holding a thread, until all that a task has staged is committed; the route goes on by a worker.
 *
 * <p>A transaction costs the brokers a mark on each of its partitions, so that one begins every 100
 * ms, or sooner where many tasks wait. Fails with an {@code OutputUnavailableException} where the
 * brokers accept none for half a minute, or those of this task alone not. Safe for use by many
 * threads; the transactions are made by one of its own.
 */
public final class Transactions extends AsyncProcessorSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final String JOINING = "the group has not let this process in again";
  private static final long STOP_MILLIS = 2000;

  private final Settings settings;
  private final AssignedPartitions offsets;
  private final Executor workers;
  private final Gate gate;
  private final boolean on;
  private final TransactionQueue queue;
  private Thread thread;
  private volatile boolean isDead; // in a host, which may go on

  /** Transactions of the offsets in {@code offsets}, where {@code serp.kafka.delivery} says so. */
  public Transactions(Settings settings, AssignedPartitions offsets, Executor workers, Gate gate) {
    this.settings = settings;
    this.offsets = offsets;
    this.workers = workers;
    this.gate = gate;
    on = settings.isExactlyOnce();
    queue = new TransactionQueue(Gate.mostOpen(settings), Gate.mostOpenBytes(settings));
  }

  /** Whether what a task sends is to be staged for its transaction. */
  boolean areOn() {
    return on;
  }

  /**
   * Starts, where they are on; producers and groups as for {@link Committer}.
   *
   * @throws IllegalSettingException where the brokers allow none, or do not answer
   */
  void begin(
      Supplier<Producer<String, byte[]>> producers,
      Function<String, Map<TopicPartition, OffsetAndMetadata>> groups) {
    if (!on) {
      return;
    }
    Committer committer =
        new Committer(producers, groups, offsets, KafkaClients.TRANSACTION_TIMEOUT, new Later());
    try {
      committer.open();
    } catch (RuntimeException e) {
      throw new IllegalSettingException(KafkaFailures.ofTransactions(e, settings));
    }
    isDead = false;
    queue.open();
    thread = new Thread(() -> run(committer), "serp-transactions");
    thread.setDaemon(true);
    thread.start();
  }

  /** Ends the transaction that is being made, or aborts it; what waits stays in its topic. */
  void end() throws InterruptedException {
    queue.close();
    if (thread != null) {
      thread.join(STOP_MILLIS);
      thread.interrupt();
      thread.join(STOP_MILLIS);
      thread = null;
    }
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    if (!on) {
      callback.done(true);
      return true;
    }
    Task task = Task.of(exchange);
    StagedRecords staged = StagedRecords.of(task);
    Settlement settlement = task.getDelivery().settlement();
    boolean areItems = task.getVerdict().isDeliver();
    Consumer<Throwable> end =
        failure ->
            workers.execute(
                () -> {
                  if (failure == null) {
                    staged.committed();
                  } else {
                    exchange.setException(areItems ? KafkaFailures.ofItems(failure) : failure);
                  }
                  callback.done(false);
                });
    add(
        new TransactionPart(
            RecordInWork.of(settlement),
            staged.topics(),
            staged.all(areItems),
            task.getAnswer() == null ? 0 : task.getAnswer().length(),
            System.nanoTime(),
            null,
            end));
    return false;
  }

  /**
   * Sends records in place of one that has been read, which ends with them. If that fails, the
   * circuit opens, and the record is read again.
   *
   * @param records can be iterated as often as wanted
   * @param bytes about how many they are
   */
  void replace(
      TopicRecord read,
      String topic,
      Iterable<ProducerRecord<String, byte[]>> records,
      long bytes) {
    RecordInWork origin = new RecordInWork(read.progress(), read.offset());
    Consumer<Throwable> failed =
        failure -> {
          if (failure != null) {
            LOG.debug("record {} of {} is read again", read.offset(), read.partition(), failure);
            read.progress().settle(read.offset(), false);
          }
          if (failure instanceof OutputUnavailableException output) {
            gate.cannotDeliver(output.why(), output.cure());
          }
        };
    Long end = offsets.end(read.partition());
    boolean wasThereAtStart = end != null && read.offset() < end;
    add(
        new TransactionPart(
            origin,
            Set.of(topic),
            List.of(records),
            bytes,
            System.nanoTime(),
            wasThereAtStart ? this::acknowledged : null,
            failed));
  }

  private void acknowledged(RecordMetadata record) {
    offsets.replaced(new TopicPartition(record.topic(), record.partition()), record.offset());
  }

  private void add(TransactionPart part) {
    if (queue.add(part)) {
      return;
    }
    if (isDead) {
      String why = "Kafka: the thread that commits has ended by an error";
      part.end().accept(new OutputUnavailableException(why, "Start again", null));
    } else {
      part.leave();
    }
  }

  /** Waits until all that had ended when this was called is committed, at most so long. */
  void await(long nanos) {
    queue.await(nanos);
  }

  private void run(Committer committer) {
    List<TransactionPart> parts = List.of();
    try {
      while ((parts = queue.next()) != null) {
        committer.commit(parts);
        queue.ended();
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (RuntimeException | Error e) { // an exception here is a fault of ours
      isDead = true;
      queue.close();
      parts.forEach(TransactionPart::leave); // those that do not know of their end yet
      FatalErrors.threadDied(e);
    }
    queue.rest().forEach(TransactionPart::leave);
    committer.close();
  }

  /** What the committer hands back. */
  private final class Later implements Committer.Waiting {

    @Override
    public void again(List<TransactionPart> parts, Throwable why) {
      queue.again(parts);
      if (why != null && !parts.isEmpty()) {
        queue.takeFewer(parts.size());
      }
      failOverdue(why);
    }

    @Override
    public void fail(TransactionPart part, Throwable why) {
      part.end().accept(KafkaFailures.ofTransaction(why, topics(why), settings));
    }

    @Override
    public boolean pause(Throwable why) {
      failOverdue(why);
      return queue.pause();
    }

    private void failOverdue(Throwable why) {
      Throwable known = why == null ? new IllegalStateException(JOINING) : why;
      queue.overdue().forEach(part -> fail(part, known));
    }

    private String topics(Throwable why) {
      Set<String> refused =
          KafkaFailures.first(why) instanceof TopicAuthorizationException e
              ? e.unauthorizedTopics()
              : Set.of();
      return refused.isEmpty()
          ? "the topics of results"
          : refused.stream()
              .sorted()
              .map(topic -> Rights.named(settings, topic))
              .collect(Collectors.joining(", "));
    }
  }
}
