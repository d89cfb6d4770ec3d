package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class SettleTaskTest {

  /** Whatever fails at the end of an id, its source hears of it and the next one has its turn. */
  @Test
  void aFailureAtTheEndKeepsNeitherTheSourceNorTheNextWaiting() throws Exception {
    BeginTask turns = new BeginTask();
    Gate gate = TestTasks.gate(Runnable::run);
    gate.cannotDeliver("planned by the test", "none");
    SettleTask end = new SettleTask(turns, gate);
    List<Delivery.Outcome> settled = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      exchange
          .getMessage()
          .setBody(
              Delivery.fresh(TestTasks.id(1).value(), Source.named("command-line"), settled::add));
      assertThat(turns.process(exchange, doneSync -> {})).isTrue();
      Task task = Task.of(exchange);
      task.decide(new Verdict(Verdict.Kind.DELIVER, null, 20000, null, 200, -1));
      task.end();
      task.keep(
          Runnable.class,
          () ->
              () -> {
                throw new IllegalStateException("planned by the test");
              });
      assertThatIllegalStateException().isThrownBy(() -> end.process(exchange));
    }
    assertThat(settled).containsExactly(Delivery.Outcome.DELIVERED);
    assertThat(gate.isOpen()).as("the gate has heard of what ended").isFalse();
    assertThat(turns.inWork()).isZero();
  }
}
