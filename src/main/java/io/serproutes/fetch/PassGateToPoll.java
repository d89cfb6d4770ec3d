package io.serproutes.fetch;

import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Waits, without holding a thread, until the gate lets in a call that is for no id: a {@link Poll},
 * which it leaves in the exchange. The route goes on from here on a thread of {@link Workers}.
 */
public final class PassGateToPoll extends AsyncProcessorSupport {

  private final Gate gate;

  /** The way of polls through a gate. */
  public PassGateToPoll(Gate gate) {
    this.gate = gate;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Poll poll = new Poll();
    exchange.setVariable(Poll.VARIABLE, poll);
    gate.enter(
        poll,
        () -> callback.done(false),
        refusal -> {
          exchange.setException(refusal);
          callback.done(false);
        });
    return false;
  }
}
