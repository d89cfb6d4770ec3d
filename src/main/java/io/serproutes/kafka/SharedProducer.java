package io.serproutes.kafka;

import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.kafka.clients.producer.Producer;

/** One producer for several endpoints; it closes with the last of them. */
final class SharedProducer<K, V> {

  private static final Duration PATIENCE = Duration.ofSeconds(5);

  private final Producer<K, V> producer;
  private int users;
  private boolean closed;

  SharedProducer(Producer<K, V> producer) {
    this.producer = producer;
  }

  /** Whether it can still be shared. */
  synchronized boolean open() {
    return !closed;
  }

  /** A producer that is this one but for its close. */
  @SuppressWarnings("unchecked")
  synchronized Producer<K, V> handle() {
    users++;
    AtomicBoolean isClosed = new AtomicBoolean();
    return (Producer<K, V>)
        Proxy.newProxyInstance(
            Producer.class.getClassLoader(),
            new Class<?>[] {Producer.class},
            (proxy, method, args) -> {
              if (method.getName().equals("close")) {
                if (isClosed.compareAndSet(false, true)) {
                  closeLast();
                }
                return null;
              }
              try {
                return method.invoke(producer, args);
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private synchronized void closeLast() {
    users--;
    if (users == 0) {
      closed = true;
      producer.close(PATIENCE);
    }
  }
}
