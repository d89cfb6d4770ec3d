package io.serproutes.kafka;

import java.time.Duration;
import java.util.Arrays;
import java.util.function.Supplier;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.utils.KafkaThread;

/**
 * The one producer of all topics. A producer in a state that nothing heals is replaced at the next
 * use. Safe for use by many threads.
 */
final class SharedProducer {

  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);
  private static final int SPARE = 64;

  private final Supplier<Producer<String, byte[]>> factory;
  private Producer<String, byte[]> producer;
  private volatile Producer<?, ?> spent;
  private boolean open;

  /** A producer that {@code factory} makes when it is needed; closed until it is opened. */
  SharedProducer(Supplier<Producer<String, byte[]>> factory) {
    this.factory = factory;
  }

  /** Allows use, also after an earlier close. */
  synchronized void open() {
    open = true;
  }

  /**
   * The producer to send with.
   *
   * @throws IllegalStateException where it is closed
   */
  Producer<String, byte[]> get() {
    Producer<String, byte[]> old = null;
    try {
      synchronized (this) {
        if (!open) {
          throw new IllegalStateException("serp-routes is stopping");
        }
        if (producer == null || producer == spent) {
          old = producer;
          producer = null;
          producer = factory.get();
          reportEndOfSender(producer);
        }
        return producer;
      }
    } finally {
      if (old != null) {
        old.close(Duration.ZERO); // not under the lock: it waits for callbacks
      }
    }
  }

  /** Notes that a producer cannot send any more. What it was sending fails at the next use. */
  void spent(Producer<?, ?> used) {
    spent = used;
  }

  /** Closes it once what is being sent has been acknowledged, or fails after a second. */
  void close() {
    Producer<?, ?> last;
    synchronized (this) {
      open = false;
      last = producer;
      producer = null;
    }
    if (last != null) {
      last.close(CLOSE_TIMEOUT);
    }
  }

  // Kafka only logs what ends the one thread that sends, and every send would wait for ever
  static void reportEndOfSender(Producer<?, ?> producer) {
    String client =
        producer.metrics().keySet().stream()
            .map(metric -> metric.tags().get("client-id"))
            .findFirst()
            .orElse("");
    Thread[] threads = new Thread[2 * Thread.activeCount() + SPARE];
    int count = Thread.enumerate(threads);
    Arrays.stream(threads, 0, count)
        .filter(thread -> thread instanceof KafkaThread && thread.getName().endsWith("| " + client))
        .forEach(thread -> thread.setUncaughtExceptionHandler(null)); // its group's, so the JVM's
  }
}
