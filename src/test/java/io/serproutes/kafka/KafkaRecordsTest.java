package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.entry;

import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.items.Answer;
import io.serproutes.items.AnswerReader;
import io.serproutes.items.Envelope;
import io.serproutes.items.ItemBatch;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.NoSuchElementException;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class KafkaRecordsTest {

  private static final String TOPIC = "topic";
  private static final String ID = "10171324-1535-0066-0000-9d46f8b53b39";

  @TempDir Path dir;

  private final CamelContext context = new DefaultCamelContext();
  private final Map<String, String> keys = new HashMap<>();

  private KafkaRecords records() {
    keys.putIfAbsent("serp.files.dir", dir.toString());
    return new KafkaRecords(new Settings((String key) -> keys.get(key)));
  }

  private Task task(String text) {
    return task(text, Map.of());
  }

  private Task task(String text, Map<String, byte[]> headers) {
    Exchange exchange = new DefaultExchange(context);
    Delivery delivery = Delivery.fresh(text, Source.named("test"), ended -> {}).with(headers);
    exchange.getMessage().setBody(delivery);
    AsyncCallback nothing = doneSync -> {};
    new BeginTask().process(exchange, nothing);
    return Task.of(exchange);
  }

  /** The batches of an answer with two results. */
  private static List<ItemBatch> batches(Task task, String first, String second)
      throws IOException {
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
    return ItemBatch.byType(task.getId(), answer, envelope.task());
  }

  private static List<ProducerRecord<String, byte[]>> list(
      Iterator<ProducerRecord<String, byte[]>> records) {
    List<ProducerRecord<String, byte[]>> list = new ArrayList<>();
    records.forEachRemaining(list::add);
    assertThat(list).allMatch(record -> record.topic().equals(TOPIC));
    return list;
  }

  @Test
  void whatAnIdPassesOnIsInEveryRecordThatComesOfIt() throws IOException {
    byte[] trace = {'0', (byte) 0xff, 0};
    Task task = task(ID, Map.of("traceparent", trace));
    List<ProducerRecord<String, byte[]>> made = new ArrayList<>();
    for (ItemBatch batch : batches(task, "{\"type\":\"organic\"},{\"type\":\"paid\"}", "7")) {
      made.addAll(list(records().items(TOPIC, task, batch)));
    }
    assertThat(made).hasSize(3);
    Exchange receipt = new DefaultExchange(context);
    receipt.setVariable(Task.VARIABLE, task);
    receipt.getMessage().setBody("{}");
    made.addAll(list(records().of(TOPIC, receipt).iterator()));
    assertThat(made)
        .hasSize(4)
        .allSatisfy(
            record -> {
              assertThat(record.headers().lastHeader("traceparent").value()).isEqualTo(trace);
              assertThat(record.headers().lastHeader("content-type")).isNotNull();
            });
  }

  @Test
  void anItemHasItsTaskAsKeyAndItsPlaceInTheHeaders() throws IOException {
    Task task = task(ID);
    List<ItemBatch> batches =
        batches(
            task,
            "{\"type\":\"organic\",\"rank_absolute\":3},{\"type\":\"images\"}",
            "{\"rank_absolute\":4e0,\"type\":\"organic\"},7");
    List<ProducerRecord<String, byte[]>> organic =
        list(records().items(TOPIC, task, batches.get(0)));
    assertThat(organic).hasSize(2);
    Map<String, String> first = headers(organic.get(0));
    assertThat(first)
        .containsEntry("serp.task-id", ID)
        .containsEntry("serp.item-type", "organic")
        .containsEntry("serp.item-index", "0")
        .containsEntry("serp.item-count", "4")
        .containsEntry("serp.rank-absolute", "3")
        .containsEntry("content-type", "application/json")
        .hasSize(6);
    assertThat(organic).allMatch(record -> record.key().equals(ID));
    assertThat(headers(organic.get(1)))
        .containsEntry("serp.item-index", "2")
        .containsEntry("serp.rank-absolute", "4e0");
    assertThat(text(organic.get(0)))
        .isEqualTo("{\"type\":\"organic\",\"rank_absolute\":3,\"task\":{\"id\":\"" + ID + "\"}}");
    List<ProducerRecord<String, byte[]>> other = list(records().items(TOPIC, task, batches.get(1)));
    assertThat(headers(other.get(0))).containsEntry("serp.item-type", "images").hasSize(5);
    assertThat(headers(other.get(1))).containsEntry("serp.item-type", "").hasSize(5);
    assertThat(text(other.get(1))).isEqualTo("{\"item\":7,\"task\":{\"id\":\"" + ID + "\"}}");
  }

  /** The headers, as texts. */
  private static Map<String, String> headers(ProducerRecord<String, byte[]> record) {
    Map<String, String> headers = new HashMap<>();
    record
        .headers()
        .forEach(header -> headers.put(header.key(), new String(header.value(), UTF_8)));
    assertThat(headers).hasSize(record.headers().toArray().length);
    return headers;
  }

  private static String text(ProducerRecord<String, byte[]> record) {
    return new String(record.value(), UTF_8);
  }

  @Test
  void anItemOverTheLimitGoesToAFile() throws IOException {
    keys.put("serp.kafka.max-item-bytes", "200");
    Task task = task(ID);
    String large = "{\"type\":\"organic\",\"text\":\"" + "x".repeat(200) + "\"}";
    ItemBatch batch =
        batches(task, large + ",{\"type\":\"organic\",\"n\":1}", "{\"type\":\"organic\"}," + large)
            .get(0);
    for (int delivery = 0; delivery < 2; delivery++) {
      List<ProducerRecord<String, byte[]>> sent = list(records().items(TOPIC, task, batch));
      assertThat(sent)
          .extracting(record -> headers(record).get("serp.item-index"))
          .containsExactly("1", "2");
      assertThat(task.getOversized()).isEqualTo(2);
      assertThat(task.getOversizedPositions()).containsExactly(0, 3);
    }
    assertThat(Files.readString(dir.resolve("oversized/" + ID + "-0.json")))
        .isEqualTo(large.substring(0, large.length() - 1) + ",\"task\":{\"id\":\"" + ID + "\"}}");
    assertThat(dir.resolve("oversized/" + ID + "-3.json")).exists();
  }

  @Test
  void headersAreNoLongerThanAnythingTheApiIsKnownToSend() throws IOException {
    Task task = task(ID);
    String item = "{\"type\":\"%s\",\"rank_absolute\":%s}";
    String type = "t".repeat(1500);
    ItemBatch batch =
        batches(task, item.formatted(type, "1".repeat(1500)), item.formatted("x", "1".repeat(1024)))
            .get(0);
    List<ProducerRecord<String, byte[]>> records = list(records().items(TOPIC, task, batch));
    assertThat(headers(records.get(0)))
        .containsEntry("serp.item-type", type.substring(0, 1024))
        .doesNotContainKey("serp.rank-absolute");
    assertThat(text(records.get(0))).contains(type);
    assertThat(headers(records.get(1)).get("serp.rank-absolute")).hasSize(1024);
  }

  @Test
  void anItemExactlyAtTheLimitBecomesARecord() throws IOException {
    Task task = task(ID);
    ItemBatch batch = batches(task, "{\"type\":\"organic\"}", "").get(0);
    int length = text(records().items(TOPIC, task, batch).next()).length();
    keys.put("serp.kafka.max-item-bytes", Integer.toString(length));
    assertThat(list(records().items(TOPIC, task, batch))).hasSize(1);
    keys.put("serp.kafka.max-item-bytes", Integer.toString(length - 1));
    assertThat(list(records().items(TOPIC, task, batch))).isEmpty();
    assertThatThrownBy(() -> records().items(TOPIC, task, batch).next())
        .isInstanceOf(NoSuchElementException.class);
  }

  @Test
  void aDiskThatTakesNoLargeItemIsToldApart() throws IOException {
    keys.put("serp.kafka.max-item-bytes", "1");
    Files.createFile(dir.resolve("oversized"));
    Task task = task(ID);
    ItemBatch batch = batches(task, "{\"type\":\"organic\"}", "").get(0);
    Iterator<ProducerRecord<String, byte[]>> records = records().items(TOPIC, task, batch);
    assertThatThrownBy(records::hasNext)
        .isInstanceOf(UncheckedIOException.class)
        .hasMessageContaining("oversized");
  }

  private Iterator<ProducerRecord<String, byte[]>> records(Task task, Object body) {
    Exchange exchange = new DefaultExchange(context);
    exchange.setVariable(Task.VARIABLE, task);
    exchange.getMessage().setBody(body);
    return records().of(TOPIC, exchange).iterator();
  }

  @Test
  void aBatchBecomesARecordAnItem() throws IOException {
    Task task = task(ID);
    ItemBatch batch = batches(task, "{\"type\":\"organic\"}", "{\"type\":\"organic\"}").get(0);
    assertThat(list(records(task, batch))).hasSize(2);
  }

  @Test
  void otherRecordsHaveTheIdAsKeyWhereThereIsOne() {
    byte[] json = {'{', '}'};
    List<ProducerRecord<String, byte[]>> receipt = list(records(task(ID.toUpperCase()), json));
    assertThat(receipt).hasSize(1);
    assertThat(receipt.get(0).value()).isEqualTo(json);
    assertThat(receipt.get(0).key()).isEqualTo(ID);
    assertThat(headers(receipt.get(0))).containsExactly(entry("content-type", "application/json"));
    ProducerRecord<String, byte[]> letter = list(records(task("no id"), json)).get(0);
    assertThat(letter.key()).isNull();
    assertThat(headers(letter)).hasSize(1);
  }

  /** A step of a copied route file may have made text of the bytes. */
  @Test
  void textIsSentAsItsBytesAndWhatHasNoneIsRefused() {
    assertThat(text(list(records(task(ID), "{}")).get(0))).isEqualTo("{}");
    assertThat(list(records(null, "{}")).get(0).key()).isNull();
    assertThatThrownBy(() -> records(task(ID), List.of("a", "b")))
        .isInstanceOf(RuntimeException.class);
    assertThatThrownBy(() -> records(task(ID), Map.of()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(TOPIC);
    assertThatThrownBy(() -> records(task(ID), dir.resolve("gone").toFile()))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("a body of the type class java.io.File cannot be sent to the topic topic");
    assertThatThrownBy(() -> records(task(ID), null))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessage("an empty body cannot be sent to the topic topic");
  }
}
