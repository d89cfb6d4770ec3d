package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.TextNode;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.deliver.Receipts;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.IdTexts;
import io.serproutes.ids.Intake;
import io.serproutes.ids.PassedHeaders;
import io.serproutes.ids.TaskId;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.Headers;
import org.apache.kafka.common.header.internals.RecordHeader;

/**
 * The ids in records of a topic. A record ends, and its offset may be committed, with the last of
 * its ids.
 */
public final class TopicIds implements Processor {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES_OF_TEXT = 100; // an id as a string in a list

  // of what is no id: quoted as JSON it may be longer than its record was; a dead letter has less
  private static final int MOST_TEXT = 16 * 1024;

  private final Intake intake;
  private final Transactions transactions;
  private final Set<String> replayed;
  private final PassedHeaders passed;

  /** Ids that are handed out while there is room. */
  public TopicIds(Settings settings, Intake intake, Transactions transactions) {
    this.intake = intake;
    this.transactions = transactions;
    this.replayed = Set.copyOf(settings.get(Keys.REPLAY_REASONS));
    this.passed = new PassedHeaders(settings);
  }

  /**
   * Replaces a record of the topic of ids by its ids, an iterator that gives each once there is
   * room for it. Takes the record's headers from the exchange: those that are passed on lie with
   * each id.
   *
   * <p>To be called on the polling thread; the iteration may run elsewhere.
   */
  @Override
  public void process(Exchange exchange) {
    exchange.getMessage().setBody(ids(exchange));
  }

  Iterator<Delivery> ids(Exchange exchange) {
    return orKept(exchange, value -> value == null ? List.of("") : IdTexts.of(value));
  }

  /** The id of a dead letter, if its reason is to be replayed. */
  public Iterator<Delivery> deadLetter(Exchange exchange) {
    return orKept(exchange, this::idOfLetter);
  }

  private List<String> idOfLetter(String value) {
    return letter(value)
        .filter(letter -> replayed.contains(letter.path("reason").asText()))
        .map(letter -> List.of(Receipts.inputOf(letter)))
        .orElse(List.of());
  }

  /** The JSON of a record that may hold a dead letter; empty where it holds none. */
  public static Optional<JsonNode> letter(String value) {
    try {
      return Optional.ofNullable(value == null ? null : JSON.readTree(value));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  // Camel continues with the next record; this one would be neither in work nor ended
  private Iterator<Delivery> orKept(Exchange exchange, Function<String, List<String>> texts) {
    TopicRecord record = TopicRecord.take(exchange);
    try {
      List<String> all = texts.apply(exchange.getMessage().getBody(String.class));
      Map<String, byte[]> headers = headers(exchange);
      exchange.getMessage().removeHeaders("*"); // no id needs them, and each would get copies
      return deliveries(record, all, headers);
    } catch (RuntimeException | Error e) {
      record.progress().settle(record.offset(), false);
      throw e;
    }
  }

  private Map<String, byte[]> headers(Exchange exchange) {
    Headers headers = TopicRecord.headers(exchange);
    return headers == null ? Map.of() : passed.of(name -> value(headers.lastHeader(name)));
  }

  private static byte[] value(Header header) {
    return header == null ? null : header.value();
  }

  private Iterator<Delivery> deliveries(
      TopicRecord record, List<String> texts, Map<String, byte[]> headers) {
    PartitionProgress progress = record.progress();
    int bytesOfHeaders = headers.values().stream().mapToInt(value -> value.length).sum();
    long kept = texts.stream().mapToLong(text -> Math.max(BYTES_OF_TEXT, text.length())).sum();
    progress.weigh(record.offset(), (int) Math.min(kept + bytesOfHeaders, Integer.MAX_VALUE));
    BitSet ended = progress.endedIds(record.offset());
    if (ended.length() > texts.size()) {
      ended.clear(); // noted for another record, of a topic that has been deleted since
    }
    if (ended.cardinality() == texts.size()) {
      progress.settle(record.offset(), true);
      return List.<Delivery>of().iterator();
    }
    if (transactions.areOn() && texts.size() > 1) {
      long bytes = texts.stream().mapToLong(String::length).sum();
      String topic = record.partition().topic();
      transactions.replace(record, topic, singles(topic, texts, headers, ended), bytes);
      return List.<Delivery>of().iterator();
    }
    return new RecordIds(record, texts, headers, ended, intake);
  }

  // a transaction ends a whole record: each id gets one of its own, made when it is sent: a small
  // record may hold very many
  private static Iterable<ProducerRecord<String, byte[]>> singles(
      String topic, List<String> texts, Map<String, byte[]> headers, BitSet ended) {
    List<Header> passed = new ArrayList<>();
    headers.forEach((name, value) -> passed.add(new RecordHeader(name, value)));
    BitSet left = (BitSet) ended.clone();
    left.flip(0, texts.size());
    return () -> left.stream().mapToObj(i -> single(topic, texts.get(i), passed)).iterator();
  }

  // no array, whatever it says
  private static ProducerRecord<String, byte[]> single(
      String topic, String text, List<Header> passed) {
    TaskId id = TaskId.parse(text);
    String some = text.length() <= MOST_TEXT ? text : text.substring(0, MOST_TEXT);
    byte[] value = TextNode.valueOf(some).toString().getBytes(UTF_8);
    return new ProducerRecord<>(topic, null, null, id == null ? null : id.value(), value, passed);
  }
}
