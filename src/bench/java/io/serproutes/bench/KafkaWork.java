package io.serproutes.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.ConsumerRecord;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.Deserializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/** Ids of a topic to items on topics, with a new broker each time: topics are deleted slowly. */
final class KafkaWork implements Work {

  private static final int PARTITIONS = 6;
  private static final String WITH_RECEIPTS = "hand-receipts";
  static final List<String> ITEMS = List.of("organic", "paid", "other");
  private static final ListOffsetsOptions COMMITTED =
      new ListOffsetsOptions(IsolationLevel.READ_COMMITTED);
  private static final List<String> KINDS =
      List.of("ids", "organic", "paid", "other", "receipts", "dead-letters", "parked");

  private final Settings settings;
  private Path data;
  private Child broker;
  private String address;
  private Admin admin;
  private int run;
  private int count;
  private String topics;

  KafkaWork(Settings settings) {
    this.settings = settings;
  }

  /** Starts a broker, which lasts until {@link #clear}. */
  void startBroker() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    address = "localhost:" + port;
    data = Files.createTempDirectory(Files.createDirectories(settings.home()), "broker-");
    broker =
        Child.java(
            settings.home().resolve("broker.log"),
            Child.OWN_JDK,
            List.of("-Xmx512m", "@" + Path.of("target/broker/classpath").toAbsolutePath()),
            Map.of(),
            Path.of("src/test/java/io/serproutes/kafka/Broker.java").toAbsolutePath().toString(),
            data.toString(),
            Integer.toString(port));
    broker.awaitLine("kafka broker: ");
    broker.drain();
    admin = Admin.create(Map.of("bootstrap.servers", address));
  }

  @Override
  public void prepare(List<String> ids) throws Exception {
    startBroker();
    createTopics();
    count = ids.size();
    try (KafkaProducer<String, String> producer = idProducer()) {
      List<Future<RecordMetadata>> sent = new ArrayList<>(count);
      ids.forEach(id -> sent.add(producer.send(new ProducerRecord<>(topics + ".ids", id, id))));
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
  }

  /** Creates topics for one subject; returns the beginning of their names. */
  String createTopics() throws Exception {
    topics = "bench-" + ++run;
    admin
        .createTopics(
            KINDS.stream()
                .map(kind -> new NewTopic(topics + "." + kind, PARTITIONS, (short) 1))
                .toList())
        .all()
        .get();
    return topics;
  }

  KafkaProducer<String, String> idProducer() {
    return new KafkaProducer<>(
        Map.of("bootstrap.servers", address, "enable.idempotence", false),
        new StringSerializer(),
        new StringSerializer());
  }

  @Override
  public Child start(Subject subject, String api) throws IOException {
    Map<String, Object> keys = new LinkedHashMap<>();
    if (subject.isProduct()) {
      keys.put("serp.from", "kafka");
      keys.put("serp.to", "kafka");
      keys.put("serp.kafka.brokers", address);
      keys.put("serp.kafka.group-id", topics);
      KINDS.forEach(kind -> keys.put("serp.kafka.topics." + kind, topics + "." + kind));
      keys.put("serp.files.dir", settings.home().resolve("out"));
      if (subject.kind().startsWith(Settings.EXACTLY_ONCE)) {
        keys.put("serp.kafka.delivery", Settings.EXACTLY_ONCE);
      }
      keys.putAll(settings.api(api));
      return subject.start(settings.home(), keys, "-jar", subject.jar().toString());
    }
    keys.put("api", api);
    keys.put("brokers", address);
    keys.put("group", topics);
    keys.put("topics", topics);
    keys.put("durable", subject.kind().startsWith("hand"));
    keys.put("receipts", subject.kind().equals(WITH_RECEIPTS));
    String classPath = Subject.CLASS_PATH;
    String main = "io.serproutes.bench.baseline.KafkaLoop";
    if (subject.kind().startsWith("spring")) {
      keys.put("threads", subject.kind().substring("spring-".length()));
      classPath = Files.readString(Path.of("target/bench-spring/classpath")).strip();
      main = "io.serproutes.bench.spring.KafkaFlow";
    }
    return subject.start(settings.home(), keys, "-cp", classPath, main);
  }

  /** A consumer of all partitions of these topics, from their beginning; keys alone, or all. */
  <V> KafkaConsumer<String, V> consumer(Deserializer<V> values, List<String> kinds) {
    KafkaConsumer<String, V> consumer =
        new KafkaConsumer<>(
            Map.of("bootstrap.servers", address), new StringDeserializer(), values);
    consumer.assign(kinds.stream().flatMap(this::partitions).toList());
    consumer.seekToBeginning(List.of());
    return consumer;
  }

  private Stream<TopicPartition> partitions(String kind) {
    return IntStream.range(0, PARTITIONS).mapToObj(p -> new TopicPartition(topics + "." + kind, p));
  }

  @Override
  public Content content(Subject subject) throws Exception {
    Content content = new Content();
    try (KafkaConsumer<String, byte[]> consumer = consumer(new ByteArrayDeserializer(), ITEMS)) {
      Map<TopicPartition, Long> ends = consumer.endOffsets(consumer.assignment());
      while (ends.entrySet().stream().anyMatch(e -> consumer.position(e.getKey()) < e.getValue())) {
        for (ConsumerRecord<String, byte[]> one : consumer.poll(Duration.ofSeconds(1))) {
          content.add(one.value(), 0, one.value().length);
        }
      }
    }
    return content;
  }

  @Override
  public boolean hasFirst() throws Exception {
    return total(ITEMS) > 0;
  }

  @Override
  public boolean isDone(Subject subject) throws Exception {
    if (subject.kind().startsWith(Settings.EXACTLY_ONCE)) { // topics also hold marks of transactions
      return committed() >= count;
    }
    boolean hasReceipts = subject.isProduct() || subject.kind().equals(WITH_RECEIPTS);
    return total(ITEMS) >= (long) count * settings.items()
        && (!hasReceipts || total(List.of("receipts")) >= count);
  }

  private long committed() throws Exception {
    return admin.listConsumerGroupOffsets(topics).partitionsToOffsetAndMetadata().get().values()
        .stream()
        .mapToLong(commit -> commit.offset())
        .sum();
  }

  // up to what a transaction that is open may still take back
  private long total(List<String> kinds) throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        kinds.stream()
            .flatMap(this::partitions)
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return admin.listOffsets(latest, COMMITTED).all().get().values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  @Override
  public void clear(Subject subject) throws IOException {
    admin.close();
    broker.close();
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
        Files.delete(file);
      }
    }
  }

  @Override
  public void close() {
    if (broker != null) {
      broker.close();
    }
  }
}
