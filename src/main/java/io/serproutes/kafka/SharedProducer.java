package io.serproutes.kafka;

import java.time.Duration;
import java.util.Arrays;
import java.util.Map;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.common.utils.KafkaThread;

/**
 * One producer for several endpoints: each closes it once, and it closes with the last of them, or
 * when one of them finds that it can send no more.
 *
 * @param <K> type of keys
 * @param <V> type of values
 */
final class SharedProducer<K, V> extends KafkaProducer<K, V> {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private static final int SPARE = 64;

  private int users;
  private boolean closed;

  /** A producer that nobody uses yet. */
  SharedProducer(Map<String, Object> properties) {
    super(properties);
    String client = metrics().keySet().iterator().next().tags().get("client-id");
    Thread[] threads = new Thread[2 * Thread.activeCount() + SPARE];
    int count = Thread.enumerate(threads);
    Arrays.stream(threads, 0, count)
        .filter(thread -> thread instanceof KafkaThread && thread.getName().endsWith("| " + client))
        .forEach(SharedProducer::tellOfItsEnd);
  }

  // Kafka only logs what ends the one thread that sends, and every send would wait for ever
  private static void tellOfItsEnd(Thread thread) {
    thread.setUncaughtExceptionHandler(null); // that of its group, and so the JVM's
  }

  /** Notes one more user; false where it is closed already. */
  synchronized boolean join() {
    if (!closed) {
      users++;
    }
    return !closed;
  }

  /** Whether it is closed: whoever holds it needs another. */
  synchronized boolean isClosed() {
    return closed;
  }

  /** Closes it for all of its users: nothing heals the state it is in. What is under way fails. */
  void retire() {
    synchronized (this) {
      closed = true;
    }
    super.close(Duration.ZERO); // not under the lock: it waits for callbacks
  }

  @Override
  public void close() {
    close(PATIENCE);
  }

  /** As {@link #close()}: whatever time a user gives, its end is no other user's. */
  @Override
  public synchronized void close(Duration timeout) {
    users--;
    if (users <= 0 && !closed) {
      closed = true;
      super.close(timeout);
    }
  }
}
