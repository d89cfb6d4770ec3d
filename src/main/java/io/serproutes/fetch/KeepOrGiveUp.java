package io.serproutes.fetch;

import io.serproutes.items.SpoolException;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Decides on a task that failed in the end. Where that keeps the id in its source, throws again: a
 * {@link CircuitOpenException} without what Camel wrapped it in, also for a temporary folder that
 * fails, or that the program stops. Returns where the id is given up, so that its dead letter can
 * be written.
 */
public final class KeepOrGiveUp implements Processor {

  private final UnexpectedFailure unexpected;

  /** Gives up what {@code unexpected} does not have tried again. */
  public KeepOrGiveUp(UnexpectedFailure unexpected) {
    this.unexpected = unexpected;
  }

  @Override
  public void process(Exchange exchange) throws Exception {
    Exception caught = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    for (Throwable cause = caught; cause != null; cause = cause.getCause()) {
      if (cause instanceof CircuitOpenException open) {
        throw open;
      }
      if (cause instanceof SpoolException disk) {
        Halt halt = Halt.cannotDeliver(disk.getMessage(), disk.cure());
        throw new CircuitOpenException(halt.problem(), disk);
      }
    }
    Task task = Task.of(exchange);
    if (!task.isGivenUp()) {
      if (caught instanceof StoppingException || unexpected.matches(exchange)) {
        throw caught; // the program stops
      }
      unexpected.giveUp(task, caught);
    }
    // else Camel takes what fails from here on for the failure that has been dealt with
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
    exchange.getExchangeExtension().setFailureHandled(false);
  }
}
