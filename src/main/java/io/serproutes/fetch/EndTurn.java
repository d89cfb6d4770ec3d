package io.serproutes.fetch;

import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Ends the work on an id, however it went: tells its source whether to let go of it, gives the
 * message its headers back and the next exchange with the same id its turn.
 */
public final class EndTurn implements Processor {

  // all that the core's routes set: a host's exchange goes on without them
  private static final List<String> VARIABLES =
      List.of(
          AwaitTurn.TASK,
          AwaitTurn.TASK_ID,
          AwaitTurn.PATIENT,
          "serpVerdict",
          "serpItemType",
          "serpReceipt");

  private final AwaitTurn turns;
  private final Gate gate;

  /** The other end of {@code turns}. */
  public EndTurn(AwaitTurn turns, Gate gate) {
    this.turns = turns;
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    Task task = exchange.getVariable(AwaitTurn.TASK, Task.class);
    VARIABLES.forEach(exchange::removeVariable);
    exchange.getMessage().setHeaders(task.getHostHeaders());
    task.close();
    if (task.isEnded()) {
      gate.delivered();
    }
    try {
      task.getDelivery().settlement().settled(task.isEnded());
    } finally {
      turns.leave(task);
    }
  }
}
