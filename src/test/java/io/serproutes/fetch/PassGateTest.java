package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Source;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class PassGateTest {

  private final Queue<Runnable> workers = new ArrayDeque<>();
  private final Gate gate = TestTasks.gate(workers::add);
  private final PassGate pass = new PassGate(gate);
  private final List<String> heard = new ArrayList<>();
  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();
  private final Exchange exchange = new DefaultExchange(context);

  /** Whether the route goes on at once, on the same thread. */
  private boolean process() {
    return pass.process(exchange, doneSync -> heard.add("done, in place: " + doneSync));
  }

  private Task task() {
    Settlement settlement =
        new Settlement() {
          @Override
          public void settled(Outcome outcome) {
            heard.add("settled");
          }

          @Override
          public void outOfLine() {
            heard.add("out of line");
          }
        };
    String id = TestTasks.id(1).value();
    Task task = TestTasks.of(Delivery.fresh(id, Source.named("test"), settlement));
    exchange.setVariable(Task.VARIABLE, task);
    return task;
  }

  @Test
  void theRouteGoesOnOnAWorkersThreadOnceTheCallMayStart() {
    Task task = task();
    assertThat(process()).isFalse();
    assertThat(heard).isEmpty();
    assertThat(task.getAttempts()).isOne();
    workers.remove().run();
    assertThat(heard).containsExactly("out of line", "done, in place: false");
    assertThat(exchange.getException()).isNull();
    assertThat(gate.inFlight()).isOne();
  }

  @Test
  void whereTheIdMayNotWaitTheRouteFails() {
    gate.stop();
    task();
    assertThat(process()).isFalse();
    assertThat(heard).containsExactly("done, in place: false");
    assertThat(exchange.getException()).isInstanceOf(StoppingException.class);
    assertThat(workers).isEmpty();
  }

  @Test
  void anExchangeWithoutATaskIsAPoll() {
    assertThat(process()).isFalse();
    assertThat(heard).isEmpty();
    Poll poll = exchange.getVariable(Poll.VARIABLE, Poll.class);
    assertThat(poll.tries().calls()).isOne();
    workers.remove().run();
    assertThat(heard).containsExactly("done, in place: false");
    assertThat(gate.inFlight()).isOne();
  }

  @Test
  void aPollFailsWhereTheProgramStops() {
    gate.stop();
    assertThat(process()).isFalse();
    assertThat(heard).containsExactly("done, in place: false");
    assertThat(exchange.getException()).isInstanceOf(StoppingException.class);
  }
}
