package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.observe.Tally;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class MarkDurableTest {

  @Test
  void theTaskHasEndedAndIsCounted() throws Exception {
    Tally tally = new Tally(new Secrets(new Settings(key -> null)));
    List<Boolean> ended = new ArrayList<>();
    tally.listen(task -> ended.add(task.isEnded()));
    Task task = TestTasks.fresh("no id");
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      exchange.setVariable(Task.VARIABLE, task);
      new MarkDurable(tally).process(exchange);
    }
    assertThat(task.isEnded()).isTrue();
    assertThat(ended).as("before anybody is told").containsExactly(true);
    assertThat(tally.done()).isOne();
  }
}
