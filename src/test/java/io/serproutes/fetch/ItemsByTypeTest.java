package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemType;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

class ItemsByTypeTest {

  @Test
  void aRouteSplitsTheAnswerOfItsTask() throws Exception {
    TaskId id = TestTasks.id(1);
    String items = "[{\"items\":[{\"type\":\"paid\"},{\"type\":\"organic\"},{\"type\":\"paid\"}]}]";
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", items));
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      exchange.setVariable(Task.VARIABLE, task);
      assertThat(new ItemsByType().evaluate(exchange))
          .asInstanceOf(InstanceOfAssertFactories.list(ItemBatch.class))
          .extracting(ItemBatch::getType, ItemBatch::getCount)
          .containsExactly(tuple(ItemType.ORGANIC, 1), tuple(ItemType.PAID, 2));
    }
  }
}
