package io.serproutes.bench;

import java.io.IOException;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
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
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.serialization.StringSerializer;

/** Ids of a topic to items on topics, with a new broker each time: topics are deleted slowly. */
final class KafkaWork implements Work {

  private static final int PARTITIONS = 6;
  private static final List<String> KINDS =
      List.of("ids", "organic", "paid", "other", "receipts", "dead-letters", "parked");

  private final Path home;
  private final Settings settings;
  private final int items;
  private Path data;
  private Child broker;
  private String address;
  private Admin admin;
  private int run;
  private int count;
  private String topics;

  KafkaWork(Path home, Settings settings, int items) {
    this.home = home;
    this.settings = settings;
    this.items = items;
  }

  private void startBroker() throws IOException {
    int port;
    try (ServerSocket free = new ServerSocket(0)) {
      port = free.getLocalPort();
    }
    address = "localhost:" + port;
    data = Files.createTempDirectory(Files.createDirectories(home), "broker-");
    broker =
        Child.java(
            home.resolve("broker.log"),
            List.of("-Xmx512m", "@target/broker/classpath"),
            Map.of(),
            "src/test/java/io/serproutes/kafka/Broker.java",
            data.toString(),
            Integer.toString(port));
    broker.awaitLine("kafka broker: ");
    broker.drain();
    admin = Admin.create(Map.of("bootstrap.servers", address));
  }

  @Override
  public void prepare(List<String> ids) throws Exception {
    startBroker();
    count = ids.size();
    topics = "bench-" + ++run;
    admin
        .createTopics(
            KINDS.stream()
                .map(kind -> new NewTopic(topics + "." + kind, PARTITIONS, (short) 1))
                .toList())
        .all()
        .get();
    try (KafkaProducer<String, String> producer =
        new KafkaProducer<>(
            Map.of("bootstrap.servers", address, "enable.idempotence", false),
            new StringSerializer(),
            new StringSerializer())) {
      List<Future<RecordMetadata>> sent = new ArrayList<>(count);
      ids.forEach(id -> sent.add(producer.send(new ProducerRecord<>(topics + ".ids", id, id))));
      for (Future<RecordMetadata> one : sent) {
        one.get();
      }
    }
  }

  @Override
  public Child start(String subject, String api) throws IOException {
    Path log = home.resolve(subject + ".log");
    Map<String, Object> keys = new LinkedHashMap<>();
    if (settings.isProduct(subject)) {
      keys.put("serp.from", "kafka");
      keys.put("serp.to", "kafka");
      keys.put("serp.kafka.brokers", address);
      keys.put("serp.kafka.group-id", topics);
      KINDS.forEach(kind -> keys.put("serp.kafka.topics." + kind, topics + "." + kind));
      keys.put("serp.files.dir", home.resolve("out"));
      if (subject.equals(Settings.EXACTLY_ONCE)) {
        keys.put("serp.kafka.delivery", subject);
      }
      keys.putAll(settings.api(api));
      return Child.java(log, settings.options(), keys, "-jar", settings.jarOf(subject)).drain();
    }
    keys.put("api", api);
    keys.put("brokers", address);
    keys.put("group", topics);
    keys.put("topics", topics);
    keys.put("durable", subject.equals("hand"));
    List<String> command = new ArrayList<>();
    command.add("-cp");
    if (subject.startsWith("spring")) {
      keys.put("threads", subject.substring("spring-".length()));
      command.add(Files.readString(Path.of("target/bench-spring/classpath")).strip());
      command.add("io.serproutes.bench.spring.KafkaFlow");
    } else {
      command.add(System.getProperty("java.class.path"));
      command.add("io.serproutes.bench.baseline.KafkaLoop");
    }
    return Child.java(log, settings.options(), keys, command.toArray(new String[0])).drain();
  }

  @Override
  public boolean hasFirst() throws Exception {
    return total("organic", "paid") > 0;
  }

  @Override
  public boolean isDone(String subject) throws Exception {
    if (subject.equals(Settings.EXACTLY_ONCE)) { // its topics also hold a mark of each transaction
      return committed() >= count;
    }
    return total("organic", "paid", "other") >= (long) count * items
        && (!settings.isProduct(subject) || total("receipts") >= count);
  }

  private long committed() throws Exception {
    return admin.listConsumerGroupOffsets(topics).partitionsToOffsetAndMetadata().get().values()
        .stream()
        .mapToLong(commit -> commit.offset())
        .sum();
  }

  private long total(String... kinds) throws Exception {
    Map<TopicPartition, OffsetSpec> latest =
        Stream.of(kinds)
            .flatMap(
                kind ->
                    IntStream.range(0, PARTITIONS)
                        .mapToObj(p -> new TopicPartition(topics + "." + kind, p)))
            .collect(Collectors.toMap(partition -> partition, partition -> OffsetSpec.latest()));
    return admin.listOffsets(latest).all().get().values().stream()
        .mapToLong(offset -> offset.offset())
        .sum();
  }

  @Override
  public void clear() throws IOException {
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
