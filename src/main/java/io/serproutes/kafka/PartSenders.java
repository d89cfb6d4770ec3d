package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadFactory;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.camel.util.concurrent.CamelThreadFactory;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Sends what a transaction holds by several threads. To make and compress the records takes most of
 * its time, so that a single thread would hold up all others. Used by one thread.
 */
final class PartSenders {

  private static final int MOST = 4;
  private static final int IDLE_SECONDS = 60;

  private final int count;
  private final ExecutorService others;

  /** One for each processor, up to 4. */
  PartSenders() {
    this(
        Math.min(MOST, Runtime.getRuntime().availableProcessors()),
        new CamelThreadFactory("#name#", "serp-transaction-records", true));
  }

  /** So many, the caller among them; the others start when they are needed. */
  PartSenders(int count, ThreadFactory factory) {
    this.count = count;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    pool.allowCoreThreadTimeOut(true);
    pool.setThreadFactory(factory);
    others = pool;
  }

  /**
   * Sends all records of all parts; those of a part in their order. After a failure what is left is
   * not sent. When this returns or throws, no thread sends any more, unless it was interrupted.
   *
   * @return done once all are acknowledged, with the first failure if any is not
   * @throws TransactionPart.Failure where the records of a part cannot be made
   * @throws RuntimeException where the client refuses one
   */
  CompletableFuture<Void> send(Producer<String, byte[]> producer, List<TransactionPart> parts) {
    Sending sending = new Sending(producer, parts);
    List<Future<?>> begun = new ArrayList<>();
    try {
      while (begun.size() < Math.min(count, parts.size()) - 1) {
        begun.add(others.submit(sending));
      }
    } catch (Error e) { // no thread, or no memory for one: then fewer send
      FatalErrors.report(e);
    }
    sending.run();
    begun.forEach(sending::await);
    sending.check();
    return sending.acknowledgements.noMore();
  }

  /** Ends the threads. */
  void close() {
    others.shutdownNow();
  }

  /** The parts of one transaction, of which each thread takes one after the other. */
  private static final class Sending implements Runnable {

    private final Producer<String, byte[]> producer;
    private final Queue<TransactionPart> left;
    private final Acknowledgements acknowledgements = new Acknowledgements();
    private final AtomicReference<Throwable> failure = new AtomicReference<>();

    Sending(Producer<String, byte[]> producer, List<TransactionPart> parts) {
      this.producer = producer;
      this.left = new ConcurrentLinkedQueue<>(parts);
    }

    @Override
    public void run() {
      try {
        for (TransactionPart part; (part = left.poll()) != null; ) {
          Callback callback = part.callback(acknowledgements);
          part.forEach(record -> send(record, callback));
        }
      } catch (RuntimeException | Error e) {
        Throwable first = failure.compareAndExchange(null, e);
        if (first != null && first != e) {
          FatalErrors.report(e); // the first is thrown, and nobody else hears of this one
        }
      }
    }

    private void send(ProducerRecord<String, byte[]> record, Callback callback) {
      check();
      acknowledgements.expect();
      producer.send(record, callback);
    }

    /** Throws the first failure, of any thread or of a record. */
    void check() {
      Throwable first = failure.get();
      first = first == null ? acknowledgements.failure() : first;
      if (first instanceof Error error) {
        throw error;
      }
      if (first != null) {
        throw first instanceof RuntimeException e ? e : new KafkaException(first);
      }
    }

    void await(Future<?> other) {
      try {
        other.get();
      } catch (InterruptedException e) {
        failure.compareAndSet(null, new InterruptException(e)); // sets the flag again
        other.cancel(true);
      } catch (ExecutionException e) {
        throw new IllegalStateException(e); // it catches whatever it throws
      }
    }
  }
}
