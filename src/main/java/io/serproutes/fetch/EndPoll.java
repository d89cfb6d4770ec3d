package io.serproutes.fetch;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Ends a {@link Poll}, whatever it brought: what has not been read of the answer is broken off, and
 * the gate frees the place that {@link PassGateToPoll} took.
 */
public final class EndPoll implements Processor {

  private final TaskGetClient client;
  private final Gate gate;

  /** Ends the polls of this client. */
  public EndPoll(TaskGetClient client, Gate gate) {
    this.client = client;
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    try {
      client.end();
    } finally {
      gate.leave(exchange.getVariable(Poll.VARIABLE, Poll.class));
    }
  }
}
