package io.serproutes.fetch;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/** Throws what has been caught; a {@link CircuitOpenException} without what Camel wrapped it in. */
public final class SayWhy implements Processor {

  @Override
  public void process(Exchange exchange) throws Exception {
    Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
      if (cause instanceof CircuitOpenException open) {
        throw open;
      }
    }
    throw caught;
  }
}
