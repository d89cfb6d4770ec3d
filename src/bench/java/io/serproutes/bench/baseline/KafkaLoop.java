package io.serproutes.bench.baseline;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.Semaphore;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Ids of a topic to items on topics, written by hand.
 *
 * <p>Durable: what is committed has been acknowledged by all replicas; offsets are committed up to
 * the lowest that has not ended. Otherwise nothing is waited for. With receipts, a record for each
 * id follows its items once these have been acknowledged.
 */
public final class KafkaLoop {

  private static final int CONCURRENCY = Integer.getInteger("concurrency", 30);

  private final TaskGet taskGet = new TaskGet(System.getProperty("api"), CONCURRENCY);
  private final String topics = System.getProperty("topics");
  private final boolean durable = Boolean.getBoolean("durable");
  private final boolean receipts = Boolean.getBoolean("receipts");
  private final KafkaProducer<String, byte[]> producer;
  private final Map<TopicPartition, Progress> progress = new ConcurrentHashMap<>();

  private KafkaLoop() {
    producer =
        new KafkaProducer<>(
            Map.of(
                "bootstrap.servers",
                System.getProperty("brokers"),
                "acks",
                durable ? "all" : "1",
                "enable.idempotence",
                durable,
                "compression.type",
                "lz4",
                "linger.ms",
                5,
                "batch.size",
                65_536,
                // what nothing waits for would fill the heap
                "buffer.memory",
                durable ? 33_554_432L : 8_388_608L),
            new StringSerializer(),
            new ByteArraySerializer());
  }

  /** What of a partition has ended. */
  private static final class Progress {
    private final TreeSet<Long> open = new TreeSet<>();
    private long next;

    synchronized void read(long offset) {
      open.add(offset);
      next = offset + 1;
    }

    synchronized void ended(long offset) {
      open.remove(offset);
    }

    synchronized OffsetAndMetadata committable() {
      return new OffsetAndMetadata(open.isEmpty() ? next : open.first());
    }
  }

  /** Takes the ids of the topic {@code -Dtopics}.ids until it is killed. */
  public static void main(String[] args) throws Exception {
    new KafkaLoop().run();
  }

  private void run() throws InterruptedException {
    ExecutorService workers = Executors.newFixedThreadPool(CONCURRENCY);
    Semaphore free = new Semaphore(4 * CONCURRENCY);
    try (KafkaConsumer<String, String> consumer =
        new KafkaConsumer<>(
            Map.of(
                "bootstrap.servers",
                System.getProperty("brokers"),
                "group.id",
                System.getProperty("group"),
                "auto.offset.reset",
                "earliest",
                "max.poll.records",
                100,
                "enable.auto.commit",
                false),
            new StringDeserializer(),
            new StringDeserializer())) {
      consumer.subscribe(List.of(topics + ".ids"));
      long committedAt = System.nanoTime();
      while (true) {
        for (ConsumerRecord<String, String> record : consumer.poll(Duration.ofMillis(20))) {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          Progress of = progress.computeIfAbsent(partition, p -> new Progress());
          of.read(record.offset());
          free.acquire();
          workers.execute(
              () -> {
                try {
                  work(record.value());
                  of.ended(record.offset());
                } catch (IOException | ExecutionException | InterruptedException e) {
                  System.err.println(record.value() + ": " + e);
                } finally {
                  free.release();
                }
              });
        }
        if (System.nanoTime() - committedAt > 250_000_000) {
          committedAt = System.nanoTime();
          Map<TopicPartition, OffsetAndMetadata> commits = new HashMap<>();
          progress.forEach((partition, of) -> commits.put(partition, of.committable()));
          consumer.commitAsync(commits, null);
        }
      }
    }
  }

  private void work(String id) throws IOException, ExecutionException, InterruptedException {
    Items items = Items.of(id, taskGet.body(id));
    List<ProducerRecord<String, byte[]>> records = new ArrayList<>();
    String count = Integer.toString(items.all().size());
    for (Items.Item item : items.all()) {
      String type = item.type();
      String to = type.equals("organic") || type.equals("paid") ? type : "other";
      ProducerRecord<String, byte[]> record =
          new ProducerRecord<>(topics + "." + to, id, items.bytes(item));
      header(record, "content-type", "application/json");
      header(record, "serp.task-id", id);
      header(record, "serp.item-type", type);
      header(record, "serp.item-index", Integer.toString(records.size()));
      header(record, "serp.item-count", count);
      header(record, "serp.rank-absolute", item.rank());
      records.add(record);
    }
    List<Future<RecordMetadata>> sent = new ArrayList<>(records.size());
    for (ProducerRecord<String, byte[]> record : records) {
      sent.add(producer.send(record));
    }
    if (durable) {
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
    if (receipts) {
      producer.send(new ProducerRecord<>(topics + ".receipts", id, receipt(id, items))).get();
    }
  }

  private static byte[] receipt(String id, Items items) {
    Map<String, Integer> counts = new TreeMap<>();
    items.all().forEach(item -> counts.merge('"' + item.type() + '"', 1, Integer::sum));
    String json =
        String.format(
            "{\"task_id\":\"%s\",\"outcome\":\"delivered\",\"items\":%s,\"fetched_at\":\"%s\"}",
            id, counts.toString().replace('=', ':'), Instant.now());
    return json.getBytes(StandardCharsets.UTF_8);
  }

  private static void header(ProducerRecord<String, byte[]> record, String name, String value) {
    if (value != null) {
      record.headers().add(name, value.getBytes(StandardCharsets.UTF_8));
    }
  }
}
