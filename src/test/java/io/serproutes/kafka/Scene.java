package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.serproutes.kafka.TopicTail.Entry;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AlterConfigOp;
import org.apache.kafka.clients.admin.ConfigEntry;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.MemberDescription;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.admin.RecordsToDelete;
import org.apache.kafka.clients.consumer.KafkaConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.Uuid;
import org.apache.kafka.common.config.ConfigResource;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.serialization.ByteArrayDeserializer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringDeserializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Topics and a consumer group of one test, and the instances that work on them. What it has started
 * ends when it is closed.
 */
public final class Scene implements AutoCloseable {

  static final List<String> OUT =
      List.of("organic", "paid", "other", "receipts", "dead-letters", "parked");
  static final List<String> ITEMS = List.of("organic", "paid", "other");

  private final String name;
  private final Path dir;
  private final String brokers;
  private final Admin admin;
  private KafkaProducer<String, byte[]> producer;
  private final Map<String, TopicTail> tails = new HashMap<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private final Deque<AutoCloseable> opened = new ArrayDeque<>();

  /** Makes the topics; those of ids have several partitions. */
  public Scene(BrokerProcess broker, Path dir, String name, int partitions) {
    this(broker.bootstrapServers(), dir, name, partitions);
  }

  /** Makes the topics of a cluster with these addresses. */
  public Scene(String brokers, Path dir, String name, int partitions) {
    this(brokers, dir, name);
    createTopic("ids", partitions);
    OUT.forEach(key -> createTopic(key, key.equals("parked") ? partitions : 2));
  }

  private Scene(String brokers, Path dir, String name) {
    this.name = name;
    this.dir = dir;
    this.brokers = brokers;
    admin = open(Admin.create(Map.of("bootstrap.servers", brokers)));
    producer = newProducer();
    keys.put("serp.from", "kafka");
    keys.put("serp.to", "kafka");
    keys.put("serp.kafka.brokers", brokers);
    keys.put("serp.kafka.group-id", name);
    keys.put("serp.kafka.properties.session.timeout.ms", "6000");
    keys.put("serp.kafka.properties.heartbeat.interval.ms", "1000");
    keys.put("serp.server.port", "0");
    keys.put("serp.api.calls-per-minute", "60000");
  }

  /** The topics under their default names, which are there. */
  static Scene defaults(BrokerProcess broker, Path dir) {
    return new Scene(broker.bootstrapServers(), dir, "serp");
  }

  private <T extends AutoCloseable> T open(T resource) {
    opened.push(resource);
    return resource;
  }

  /** Gives a key to all instances made from now on. */
  public Scene key(String key, Object value) {
    keys.put(key, value.toString());
    return this;
  }

  /** The keys of all instances made from now on. */
  public Map<String, String> keys() {
    return Map.copyOf(keys);
  }

  /** The API that all instances made from now on ask. */
  Scene api(URI address) {
    return key("serp.api.base-url", address)
        .key("serp.api.login", "sandbox")
        .key("serp.api.password", "sandbox");
  }

  /** The name of a topic, by the last part of its key. */
  public String topic(String key) {
    boolean isDefault = name.equals("serp") && key.equals("ids");
    return isDefault ? "serp.task-ids" : name + "." + key;
  }

  void createTopic(String key, int partitions) {
    keys.put("serp.kafka.topics." + key, topic(key));
    String topic = topic(key);
    Uuid made =
        get(
            admin
                .createTopics(
                    List.of(new NewTopic(topic, Optional.of(partitions), Optional.empty())))
                .topicId(topic));
    // one made anew is known to the broker a little later; until then it takes records for the old
    await("topic " + topic).ignoreExceptions().until(() -> idOf(topic).equals(made));
  }

  private Uuid idOf(String topic) {
    return get(admin.describeTopics(List.of(topic)).topicNameValues().get(topic)).topicId();
  }

  /** Has a topic refuse records over so many bytes. */
  void limit(String key, int bytes) {
    set(key, "max.message.bytes", bytes);
  }

  /** Sets a property of a topic. */
  void set(String key, String property, Object value) {
    ConfigResource resource = new ConfigResource(ConfigResource.Type.TOPIC, topic(key));
    ConfigEntry entry = new ConfigEntry(property, value.toString());
    AlterConfigOp set = new AlterConfigOp(entry, AlterConfigOp.OpType.SET);
    get(admin.incrementalAlterConfigs(Map.of(resource, List.of(set))).all());
  }

