package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import java.util.Collections;
import java.util.Queue;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Future;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.ThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;

/**
 * Threads that send what a transaction holds. To make and compress the records takes most of its
 * time, so that a single thread would hold up all others. Used by one thread.
 */
final class PartSenders {

  private static final int MOST = 4;
  private static final int IDLE_SECONDS = 60;

  private final int count;
  private final ExecutorService threads;

  /** One for each processor, up to 4. */
  PartSenders() {
    this(Math.min(MOST, Runtime.getRuntime().availableProcessors()));
  }

  /** So many; they start when they are needed and end when they are not. */
  PartSenders(int count) {
    this.count = count;
    ThreadPoolExecutor pool =
        new ThreadPoolExecutor(
            count, count, IDLE_SECONDS, TimeUnit.SECONDS, new LinkedBlockingQueue<>());
    pool.allowCoreThreadTimeOut(true);
    pool.setThreadFactory(
        runnable -> {
          Thread thread = new Thread(runnable, "serp-transaction-records");
          thread.setDaemon(true);
          return thread;
        });
    threads = pool;
  }

  /**
   * Sends all records of all parts; those of a part in their order.
   *
   * @return done once all are acknowledged, with the first failure if any is not
   * @throws TransactionPart.Failure where the records of a part cannot be made
   * @throws RuntimeException where the client accepts none. After this and after a failure what is
   *     left is not sent, and no thread sends any more, unless this one was interrupted
   */
  CompletableFuture<Void> send(Producer<String, byte[]> producer, Iterable<TransactionPart> parts) {
    Queue<TransactionPart> left = new ConcurrentLinkedQueue<>();
    parts.forEach(left::add);
    Acknowledgements acknowledgements = new Acknowledgements();
    Callable<Void> some =
        () -> {
          try {
            for (TransactionPart part; (part = left.poll()) != null; ) {
              part.forEach(
                  record -> {
                    acknowledgements.expect();
                    producer.send(record, acknowledgements);
                  });
            }
            return null;
          } catch (RuntimeException | Error e) {
            left.clear();
            FatalErrors.report(e); // another's failure may be the one that is thrown
            throw e;
          }
        };
    try {
      for (Future<Void> one : threads.invokeAll(Collections.nCopies(count, some))) {
        one.get();
      }
    } catch (ExecutionException e) {
      if (e.getCause() instanceof Error error) {
        throw error;
      }
      throw e.getCause() instanceof RuntimeException why ? why : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    }
    return acknowledgements.noMore();
  }

  void close() {
    threads.shutdownNow();
  }
}
