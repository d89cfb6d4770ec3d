package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.ids.TaskId;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.BiConsumer;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetAndTimestamp;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.internals.BuiltInPartitioner;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Reads topics once, from a place to the end that they have then. It is in no group and commits
 * nothing. Not thread-safe.
 *
 * <p>Every method throws {@link IllegalSettingException} with a line for a person where the brokers
 * do not answer or refuse.
 */
public final class TopicScan implements AutoCloseable {

  private static final int WAIT_SECONDS = 15;
  private static final int BYTES_AT_ONCE = 2 << 20;

  private final Settings settings;
  private final Map<String, Object> common = new HashMap<>();
  private final BrokerAddresses brokers;
  private final Admin admin;
  private boolean isSilent;

  /** A reader of the topics on {@code serp.kafka.brokers}. */
  public TopicScan(Settings settings) {
    this.settings = settings;
    common.put("bootstrap.servers", settings.required(Keys.BROKERS));
    common.put("default.api.timeout.ms", WAIT_SECONDS * 1000);
    common.put("request.timeout.ms", WAIT_SECONDS * 1000 / 2);
    new KafkaProperties(settings).addTo(common, "default.api.timeout.ms", "request.timeout.ms");
    Object protocol = common.getOrDefault("security.protocol", "PLAINTEXT");
    brokers = new BrokerAddresses(settings.text(Keys.BROKERS), protocol.toString());
    brokers.check();
    common.put("client.id", KafkaClients.clientId("scan"));
    admin = asked(() -> Admin.create(common));
  }

  /** A request to the brokers. */
  @FunctionalInterface
  private interface Request<T> {
    T get() throws InterruptedException, ExecutionException, TimeoutException;
  }

