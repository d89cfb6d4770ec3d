package io.serproutes.fetch;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Waits, without holding a thread, until the gate lets a call in; the route goes on from here on a
 * thread of {@link Workers}.
 */
public final class PassGate extends AsyncProcessorSupport {

  private final Gate gate;

  /** The way through a gate. */
  public PassGate(Gate gate) {
    this.gate = gate;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Task task = Task.of(exchange);
    gate.enter(
        task,
        () -> callback.done(false),
        refusal -> {
          exchange.setException(refusal);
          callback.done(false);
        });
    return false;
  }
}
