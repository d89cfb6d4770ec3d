package io.serproutes.fetch;

import io.serproutes.items.SpoolException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Throws what has been caught; a {@link CircuitOpenException} without what Camel wrapped it in. A
 * temporary folder that fails is one, too.
 */
public final class SayWhy implements Processor {

  @Override
  public void process(Exchange exchange) throws Exception {
    Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
      if (cause instanceof CircuitOpenException open) {
        throw open;
      }
      if (cause instanceof SpoolException disk) {
        throw new CircuitOpenException("cannot deliver: " + disk.getMessage(), disk);
      }
    }
    throw caught;
  }
}
