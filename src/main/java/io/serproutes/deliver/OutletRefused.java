package io.serproutes.deliver;

import io.serproutes.fetch.Gate;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Opens the circuit when a way out refuses. */
public final class OutletRefused implements Processor {

  private final Gate gate;

  /** Opens the circuit of this gate. */
  public OutletRefused(Gate gate) {
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    OutletRefusedException refused = exchange.getException(OutletRefusedException.class);
    if (refused == null) {
      refused = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, OutletRefusedException.class);
    }
    gate.cannotDeliver(refused == null ? "a way out refuses" : refused.why());
  }
}
