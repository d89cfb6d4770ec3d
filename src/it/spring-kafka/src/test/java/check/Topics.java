package check;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** What stands in the topics of a broker, and how far a group has come. */
final class Topics {

  static final String IDS = "serp.task-ids";

  private final Map<String, Object> client;

  Topics(String brokers) {
    client = Map.of("bootstrap.servers", brokers);
  }

  void send(String topic, List<String> values) {
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(client, new StringSerializer(), new StringSerializer())) {
      values.forEach(value -> producer.send(new ProducerRecord<>(topic, value, value)));
    }
  }

  /** All records of a topic, up to the end it has now. */
  List<ConsumerRecord<String, String>> read(String topic) {
    List<ConsumerRecord<String, String>> records = new ArrayList<>();
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(client, new StringDeserializer(), new StringDeserializer())) {
      List<TopicPartition> partitions =
          consumer.partitionsFor(topic).stream()
              .map(info -> new TopicPartition(topic, info.partition()))
              .toList();
      consumer.assign(partitions);
      consumer.seekToBeginning(partitions);
      Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
      while (partitions.stream().anyMatch(p -> consumer.position(p) < ends.get(p))) {
        consumer.poll(Duration.ofMillis(100)).forEach(records::add);
      }
    }
    return records;
  }

  Set<String> values(String topic) {
    Set<String> values = new TreeSet<>();
    read(topic).forEach(record -> values.add(record.value()));
    return values;
  }

  /** The ids that have a receipt. */
  Set<String> receipts() {
    Set<String> ids = new TreeSet<>();
    read("serp.receipts").forEach(record -> ids.add(record.key()));
    return ids;
  }

  /** The ids below the offsets that are committed now. */
  Set<String> committed() throws Exception {
    Map<TopicPartition, OffsetAndMetadata> offsets = new TreeMap<>(this::compare);
    try (Admin admin = Admin.create(client)) {
      offsets.putAll(
          admin.listConsumerGroupOffsets("serp-routes").partitionsToOffsetAndMetadata().get());
    }
    Set<String> ids = new TreeSet<>();
    for (ConsumerRecord<String, String> record : read(IDS)) {
      OffsetAndMetadata end = offsets.get(new TopicPartition(IDS, record.partition()));
      if (end != null && record.offset() < end.offset()) {
        ids.add(record.value());
      }
    }
    return ids;
  }

  private int compare(TopicPartition a, TopicPartition b) {
    return a.toString().compareTo(b.toString());
  }
}
