package io.serproutes.items;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.util.List;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class BatchConvertersTest {

  @Test
  void itemsConvertToOneJsonArray() throws Exception {
    TaskId id = TestTasks.id(1);
    String items =
        "[{\"items\":[{\"type\":\"organic\",\"title\":\"네이버\"},{\"type\":\"organic\"}]}]";
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", items));
    ItemBatch batch = ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound()).get(0);
    ByteArrayOutputStream file = new ByteArrayOutputStream();
    batch.writeTo(file);
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      new BatchConverters().setCamelContext(context);
      for (Object body : List.of(batch, batch.forReceiver())) {
        DefaultExchange exchange = new DefaultExchange(context);
        exchange.getMessage().setBody(body);
        assertThat(exchange.getMessage().getBody(byte[].class)).isEqualTo(file.toByteArray());
        assertThat(exchange.getMessage().getBody(InputStream.class))
            .hasBinaryContent(file.toByteArray());
        assertThat(exchange.getMessage().getBody(String.class)).isEqualTo(file.toString(UTF_8));
        assertThat((Iterable<?>) exchange.getMessage().getBody(Iterable.class)).hasSize(2);
      }
    }
  }

  @Test
  void theContextIsTheOneThatWasTold() throws Exception {
    BatchConverters converters = new BatchConverters();
    assertThat(converters.getCamelContext()).isNull();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      converters.setCamelContext(context);
      assertThat(converters.getCamelContext()).isSameAs(context);
    }
  }

  /** Its bytes lie in arrays that the next answer is read into. */
  @Test
  void whatAReceiverKeepsOutlivesTheAnswer() throws Exception {
    TaskId id = TestTasks.id(1);
    String items = "[{\"items\":[{\"type\":\"organic\",\"title\":\"kept\"}]}]";
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", items));
    ItemBatch batch = ItemBatch.byType(task.getId(), task.getAnswer(), task.getFound()).get(0);
    Iterable<String> kept = batch.forReceiver();
    task.getAnswer().close();
    assertThat(kept).singleElement().asString().contains("\"kept\"");
    assertThatIllegalStateException().isThrownBy(() -> batch.iterator().next());
  }
}
