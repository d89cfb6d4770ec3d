package io.serproutes.fetch;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Ends a call, whatever it brought: what has not been read of the answer is broken off, and the
 * gate frees the place that {@link PassGate} took. The id, if the call was for one, is the body
 * from here on.
 */
public final class EndCall implements Processor {

  private final TaskGetClient client;
  private final Gate gate;

  /** Ends the calls of this client. */
  public EndCall(TaskGetClient client, Gate gate) {
    this.client = client;
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    Task task = Task.of(exchange);
    if (task != null) {
      exchange.getMessage().setBody(task.getId().value());
    }
    try {
      client.end();
    } finally {
      if (task != null) {
        gate.leave(task);
      } else {
        gate.leave(exchange.getVariable(Poll.VARIABLE, Poll.class));
      }
    }
  }
}
