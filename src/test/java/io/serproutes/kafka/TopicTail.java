package io.serproutes.kafka;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;

/**
 * Everything that has come to a topic so far, of transactions what is committed. Not for use by
 * several threads at once.
 */
public final class TopicTail implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();

  /** A record as tests look at it; {@code json} is null for a tombstone. */
  public record Entry(String key, JsonNode json, ConsumerRecord<String, byte[]> record) {

    /** A header as text, or null. */
    public String header(String name) {
      Header header = record.headers().lastHeader(name);
      return header == null ? null : new String(header.value());
    }

    public int index() {
      return Integer.parseInt(header("serp.item-index"));
    }
  }

  private final KafkaConsumer<String, byte[]> consumer;
  private final List<TopicPartition> partitions;
  private final List<Entry> entries = new ArrayList<>();

  TopicTail(String bootstrapServers, String topic) {
    consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                bootstrapServers,
                "fetch.max.wait.ms",
                50,
                "isolation.level",
                "read_committed"),
            new StringDeserializer(),
            new ByteArrayDeserializer());
    partitions =
        consumer.partitionsFor(topic).stream()
            .map(info -> new TopicPartition(topic, info.partition()))
            .toList();
    consumer.assign(partitions);
    consumer.seekToBeginning(partitions);
  }

  /** All records that stand in the topic now, in order within their partition. */
  List<Entry> all() {
    Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
    while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
      for (ConsumerRecord<String, byte[]> record : consumer.poll(Duration.ofMillis(100))) {
        entries.add(new Entry(record.key(), json(record.value()), record));
      }
    }
    return entries;
  }

  private static JsonNode json(byte[] value) {
    try {
      return value == null ? null : JSON.readTree(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() {
    consumer.close();
  }
}
