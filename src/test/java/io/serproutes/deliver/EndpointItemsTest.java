package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import java.util.List;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class EndpointItemsTest {

  /** A transport that refuses the header would otherwise halt everything for one item. */
  @Test
  void aTypeFromTheApiIsABoundedLine() throws Exception {
    TaskId id = TestTasks.id(1);
    String type = "x\\r\\nevil: 1" + "y".repeat(2000);
    String result = "[{\"items\":[{\"type\":\"" + type + "\",\"rank_absolute\":7}]}]";
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", result));
    List<ItemBatch> batches = ItemBatch.byType(id, task.getAnswer(), task.getFound());
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Message message =
          new EndpointItems(null).item(task, batches.get(0), new DefaultExchange(context)).next();
      assertThat(message.getHeader("serp.item-type", String.class))
          .hasSize(1024)
          .startsWith("x__evil: 1y");
      assertThat(message.getHeader("serp.rank-absolute")).isEqualTo("7");
    }
  }
}
