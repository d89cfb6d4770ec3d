package io.serproutes.kafka;

import java.io.IOException;
import java.io.UncheckedIOException;
import org.junit.jupiter.api.extension.BeforeAllCallback;
import org.junit.jupiter.api.extension.ExtensionContext;
import org.junit.jupiter.api.extension.ExtensionContext.Namespace;

/** One broker for all tests that leave it alone; started for the first of them. */
final class SharedBroker implements BeforeAllCallback {

  private BrokerProcess broker;

  BrokerProcess get() {
    return broker;
  }

  @Override
  public void beforeAll(ExtensionContext context) {
    Namespace namespace = Namespace.create(SharedBroker.class);
    broker =
        context
            .getRoot()
            .getStore(namespace)
            .getOrComputeIfAbsent("broker", key -> new Running(), Running.class)
            .process;
  }

  /** Closed after the last test. */
  private static final class Running implements AutoCloseable {
    final BrokerProcess process = new BrokerProcess();

    Running() {
      try {
        process.start();
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }

    @Override
    public void close() throws IOException {
      process.close();
    }
  }
}
