package io.serproutes.fetch;

import static org.apache.camel.util.ObjectHelper.getException;

import io.serproutes.items.SpoolException;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;

/**
 * Decides on a task that failed in the end. Where that keeps the id in its source, throws again: a
 * {@link CircuitOpenException} without what Camel wrapped it in, also for a temporary folder that
 * fails, or that the program stops. Throws again, too, where the outcome of the id is durable.
 * Returns where the id is given up, so that its dead letter can be written.
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
    Task task = Task.of(exchange);
    if (task.isEnded()) {
      throw caught; // a step of somebody's behind the receipt: the id has its one outcome
    }
    keep(caught);
    ItemsRejectedException rejected = getException(ItemsRejectedException.class, caught);
    if (rejected != null) {
      task.giveUp(Reason.REJECTED, rejected.getMessage());
    } else if (caught instanceof StoppingException || unexpected.matches(exchange)) {
      throw caught; // the program stops
    } else {
      unexpected.giveUp(task, caught);
    }
    // else Camel takes what fails from here on for the failure that has been dealt with
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
    exchange.getExchangeExtension().setFailureHandled(false);
    // else a recipient list does not repeat what fails, as it is inside a doTry
    exchange.removeProperty(ExchangePropertyKey.TRY_ROUTE_BLOCK);
  }

  private static void keep(Exception caught) throws CircuitOpenException {
    CircuitOpenException open = getException(CircuitOpenException.class, caught);
    if (open != null) {
      throw open;
    }
    SpoolException disk = getException(SpoolException.class, caught);
    if (disk != null) {
      Halt halt = Halt.cannotDeliver(disk.getMessage(), disk.cure());
      throw new CircuitOpenException(halt.problem(), disk);
    }
  }
}
