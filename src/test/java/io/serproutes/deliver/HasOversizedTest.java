package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.items.ItemType;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class HasOversizedTest {

  @Test
  void itHoldsWhileAnItemIsNotedAsTooLarge() throws Exception {
    Task task = TestTasks.fresh(TestTasks.id(1));
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      exchange.setVariable(Task.VARIABLE, task);
      HasOversized predicate = new HasOversized();
      assertThat(predicate.matches(exchange)).isFalse();
      task.noteOversized(ItemType.PAID, 3);
      assertThat(predicate.matches(exchange)).isTrue();
      task.clearOversized(ItemType.PAID);
      assertThat(predicate.matches(exchange)).isFalse();
    }
  }
}
