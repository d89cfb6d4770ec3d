package io.serproutes.kafka;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.RecordMetadata;

/**
 * Counts the acknowledgements of records that belong together.
 *
 * <p>Keeps no record: what Kafka's client has taken may be forgotten here. Safe for use by many
 * threads.
 */
final class Acknowledgements implements Callback {

  private final AtomicInteger open = new AtomicInteger(1); // until all have been sent
  private final AtomicReference<Exception> failure = new AtomicReference<>();
  private final CompletableFuture<Void> all = new CompletableFuture<>();

  /** Notes that a record is about to be sent. */
  void expect() {
    open.incrementAndGet();
  }

  /** The first failure, or null: what is sent after it has to be sent again with the rest. */
  Exception failure() {
    return failure.get();
  }

  /**
   * Notes that there are no more.
   *
   * @return done when every record has been acknowledged, with the first failure if any has not
   */
  CompletableFuture<Void> noMore() {
    close();
    return all;
  }

  @Override
  public void onCompletion(RecordMetadata metadata, Exception refusal) {
    if (refusal != null) {
      failure.compareAndSet(null, refusal);
    }
    close();
  }

  private void close() {
    if (open.decrementAndGet() > 0) {
      return;
    }
    Exception first = failure.get();
    if (first == null) {
      all.complete(null);
    } else {
      all.completeExceptionally(first);
    }
  }
}
