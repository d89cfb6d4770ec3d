package io.serproutes.fetch;

import io.serproutes.ids.Delivery.Outcome;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Ends the work on an id, however it went: tells its source whether the id may be forgotten, gives
 * the exchange back what it came with, and lets the next exchange with the same id begin.
 */
public final class SettleTask implements Processor {

  private final BeginTask begun;
  private final Gate gate;

  /** Ends what {@code begun} has begun. */
  public SettleTask(BeginTask begun, Gate gate) {
    this.begun = begun;
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    Task task = Task.of(exchange);
    if (!task.isEnded()) {
      exchange.getMessage().setBody(task.host().body());
    }
    task.host().giveBack(exchange);
    end(task);
  }

  // whatever one of them throws, the others must hear of the end
  private void end(Task task) {
    Outcome outcome = outcome(task); // closing the task forgets it
    try (Closing id = () -> begun.leave(task);
        Closing source = () -> task.getDelivery().settlement().settled(outcome);
        Closing place = () -> gate.ended(task)) {
      task.close();
    }
  }

  private static Outcome outcome(Task task) {
    if (!task.isEnded()) {
      return Outcome.KEPT;
    }
    return switch (task.getVerdict().kind()) {
      case DELIVER -> Outcome.DELIVERED;
      case NOT_READY -> Outcome.PARKED;
      default -> Outcome.DEAD_LETTERED;
    };
  }

  private interface Closing extends AutoCloseable {
    @Override
    void close();
  }
}