  void deleteTopic(String key) {
    get(admin.deleteTopics(List.of(topic(key))).all());
    producer = newProducer(); // the old one goes on counting where the deleted topic ended
  }

  private KafkaProducer<String, byte[]> newProducer() {
    Map<String, Object> client = Map.of("bootstrap.servers", brokers);
    return open(new KafkaProducer<>(client, new StringSerializer(), new ByteArraySerializer()));
  }

  /** An instance, not yet started, with a folder of its own. */
  InstanceUnderTest instance(String folder) {
    return open(new InstanceUnderTest(dir.resolve(folder), keys));
  }

  /** Puts values into the topic of ids, evenly over its partitions. */
  public void send(Collection<String> values) {
    int count = producer.partitionsFor(topic("ids")).size();
    int i = 0;
    List<Future<RecordMetadata>> sent = new ArrayList<>(values.size());
    for (String value : values) {
      byte[] bytes = value.getBytes(UTF_8);
      sent.add(producer.send(new ProducerRecord<>(topic("ids"), i++ % count, null, bytes)));
    }
    sent.forEach(Scene::get);
  }

  /** Puts one value, or a tombstone, into a topic. */
  void send(String key, int partition, byte[] value, Header... headers) {
    get(
        producer.send(
            new ProducerRecord<>(topic(key), partition, null, null, value, List.of(headers))));
  }

  /** Puts very many values into the topic with this key, each to any of its partitions. */
  void sendAll(String key, Stream<String> values) {
    values.forEach(value -> producer.send(new ProducerRecord<>(topic(key), value.getBytes(UTF_8))));
    producer.flush();
  }

  /** Puts a record with a key into the topic with this key. */
  void sendTo(String key, String recordKey, String value) {
    get(producer.send(new ProducerRecord<>(topic(key), recordKey, value.getBytes(UTF_8))));
  }

  /** A consumer that reads topics from their beginning and commits nothing. */
  KafkaConsumer<String, byte[]> consumer() {
    Map<String, Object> client =
        Map.of(
            "bootstrap.servers",
            brokers,
            "group.id",
            name + "-test",
            "auto.offset.reset",
            "earliest",
            "enable.auto.commit",
            false);
    return new KafkaConsumer<>(client, new StringDeserializer(), new ByteArrayDeserializer());
  }

  /** All that has come to the topic with this key so far. */
  public List<Entry> all(String key) {
    return tails.computeIfAbsent(key, k -> open(new TopicTail(brokers, topic(k)))).all();
  }

  /** The last receipt of each id. */
  Map<String, JsonNode> receipts() {
    Map<String, JsonNode> receipts = new TreeMap<>();
    all("receipts").forEach(entry -> receipts.put(entry.key(), entry.json()));
    return receipts;
  }

  JsonNode receipt(String id) {
    return receipts().get(id);
  }

  /** Waits until all these ids have receipts. */
  void awaitReceipts(Collection<String> ids) {
    awaitReceipts(ids, InstanceUnderTest.PATIENCE);
  }

  /** Waits until all these ids have receipts. */
  void awaitReceipts(Collection<String> ids, Duration patience) {
    await("receipts")
        .atMost(patience)
        .pollInterval(Duration.ofMillis(100))
        .until(
            () -> {
              Set<String> missing = new HashSet<>(ids);
              missing.removeAll(receipts().keySet());
              return missing;
            },
            Set::isEmpty);
  }

  /** Waits until at least so many ids have receipts. */
  void awaitReceipts(int count) {
    await("receipts")
        .atMost(InstanceUnderTest.PATIENCE)
        .pollInterval(Duration.ofMillis(20))
        .until(() -> receipts().size(), size -> size >= count);
  }

  /** Each id has exactly the items of its receipt, counted by key and index. */
  void assertItemsAreThoseOfReceipts() {
    Map<String, JsonNode> receipts = receipts();
    for (String type : ITEMS) {
      Map<String, Set<Integer>> found = new HashMap<>();
      all(type).forEach(e -> found.computeIfAbsent(e.key(), k -> new HashSet<>()).add(e.index()));
      Map<String, Integer> said =
          receipts.entrySet().stream()
              .filter(entry -> entry.getValue().path(type).intValue() > 0)
              .collect(
                  Collectors.toMap(Map.Entry::getKey, e -> e.getValue().path(type).intValue()));
      Map<String, Integer> counted =
          found.entrySet().stream()
              .collect(Collectors.toMap(Map.Entry::getKey, e -> e.getValue().size()));
      assertThat(counted).as("%s items", type).isEqualTo(said);
    }
  }

