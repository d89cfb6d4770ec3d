package io.serproutes.fetch;

import io.serproutes.ids.Delivery.Outcome;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Processor;

/**
 * Ends the work on an id, however it went: tells its source whether to let go of it, gives the
 * message its headers back and the next exchange with the same id its turn.
 */
public final class SettleTask implements Processor {

  // all that the core's routes set: a host's exchange goes on without them
  private static final List<String> VARIABLES =
      List.of(
          BeginTask.TASK,
          BeginTask.TASK_ID,
          BeginTask.WAITS_FOR_CIRCUIT,
          BeginTask.HOST_BODY,
          BeginTask.HOST_FAILURE,
          "serpVerdict",
          "serpItemType",
          "serpKind");

  private final BeginTask turns;
  private final Gate gate;

  /** The other end of {@code turns}. */
  public SettleTask(BeginTask turns, Gate gate) {
    this.turns = turns;
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    Task task = exchange.getVariable(BeginTask.TASK, Task.class);
    if (!task.isEnded()) {
      exchange.getMessage().setBody(exchange.getVariable(BeginTask.HOST_BODY));
    }
    forgetFailures(exchange);
    VARIABLES.forEach(exchange::removeVariable);
    exchange.getMessage().setHeaders(task.getHostHeaders());
    end(task);
  }

  // whatever one of them throws, the others must hear of the end
  private void end(Task task) {
    try (Closing turn = () -> turns.leave(task);
        Closing source = () -> task.getDelivery().settlement().settled(outcome(task));
        Closing place = () -> gate.ended(task)) {
      task.close();
    }
  }

  private static Outcome outcome(Task task) {
    if (!task.isEnded()) {
      return Outcome.KEPT;
    }
    if ("parked".equals(task.getOutcome())) {
      return Outcome.PARKED;
    }
    return "dead-lettered".equals(task.getOutcome()) ? Outcome.DEAD_LETTERED : Outcome.DELIVERED;
  }

  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }

  // a failure that our routes handled would end the host's route, and one that they tell of would
  // not be tried again by the host's error handler
  private static void forgetFailures(Exchange exchange) {
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
    exchange.getExchangeExtension().setRedeliveryExhausted(false);
    exchange.getExchangeExtension().setFailureHandled(false);
    exchange.setProperty(
        ExchangePropertyKey.EXCEPTION_CAUGHT, exchange.getVariable(BeginTask.HOST_FAILURE));
  }
}
