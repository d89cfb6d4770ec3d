package io.serproutes.deliver;

import io.serproutes.fetch.Gate;
import io.serproutes.items.SpoolException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Opens the circuit when an output, or the temporary folder for large answers, is unavailable. */
public final class OutputUnavailable implements Processor {

  private final Gate gate;

  /** Opens the circuit of this gate. */
  public OutputUnavailable(Gate gate) {
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    OutputUnavailableException refused = caught(exchange, OutputUnavailableException.class);
    SpoolException disk = caught(exchange, SpoolException.class);
    if (refused == null && disk != null) {
      gate.cannotDeliver(disk.getMessage(), disk.cure());
    } else {
      gate.cannotDeliver(refused.why(), refused.cure());
    }
  }

  private static <T extends Exception> T caught(Exchange exchange, Class<T> type) {
    T caught = exchange.getException(type);
    return caught != null ? caught : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, type);
  }
}
