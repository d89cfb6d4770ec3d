package io.serproutes.fetch;

import io.serproutes.observe.Tally;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Notes that the outcome of a task is durable: once {@link SettleTask} sees it, the source may
 * forget the id. Nothing else does. The last step of every route that ends an id; what comes after
 * it would be lost in a kill.
 */
public final class MarkDurable implements Processor {

  private final Tally tally;

  /** Tells {@code tally} of every task. */
  public MarkDurable(Tally tally) {
    this.tally = tally;
  }

  @Override
  public void process(Exchange exchange) {
    Task task = Task.of(exchange);
    task.end();
    tally.ended(task);
  }
}