  private <T> T asked(Request<T> request) {
    try {
      return request.get();
    } catch (ExecutionException e) {
      throw refused(e.getCause());
    } catch (KafkaException e) {
      throw refused(e);
    } catch (TimeoutException e) {
      throw refused(new org.apache.kafka.common.errors.TimeoutException(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalSettingException("interrupted");
    }
  }

  private IllegalSettingException refused(Throwable failure) {
    isSilent |= failure instanceof org.apache.kafka.common.errors.TimeoutException;
    return new IllegalSettingException(brokers.inWords(failure, WAIT_SECONDS));
  }

  /** Whether a request was not answered in time. */
  public boolean isSilent() {
    return isSilent;
  }

  private List<TopicPartition> partitions(Key<String> key) {
    String topic = settings.get(key);
    return asked(
        () -> {
          try {
            return admin
                .describeTopics(List.of(topic))
                .topicNameValues()
                .get(topic)
                .get(WAIT_SECONDS, TimeUnit.SECONDS)
                .partitions()
                .stream()
                .map(partition -> new TopicPartition(topic, partition.partition()))
                .toList();
          } catch (ExecutionException e) {
            if (e.getCause() instanceof UnknownTopicOrPartitionException) {
              throw new IllegalSettingException(
                  "there is no topic "
                      + Rights.named(settings, key)
                      + ", or this user may not see it");
            }
            throw e;
          }
        });
  }

  /** How many records of a topic a group has not committed. */
  public long lag(Key<String> topic, String group) {
    List<TopicPartition> partitions = partitions(topic);
    Map<TopicPartition, OffsetAndMetadata> committed = committed(partitions, group);
    try (Consumer<String, byte[]> consumer = consumer()) {
      return asked(
          () -> {
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            return partitions.stream()
                .mapToLong(one -> ends.get(one) - from(one, committed, starts))
                .filter(records -> records > 0)
                .sum();
          });
    }
  }

  private static long from(
      TopicPartition partition,
      Map<TopicPartition, OffsetAndMetadata> committed,
      Map<TopicPartition, Long> starts) {
    OffsetAndMetadata known = committed.get(partition);
    return Math.max(known == null ? 0 : known.offset(), starts.get(partition));
  }

  private Map<TopicPartition, OffsetAndMetadata> committed(
      List<TopicPartition> partitions, String group) {
    Map<TopicPartition, OffsetAndMetadata> all =
        asked(
            () ->
                admin
                    .listConsumerGroupOffsets(group)
                    .partitionsToOffsetAndMetadata()
                    .get(WAIT_SECONDS, TimeUnit.SECONDS));
    return partitions.stream()
        .filter(one -> all.get(one) != null)
        .collect(Collectors.toMap(Function.identity(), all::get));
  }

  /** Passes on key and value of each record of a topic that has not ended for a group. */
  public void uncommitted(Key<String> topic, String group, BiConsumer<String, byte[]> visitor) {
    List<TopicPartition> partitions = partitions(topic);
    Map<TopicPartition, OffsetAndMetadata> committed = committed(partitions, group);
    Map<TopicPartition, EndedOffsets.Ended> ended = new HashMap<>();
    committed.forEach((one, commit) -> ended.put(one, EndedOffsets.decode(commit.metadata())));
    read(
        partitions,
        consumer -> {
          Map<TopicPartition, Long> from = new HashMap<>(consumer.beginningOffsets(partitions));
          from.replaceAll((one, start) -> from(one, committed, Map.of(one, start)));
          return from;
        },
        record -> {
          TopicPartition partition = new TopicPartition(record.topic(), record.partition());
          OffsetAndMetadata commit = committed.get(partition);
          if (commit == null || !ended.get(partition).tells(record.offset() - commit.offset())) {
            visitor.accept(record.key(), record.value());
          }
        });
  }

  /** Passes on key and value of each record of a topic that was written at a time or later. */
  public void since(Key<String> topic, Instant time, BiConsumer<String, byte[]> visitor) {
    List<TopicPartition> partitions = partitions(topic);
    Map<TopicPartition, Long> times =
        partitions.stream().collect(Collectors.toMap(one -> one, one -> time.toEpochMilli()));
    read(
        partitions,
        consumer -> {
          Map<TopicPartition, Long> from = new HashMap<>();
          Map<TopicPartition, OffsetAndTimestamp> found = consumer.offsetsForTimes(times);
          found.forEach((one, offset) -> from.put(one, offset == null ? -1 : offset.offset()));
          return from;
        },
        record -> visitor.accept(record.key(), record.value()));
  }

  /**
   * Since when a topic surely has every record that was written, or the last of each key where it
   * is compacted; {@link Instant#MIN} where it has lost none.
   */
  public Instant wholeSince(Key<String> topic) {
    List<TopicPartition> partitions = partitions(topic);
    Map<TopicPartition, Long> any =
        partitions.stream().collect(Collectors.toMap(one -> one, one -> 0L));
    try (Consumer<String, byte[]> consumer = consumer()) {
      return asked(
          () -> {
            Map<TopicPartition, Long> starts = consumer.beginningOffsets(partitions);
            Map<TopicPartition, OffsetAndTimestamp> firsts = consumer.offsetsForTimes(any);
            Instant first =
                partitions.stream()
                    .filter(one -> starts.get(one) > 0)
                    .map(firsts::get)
                    .map(one -> one == null ? Instant.now() : Instant.ofEpochMilli(one.timestamp()))
                    .max(Comparator.naturalOrder())
                    .orElse(Instant.MIN);
            String name = settings.get(topic);
            TopicConfigs configs = new TopicConfigs(admin, List.of(name), WAIT_SECONDS);
            Instant kept = Retention.keptSince(configs, name);
            return first.isBefore(kept) ? first : kept;
          });
    }
  }

  /**
   * Passes on all records of some keys, those of a key in the order of their offsets. Reads the
   * partitions where the default partitioner puts them, or all where {@code partitioner.class} is
   * given.
   *
   * @param most how long it may take
   * @return what was read for each key, for a person
   * @throws IllegalSettingException also where the time is over before all has been read
   */
  public Map<String, String> ofKeys(
      Key<String> topic,
      Set<String> keys,
      Duration most,
      java.util.function.Consumer<ConsumerRecord<String, byte[]>> visitor) {
    List<TopicPartition> all = partitions(topic);
    boolean isDefault = !common.containsKey("partitioner.class");
    Map<String, String> places = new HashMap<>();
    Set<TopicPartition> partitions = new HashSet<>(isDefault ? Set.of() : all);
    for (String key : keys) {
      int of = BuiltInPartitioner.partitionForKey(key.getBytes(UTF_8), all.size());
      TopicPartition partition = new TopicPartition(settings.get(topic), of);
      if (isDefault) {
        partitions.add(partition);
      }
      places.put(key, isDefault ? partition.toString() : settings.get(topic));
    }
    long end = System.nanoTime() + most.toNanos();
    read(
        List.copyOf(partitions),
        consumer -> consumer.beginningOffsets(partitions),
        record -> {
          if (System.nanoTime() - end > 0) {
            throw new IllegalSettingException(
                "it has more records than can be read in " + most.toSeconds() + " s");
          }
          if (keys.contains(record.key())) {
            visitor.accept(record);
          }
        });
    return places;
  }

  private void read(
      List<TopicPartition> partitions,
      Function<Consumer<String, byte[]>, Map<TopicPartition, Long>> start,
      java.util.function.Consumer<ConsumerRecord<String, byte[]>> visitor) {
    try (Consumer<String, byte[]> consumer = consumer()) {
      asked(
          () -> {
            Map<TopicPartition, Long> from = start.apply(consumer);
            Map<TopicPartition, Long> ends = consumer.endOffsets(partitions);
            List<TopicPartition> open = new ArrayList<>(partitions);
            open.removeIf(one -> from.get(one) < 0 || from.get(one) >= ends.get(one));
            consumer.assign(open);
            open.forEach(one -> consumer.seek(one, from.get(one)));
            readTo(ends, consumer, visitor);
            return null;
          });
    }
  }

  private static void readTo(
      Map<TopicPartition, Long> ends,
      Consumer<String, byte[]> consumer,
      java.util.function.Consumer<ConsumerRecord<String, byte[]>> visitor)
      throws TimeoutException {
    List<TopicPartition> open = new ArrayList<>(consumer.assignment());
    long lastNews = System.nanoTime();
    while (!open.isEmpty()) {
      for (ConsumerRecord<String, byte[]> read : consumer.poll(Duration.ofMillis(500))) {
        visitor.accept(read);
        lastNews = System.nanoTime();
      }
      if (open.removeIf(one -> consumer.position(one) >= ends.get(one))) {
        consumer.assign(open);
        lastNews = System.nanoTime();
      }
      if (System.nanoTime() - lastNews > TimeUnit.SECONDS.toNanos(2 * WAIT_SECONDS)) {
        throw new TimeoutException();
      }
    }
  }

  private Consumer<String, byte[]> consumer() {
    Map<String, Object> all = new HashMap<>(common);
    all.remove("group.id");
    all.put("enable.auto.commit", false);
    all.put("allow.auto.create.topics", false);
    all.put("auto.offset.reset", "earliest"); // what retention has removed meanwhile
    all.put("isolation.level", "read_committed");
    all.put("max.partition.fetch.bytes", BYTES_AT_ONCE);
    all.put("fetch.max.bytes", BYTES_AT_ONCE);
    return asked(
        () -> new KafkaConsumer<>(all, new StringDeserializer(), new ByteArrayDeserializer()));
  }

  /**
   * Sends ids to {@code serp.kafka.topics.ids}, a record each; all brokers have them when it
   * returns. Where it throws, some may have been sent.
   */
  public void send(Iterable<TaskId> ids) {
    Map<String, Object> all = new HashMap<>(common);
    all.put("acks", "all");
    all.put("enable.idempotence", true);
    all.put("buffer.memory", (long) BYTES_AT_ONCE);
    String topic = settings.get(Keys.TOPIC_IDS);
    AtomicReference<Exception> failure = new AtomicReference<>();
    try (Producer<String, String> producer =
        asked(() -> new KafkaProducer<>(all, new StringSerializer(), new StringSerializer()))) {
      for (TaskId id : ids) {
        if (failure.get() != null) {
          break;
        }
        producer.send(
            new ProducerRecord<>(topic, id.value(), id.value()),
            (sent, e) -> failure.compareAndSet(null, e));
      }
      producer.flush();
    } catch (KafkaException e) {
      failure.compareAndSet(null, e);
    }
    if (failure.get() != null) {
      String named = Rights.named(settings, Keys.TOPIC_IDS);
      throw new IllegalSettingException(
          named + " took not all ids: " + KafkaFailures.inWords(failure.get(), named));
    }
  }

  @Override
  public void close() {
    admin.close(Duration.ZERO);
  }
}
