package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery.Settlement;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.Set;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
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
 * ms, or sooner where as many tasks wait as calls may be in flight. Fails with an {@code
 * OutputUnavailableException} where the brokers accept none for half a minute, or those of this
 * task alone not. Safe for use by many threads; the transactions are made by one of its own.
 */
public final class Transactions extends AsyncProcessorSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final long BEGIN_EVERY = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LOOK_EVERY = TimeUnit.MILLISECONDS.toNanos(250);
  private static final long PATIENCE = TimeUnit.SECONDS.toNanos(30);
  private static final String JOINING = "the group has not let this process in again";
  private static final long STOP_MILLIS = 2000;
  private static final int MOST_PARTS = 500;
  private static final long MOST_BYTES = 8 << 20;

  private final Settings settings;
  private final AssignedPartitions offsets;
  private final Executor workers;
  private final boolean on;
  private final int soon;

  private final Queue<TransactionPart> waiting = new ArrayDeque<>();
  private Thread thread;
  private boolean closed = true;
  private boolean isUrgent;
  private boolean isFailing; // then as many as there are wait for the next time
  private boolean isRunning;
  private long rounds;
  private long begunAt = System.nanoTime() - BEGIN_EVERY;

  /** Transactions of the offsets in {@code offsets}, where {@code serp.kafka.delivery} says so. */
  public Transactions(Settings settings, AssignedPartitions offsets, Executor workers) {
    this.settings = settings;
    this.offsets = offsets;
    this.workers = workers;
    on = settings.isExactlyOnce();
    soon = settings.get(Keys.MAX_CONCURRENT);
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
    Committer committer = new Committer(producers, groups, offsets, new Later());
    try {
      committer.open();
    } catch (RuntimeException e) {
      throw new IllegalSettingException(KafkaFailures.ofTransactions(e, settings));
    }
    synchronized (this) {
      closed = false;
      thread = new Thread(() -> run(committer), "serp-transactions");
      thread.setDaemon(true);
      thread.start();
    }
  }

  /** Ends the transaction that is being made, or aborts it; what waits stays in its topic. */
  void end() throws InterruptedException {
    Thread running;
    synchronized (this) {
      closed = true;
      running = thread;
      thread = null;
      notifyAll();
    }
    if (running != null) {
      running.join(STOP_MILLIS);
      running.interrupt();
      running.join(STOP_MILLIS);
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
    Consumer<Throwable> end =
        failure ->
            workers.execute(
                () -> {
                  if (failure == null) {
                    staged.committed();
                  } else {
                    exchange.setException(failure);
                  }
                  callback.done(false);
                });
    add(
        new TransactionPart(
            RecordInWork.of(settlement),
            staged.topics(),
            staged.all(task.getVerdict().isDeliver()),
            task.getAnswer() == null ? 0 : task.getAnswer().length(),
            System.nanoTime(),
            end));
    return false;
  }

  /**
   * Sends records in place of one that has been read, which ends with them. If that fails, the
   * record is read again.
   */
  void replace(TopicRecord read, String topic, List<ProducerRecord<String, byte[]>> records) {
    RecordInWork origin = new RecordInWork(read.progress(), read.offset());
    Consumer<Throwable> end =
        failure -> {
          if (failure != null) {
            LOG.debug("record {} of {} is read again", read.offset(), read.partition(), failure);
            read.progress().settle(read.offset(), false);
          }
        };
    long bytes = records.stream().mapToLong(record -> record.value().length).sum();
    add(
        new TransactionPart(
            origin, Set.of(topic), List.of(records), bytes, System.nanoTime(), end));
  }

  private void add(TransactionPart part) {
    synchronized (this) {
      if (!closed) {
        waiting.add(part);
        if (waiting.size() == 1 || waiting.size() >= soon) {
          notifyAll();
        }
        return;
      }
    }
    part.leave();
  }

  /** Waits until all that had ended when this was called is committed, at most so long. */
  synchronized void await(long nanos) {
    long end = System.nanoTime() + nanos;
    long wanted = rounds + (isRunning ? 2 : 1);
    isUrgent = true;
    notifyAll();
    try {
      for (long left; !closed && rounds < wanted && (left = end - System.nanoTime()) > 0; ) {
        isUrgent = true;
        TimeUnit.NANOSECONDS.timedWait(this, left);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private void run(Committer committer) {
    try {
      for (List<TransactionPart> parts; (parts = next()) != null; ) {
        committer.commit(parts);
        ended();
      }
      leaveAll();
      committer.close();
    } catch (RuntimeException | Error e) { // an exception here is a fault of ours
      FatalErrors.threadDied(e);
    }
  }

  private synchronized List<TransactionPart> next() {
    try {
      for (long delay; !closed && (delay = delay(System.nanoTime())) > 0; ) {
        TimeUnit.NANOSECONDS.timedWait(this, delay);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return null;
    }
    begunAt = System.nanoTime();
    isUrgent = false;
    isFailing = false;
    isRunning = true;
    return closed ? null : take();
  }

  private long delay(long now) {
    if (isUrgent || waiting.size() >= soon && !isFailing) {
      return 0;
    }
    return begunAt + (waiting.isEmpty() ? LOOK_EVERY : BEGIN_EVERY) - now;
  }

  private List<TransactionPart> take() {
    List<TransactionPart> parts = new ArrayList<>();
    long bytes = 0;
    while (!waiting.isEmpty() && parts.size() < MOST_PARTS && bytes < MOST_BYTES) {
      TransactionPart part = waiting.remove();
      bytes += part.bytes();
      parts.add(part);
    }
    return parts;
  }

  private synchronized void ended() {
    rounds++;
    isRunning = false;
    notifyAll();
  }

  private void leaveAll() {
    List<TransactionPart> left;
    synchronized (this) {
      left = List.copyOf(waiting);
      waiting.clear();
    }
    left.forEach(TransactionPart::leave);
  }

  /** What the committer hands back. */
  private final class Later implements Committer.Waiting {

    @Override
    public void again(List<TransactionPart> parts, Throwable why) {
      if (parts.isEmpty()) {
        return;
      }
      synchronized (Transactions.this) {
        isFailing = true;
        waiting.addAll(parts);
      }
      failOverdue(why);
    }

    @Override
    public void fail(TransactionPart part, Throwable why) {
      part.end().accept(KafkaFailures.refusal(why, topics(why)));
    }

    @Override
    public boolean pause(Throwable why) {
      failOverdue(why);
      synchronized (Transactions.this) {
        try {
          if (!closed) {
            TimeUnit.NANOSECONDS.timedWait(Transactions.this, BEGIN_EVERY);
          }
        } catch (InterruptedException e) {
          Thread.currentThread().interrupt();
          return false;
        }
        return !closed;
      }
    }

    private void failOverdue(Throwable why) {
      long now = System.nanoTime();
      List<TransactionPart> overdue = new ArrayList<>();
      synchronized (Transactions.this) {
        waiting.removeIf(part -> now - part.since() > PATIENCE && overdue.add(part));
      }
      Throwable known = why == null ? new IllegalStateException(JOINING) : why;
      overdue.forEach(part -> fail(part, known));
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
