package io.serproutes.deliver;

import io.serproutes.fetch.Gate;
import io.serproutes.items.SpoolException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Opens the circuit when an output, or the temporary folder for large answers, is unavailable. */
public final class OutputUnavailable implements Processor {

  private final Gate gate;

  /** Opens the circuit of {@code gate}. */
  public OutputUnavailable(Gate gate) {
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    OutputUnavailableException output = caught(exchange, OutputUnavailableException.class);
    SpoolException disk = caught(exchange, SpoolException.class);
    if (output == null && disk != null) {
      gate.cannotDeliver(disk.getMessage(), disk.cure());
    } else {
      gate.cannotDeliver(output.why(), output.cure());
    }
  }

  private static <T extends Exception> T caught(Exchange exchange, Class<T> type) {
    T caught = exchange.getException(type);
    return caught != null ? caught : exchange.getProperty(Exchange.EXCEPTION_CAUGHT, type);
  }
}
