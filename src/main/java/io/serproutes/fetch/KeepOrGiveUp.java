package io.serproutes.fetch;

import io.serproutes.items.SpoolException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Throws what keeps an id in its source: a {@link CircuitOpenException} without what Camel wrapped
 * it in, also for a temporary folder that fails, or that the program stops. Returns where the id
 * has been given up, so that its dead letter can be written.
 */
public final class KeepOrGiveUp implements Processor {

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
    Verdict verdict = Task.of(exchange).getVerdict();
    if (verdict == null || verdict.kind() != Verdict.Kind.PERMANENT) {
      throw caught;
    }
    // else Camel takes what fails from here on for the failure that has been dealt with
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
    exchange.getExchangeExtension().setFailureHandled(false);
  }
}
