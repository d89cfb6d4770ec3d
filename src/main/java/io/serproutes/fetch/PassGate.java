package io.serproutes.fetch;

import io.serproutes.ids.Delivery.Settlement;
import java.util.function.Consumer;
import org.apache.camel.AsyncCallback;
import org.apache.camel.Exchange;
import org.apache.camel.support.AsyncProcessorSupport;

/**
 * Waits, without holding a thread, until the gate lets a call in; the route goes on from here on a
 * thread of {@link Workers}. An exchange without a task is a {@link Poll}, which it gets here.
 */
public final class PassGate extends AsyncProcessorSupport {

  private final Gate gate;

  public PassGate(Gate gate) {
    this.gate = gate;
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Task task = Task.of(exchange);
    Consumer<Exception> refuse =
        refusal -> {
          exchange.setException(refusal);
          callback.done(false);
        };
    if (task != null) {
      Settlement settlement = task.getDelivery().settlement();
      Runnable go =
          () -> {
            settlement.outOfLine(); // here, as it wakes whoever takes ids, who wants the gate
            callback.done(false);
          };
      gate.enter(task, go, refuse);
    } else {
      Poll poll = new Poll();
      exchange.setVariable(Poll.VARIABLE, poll);
      gate.enter(poll, () -> callback.done(false), refuse);
    }
    return false;
  }
}
