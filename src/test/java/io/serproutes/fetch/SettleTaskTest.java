package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class SettleTaskTest {

  private final BeginTask turns = new BeginTask();
  private final SettleTask end = new SettleTask(turns, TestTasks.gate(Runnable::run));
  private final List<Delivery.Outcome> settled = new ArrayList<>();

  /** A task that ends by this verdict. */
  private Exchange endsBy(Verdict.Kind kind, boolean isDurable) throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      Source source = Source.named("command-line");
      exchange.getMessage().setBody(Delivery.fresh(TestTasks.id(1).value(), source, settled::add));
      exchange.getMessage().setHeader("Order", 42);
      turns.process(exchange, doneSync -> {});
      Task task = Task.of(exchange);
      task.decide(new Verdict(kind, null, 20000, null, 200, -1));
      if (isDurable) {
        task.end();
      }
      exchange.getMessage().setBody("a receipt");
      end.process(exchange);
      return exchange;
    }
  }

  @ParameterizedTest
  @CsvSource({
    "DELIVER, DELIVERED",
    "NOT_READY, PARKED",
    "PERMANENT, DEAD_LETTERED",
  })
  void theSourceIsToldHowItEnded(Verdict.Kind kind, Delivery.Outcome outcome) throws Exception {
    Exchange exchange = endsBy(kind, true);
    assertThat(settled).containsExactly(outcome);
    assertThat(exchange.getMessage().getBody()).isEqualTo("a receipt");
    assertThat(exchange.getMessage().getHeaders()).containsExactly(Map.entry("Order", 42));
    assertThat(exchange.getVariables()).isEmpty();
    assertThat(turns.inWork()).isZero();
  }

  @ParameterizedTest
  @EnumSource(Verdict.Kind.class)
  void whatIsNotDurableIsKeptAndWhatCameGoesBack(Verdict.Kind kind) throws Exception {
    Exchange exchange = endsBy(kind, false);
    assertThat(settled).containsExactly(Delivery.Outcome.KEPT);
    assertThat(exchange.getMessage().getBody()).isInstanceOf(Delivery.class);
    assertThat(exchange.getMessage().getHeaders()).containsExactly(Map.entry("Order", 42));
    assertThat(turns.inWork()).isZero();
  }

  /** Whatever fails at the end of an id, its source hears of it and the next one has its turn. */
  @Test
  void aFailureAtTheEndKeepsNeitherTheSourceNorTheNextWaiting() throws Exception {
    Gate gate = TestTasks.gate(Runnable::run);
    gate.cannotDeliver("planned by the test", "none");
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
      assertThatIllegalStateException()
          .isThrownBy(() -> new SettleTask(turns, gate).process(exchange));
    }
    assertThat(settled).containsExactly(Delivery.Outcome.DELIVERED);
    assertThat(gate.isOpen()).as("the gate has heard of what ended").isFalse();
    assertThat(turns.inWork()).isZero();
  }
}
