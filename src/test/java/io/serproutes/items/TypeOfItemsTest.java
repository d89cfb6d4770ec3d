package io.serproutes.items;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class TypeOfItemsTest {

  @Test
  void theTypeIsNotedAsAVariable() throws Exception {
    TaskId id = TestTasks.id(1);
    String items =
        "[{\"items\":[{\"type\":\"organic\"},{\"type\":\"paid\"},{\"type\":\"images\"}]}]";
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", items));
    List<Object> types = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      for (ItemBatch batch : ItemBatch.byType(id, task.getAnswer(), task.getFound())) {
        Exchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(batch);
        new TypeOfItems().process(exchange);
        types.add(exchange.getVariable(TypeOfItems.VARIABLE));
        assertThat(exchange.getMessage().getBody()).isSameAs(batch);
      }
    }
    assertThat(types).containsExactly("organic", "paid", "other");
  }
}