  /** Each item, receipt and dead letter is there once. */
  void assertEachIsThereOnce() {
    for (String key : OUT.subList(0, OUT.indexOf("parked"))) {
      Set<String> once = new HashSet<>();
      List<String> again =
          all(key).stream()
              .map(e -> e.key() + e.json().path("input") + " " + e.header("serp.item-index"))
              .filter(one -> !once.add(one))
              .toList();
      assertThat(again).as("%s seen twice", key).isEmpty();
    }
  }

  /** Where the partitions of the topic with this key end. */
  public Map<TopicPartition, Long> ends(String key) {
    return ends(key, IsolationLevel.READ_UNCOMMITTED);
  }

  /** Whether a transaction is open in the topic with this key, behind which nobody reads. */
  public boolean hasOpenTransaction(String key) {
    return !ends(key, IsolationLevel.READ_COMMITTED).equals(ends(key));
  }

  private Map<TopicPartition, Long> ends(String key, IsolationLevel isolation) {
    Map<TopicPartition, OffsetSpec> asked = new HashMap<>();
    producer
        .partitionsFor(topic(key))
        .forEach(
            p -> asked.put(new TopicPartition(topic(key), p.partition()), OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    get(admin.listOffsets(asked, new ListOffsetsOptions(isolation)).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  /** Has the broker remove what stands in the topic with this key, as retention does. */
  void removeAll(String key) {
    Map<TopicPartition, RecordsToDelete> all = new HashMap<>();
    ends(key).forEach((partition, end) -> all.put(partition, RecordsToDelete.beforeOffset(end)));
    get(admin.deleteRecords(all).all());
  }

  /** Where the group stands in the topic with this key. */
  public Map<TopicPartition, OffsetAndMetadata> committed(String key, String group) {
    Map<TopicPartition, OffsetAndMetadata> all =
        new HashMap<>(get(admin.listConsumerGroupOffsets(group).partitionsToOffsetAndMetadata()));
    all.keySet().removeIf(partition -> !partition.topic().equals(topic(key)));
    return all;
  }

  /** Has the group, which has no members, stand at an offset of each partition of a topic. */
  void commit(String key, String group, long offset) {
    commit(key, group, new OffsetAndMetadata(offset));
  }

  /** The same, with what has ended above the offset. */
  void commit(String key, String group, OffsetAndMetadata commit) {
    Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
    ends(key).keySet().forEach(one -> all.put(one, commit));
    get(admin.alterConsumerGroupOffsets(group, all).all());
  }

  /** The sum of the committed offsets of the topic of ids. */
  long committedIds() {
    return committed("ids", name).values().stream().mapToLong(OffsetAndMetadata::offset).sum();
  }

  /** How many partitions of the topic of ids each member of the group has, by member id. */
  Map<String, Integer> members() {
    return get(admin.describeConsumerGroups(List.of(name)).all()).get(name).members().stream()
        .collect(
            Collectors.toMap(
                MemberDescription::consumerId,
                member -> member.assignment().topicPartitions().size(),
                Integer::sum,
                TreeMap::new));
  }

  /** Waits until so many members share all partitions. */
  void awaitMembers(int count, int partitions) {
    await("members")
        .atMost(InstanceUnderTest.PATIENCE)
        .pollInterval(Duration.ofMillis(100))
        .until(
            this::members,
            members ->
                members.size() == count
                    && members.values().stream().mapToInt(i -> i).sum() == partitions
                    && !members.containsValue(0));
  }

  private static <T> T get(Future<T> future) {
    try {
      return future.get();
    } catch (ExecutionException e) {
      throw new IllegalStateException(e.getCause());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  /** Ids with results of their own. */
  static List<String> ids(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> "10171324-1535-0066-0000-%012x".formatted(i))
        .toList();
  }

  /** An id that the sandbox answers with a code, so many times or (0) always. */
  static String failing(int code, int times) {
    return "00000000-0000-0000-%04d-0000000%05d".formatted(times, code);
  }

  @SafeVarargs
  static <T> List<T> concat(Collection<? extends T>... parts) {
    return Arrays.stream(parts).<T>flatMap(Collection::stream).toList();
  }

  @Override
  public void close() throws Exception {
    while (!opened.isEmpty()) {
      opened.pop().close();
    }
  }
}
