package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.Settings;
import io.serproutes.deliver.OutletRefusedException;
import io.serproutes.fetch.AwaitTurn;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.items.Answer;
import io.serproutes.items.AnswerReader;
import io.serproutes.items.Envelope;
import io.serproutes.items.ItemLot;
import io.serproutes.items.Slicer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import java.util.concurrent.ExecutionException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.Message;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.errors.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaRecordsTest {

  private static final String ID = "10171324-1535-0066-0000-9d46f8b53b39";

  @TempDir Path dir;

  private final CamelContext context = new DefaultCamelContext();
  private final Map<String, String> keys = new HashMap<>();

  private KafkaRecords records() {
    keys.putIfAbsent("serp.files.dir", dir.toString());
    KafkaRecords records = new KafkaRecords(new Settings((String key) -> keys.get(key)));
    records.setCamelContext(context);
    return records;
  }

  private Task task(String text) {
    Exchange exchange = new DefaultExchange(context);
    Delivery delivery = Delivery.fresh(text, Source.named("test"), ended -> {});
    exchange.getMessage().setBody(delivery);
    AsyncCallback nothing = doneSync -> {};
    new AwaitTurn().process(exchange, nothing);
    return exchange.getVariable(AwaitTurn.TASK, Task.class);
  }

  /** The lots of an answer with two results. */
  private static List<ItemLot> lots(Task task, String first, String second) throws IOException {
    String body =
        "{\"status_code\":20000,\"tasks\":[{\"id\":\""
            + ID
            + "\",\"status_code\":20000,\"result\":[{\"items\":["
            + first
            + "]},{\"items\":["
            + second
            + "]}]}]}";
    Answer answer = new AnswerReader(1 << 24).read(new ByteArrayInputStream(body.getBytes(UTF_8)));
    Envelope envelope = Envelope.read(answer, task.getId());
    return new Slicer().lots(task.getId(), answer, envelope.task());
  }

  private static List<Message> list(Iterator<Message> messages) {
    List<Message> list = new ArrayList<>();
    messages.forEachRemaining(list::add);
    return list;
  }

  @Test
  void anItemHasItsTaskAsKeyAndItsPlaceInTheHeaders() throws IOException {
    Task task = task(ID);
    List<ItemLot> lots =
        lots(
            task,
            "{\"type\":\"organic\",\"rank_absolute\":3},{\"type\":\"images\"}",
            "{\"rank_absolute\":4e0,\"type\":\"organic\"},7");
    List<Message> organic = list(records().items(task, lots.get(0)));
    assertThat(organic).hasSize(2);
    Map<String, String> first = headers(organic.get(0));
    assertThat(first)
        .containsEntry(KafkaNames.KEY, ID)
        .containsEntry("serp.task-id", ID)
        .containsEntry("serp.item-type", "organic")
        .containsEntry("serp.item-index", "0")
        .containsEntry("serp.item-count", "4")
        .containsEntry("serp.rank-absolute", "3")
        .containsEntry("content-type", "application/json")
        .hasSize(7);
    assertThat(headers(organic.get(1)))
        .containsEntry("serp.item-index", "2")
        .containsEntry("serp.rank-absolute", "4e0");
    assertThat(text(organic.get(0)))
        .isEqualTo("{\"type\":\"organic\",\"rank_absolute\":3,\"task\":{\"id\":\"" + ID + "\"}}");
    List<Message> other = list(records().items(task, lots.get(1)));
    assertThat(headers(other.get(0))).containsEntry("serp.item-type", "images").hasSize(6);
    assertThat(headers(other.get(1))).containsEntry("serp.item-type", "").hasSize(6);
    assertThat(text(other.get(1))).isEqualTo("{\"item\":7,\"task\":{\"id\":\"" + ID + "\"}}");
  }

  /** The headers as they arrive, as texts. */
  private static Map<String, String> headers(Message message) {
    Map<String, String> headers = new HashMap<>();
    message
        .getHeaders()
        .forEach(
            (name, value) ->
                headers.put(
                    name, value instanceof byte[] b ? new String(b, UTF_8) : value.toString()));
    return headers;
  }

  private static String text(Message message) {
    return new String((byte[]) message.getBody(), UTF_8);
  }

  @Test
  void anItemOverTheLimitGoesToAFile() throws IOException {
    keys.put("serp.kafka.max-item-bytes", "200");
    Task task = task(ID);
    String large = "{\"type\":\"organic\",\"text\":\"" + "x".repeat(200) + "\"}";
    ItemLot lot =
        lots(task, large + ",{\"type\":\"organic\",\"n\":1}", "{\"type\":\"organic\"}," + large)
            .get(0);
    for (int delivery = 0; delivery < 2; delivery++) {
      List<Message> sent = list(records().items(task, lot));
      assertThat(sent)
          .extracting(message -> message.getHeader("serp.item-index"))
          .containsExactly("1", "2");
      assertThat(task.getOversized()).isEqualTo(2);
      assertThat(task.getOversizedPositions()).containsExactly(0, 3);
    }
    assertThat(Files.readString(dir.resolve("oversized/" + ID + "-0.json")))
        .isEqualTo(large.substring(0, large.length() - 1) + ",\"task\":{\"id\":\"" + ID + "\"}}");
    assertThat(dir.resolve("oversized/" + ID + "-3.json")).exists();
  }

  @Test
  void anItemExactlyAtTheLimitBecomesARecord() throws IOException {
    Task task = task(ID);
    ItemLot lot = lots(task, "{\"type\":\"organic\"}", "").get(0);
    int length = text(records().items(task, lot).next()).length();
    keys.put("serp.kafka.max-item-bytes", Integer.toString(length));
    assertThat(list(records().items(task, lot))).hasSize(1);
    keys.put("serp.kafka.max-item-bytes", Integer.toString(length - 1));
    assertThat(list(records().items(task, lot))).isEmpty();
    assertThatThrownBy(() -> records().items(task, lot).next())
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aDiskThatTakesNoLargeItemIsNamedAsSuch() throws IOException {
    keys.put("serp.kafka.max-item-bytes", "1");
    Files.createFile(dir.resolve("oversized"));
    Task task = task(ID);
    ItemLot lot = lots(task, "{\"type\":\"organic\"}", "").get(0);
    KafkaRecords records = records();
    Exception failure = null;
    try {
      records.items(task, lot).hasNext();
    } catch (RuntimeException e) {
      failure = e;
    }
    Exception refusal = failure;
    assertThat(refusal).isNotNull();
    assertThatThrownBy(() -> records.refused(refusal))
        .isInstanceOf(OutletRefusedException.class)
        .hasMessageContaining("oversized")
        .hasMessageNotContaining("Kafka");
  }

  @Test
  void otherRecordsHaveTheIdAsKeyWhereThereIsOne() {
    byte[] json = {'{', '}'};
    List<Message> receipt = records().record(task(ID.toUpperCase()), json);
    assertThat(receipt).hasSize(1);
    assertThat(receipt.get(0).getBody()).isEqualTo(json);
    assertThat(headers(receipt.get(0)))
        .containsEntry(KafkaNames.KEY, ID)
        .containsEntry("content-type", "application/json")
        .hasSize(2);
    assertThat(records().record(task("no id"), json).get(0).getHeaders())
        .doesNotContainKey(KafkaNames.KEY)
        .hasSize(1);
  }

  @Test
  void aRefusalSaysWhatKafkaSays() {
    Exception failure = new ExecutionException(new TimeoutException("Expiring 3 record(s)"));
    assertThatThrownBy(() -> records().refused(failure))
        .isInstanceOf(OutletRefusedException.class)
        .extracting(refusal -> ((OutletRefusedException) refusal).why())
        .isEqualTo("Kafka: Expiring 3 record(s)");
  }
}
