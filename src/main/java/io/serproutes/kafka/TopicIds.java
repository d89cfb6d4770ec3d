package io.serproutes.kafka;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.TopicProgress;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.IdTexts;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.util.BitSet;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import org.apache.camel.Exchange;
import org.apache.kafka.common.TopicPartition;

/**
 * The ids in records of a topic. A record ends, and its offset may be committed, with the last of
 * its ids.
 */
public final class TopicIds implements TopicProgress {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int BYTES_OF_TEXT = 100; // an id as a string in a list

  private final AssignedPartitions offsets;
  private final Intake intake;
  private final Set<String> replayed;

  /** Ids whose progress is kept in {@code offsets}. */
  public TopicIds(Settings settings, AssignedPartitions offsets, Intake intake) {
    this.offsets = offsets;
    this.intake = intake;
    this.replayed = Set.copyOf(settings.get(Keys.REPLAY_REASONS));
  }

  /**
   * The ids of a record of the topic of ids, each once there is room for it.
   *
   * <p>To be called on the polling thread; the iteration may go on elsewhere.
   */
  public Iterator<Delivery> ids(Exchange exchange) {
    return orKept(
        exchange,
        () -> {
          String value = exchange.getMessage().getBody(String.class);
          List<String> texts = value == null ? List.of("") : IdTexts.of(value);
          return deliveries(exchange, texts);
        });
  }

  /** The id of a dead letter, if its reason is to be replayed. */
  public Iterator<Delivery> deadLetter(Exchange exchange) {
    return orKept(exchange, () -> letter(exchange));
  }

  private Iterator<Delivery> letter(Exchange exchange) {
    String value = exchange.getMessage().getBody(String.class);
    try {
      JsonNode letter = value == null ? JSON.createObjectNode() : JSON.readTree(value);
      if (replayed.contains(letter.path("reason").asText())) {
        String text = letter.path("task_id").asText(letter.path("input").asText());
        return deliveries(exchange, List.of(text));
      }
    } catch (JsonProcessingException e) {
      // not a letter of ours: passed over like one that is not to be replayed
    }
    return deliveries(exchange, List.of());
  }

  // Camel goes on with the next record; this one would be neither in work nor ended
  private Iterator<Delivery> orKept(Exchange exchange, Supplier<Iterator<Delivery>> ids) {
    try {
      return ids.get();
    } catch (RuntimeException | Error e) {
      offsets.find(partition(exchange)).settle(offset(exchange), false);
      throw e;
    }
  }

  private Iterator<Delivery> deliveries(Exchange exchange, List<String> texts) {
    TopicPartition partition = partition(exchange);
    long offset = offset(exchange);
    PartitionProgress progress = offsets.find(partition);
    progress.weigh(offset, BYTES_OF_TEXT * texts.size());
    BitSet ended = progress.endedIds(offset);
    if (ended.length() > texts.size()) {
      ended.clear(); // told of another record
    }
    if (ended.cardinality() == texts.size()) {
      progress.settle(offset, true);
      return List.<Delivery>of().iterator();
    }
    RecordSettlement record = new RecordSettlement(progress, offset, texts.size(), ended);
    Source source = source(partition, offset);
    return new RecordIds(texts, ended, source, record, intake);
  }

  static TopicPartition partition(Exchange exchange) {
    return new TopicPartition(
        exchange.getMessage().getHeader(KafkaNames.TOPIC, String.class),
        exchange.getMessage().getHeader(KafkaNames.PARTITION, Integer.class));
  }

  static long offset(Exchange exchange) {
    return exchange.getMessage().getHeader(KafkaNames.OFFSET, Long.class);
  }

  static Source source(TopicPartition partition, long offset) {
    String name = partition.topic() + "-" + partition.partition();
    return new Source("kafka:" + name + "@" + offset, Source.safeName(name) + "-line-" + offset);
  }

  @Override
  public boolean isWorkedOff(String topic) {
    return offsets.isWorkedOff(topic);
  }
}
