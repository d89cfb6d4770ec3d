package io.serproutes.kafka;

import io.serproutes.IllegalSettingException;
import io.serproutes.InContext;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.security.SecureRandom;
import java.time.Duration;
import java.util.Collection;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.Map;
import java.util.Properties;
import java.util.concurrent.ExecutionException;
import java.util.function.Function;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.ListConsumerGroupOffsetsOptions;
import org.apache.kafka.clients.admin.ListOffsetsOptions;
import org.apache.kafka.clients.admin.OffsetSpec;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.IsolationLevel;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes the Kafka clients of the routes: consumers that keep their progress in {@link
 * AssignedPartitions}, and producers.
 *
 * <p>Each client also gets the properties {@code serp.kafka.properties.*}, verbatim, except those
 * that would break a promise.
 */
public final class KafkaClients extends InContext {

  private static final String API_TIMEOUT = "10000"; // ms; the clients' own 60 s outlast a stop

  /** So long a transaction of a process that was killed holds up others. */
  static final Duration TRANSACTION_TIMEOUT = Duration.ofSeconds(15);

  // ms
  private static final int SEND_TIMEOUT = 10_000;
  private static final int REQUEST_TIMEOUT = 5000;

  // ms; the brokers refuse a transaction while they still end the one before
  private static final int TRANSACTION_BACKOFF = 10;

  private static final long LARGEST_RECEIPT = 1 << 20;
  private static final long HEADERS = 1 << 18;
  // with those of many partitions open at once; what is sent and not acknowledged is kept here
  private static final long SEVERAL_BATCHES = 5 << 20;

  private final Settings settings;
  private final AssignedPartitions offsets;
  private final Transactions transactions;
  private final RecordThreads threads;
  private final long largestRecord;
  private final String transactionalId;
  private KafkaProperties extra;

  /**
   * Clients for {@code serp.kafka.brokers}.
   *
   * @param transactions by which consumers commit where they are on
   * @param threads take the records that consumers read; while they are busy, none is read
   */
  public KafkaClients(
      Settings settings,
      AssignedPartitions offsets,
      Transactions transactions,
      RecordThreads threads) {
    this.settings = settings;
    this.offsets = offsets;
    this.transactions = transactions;
    this.threads = threads;
    transactionalId = transactionalId(settings);
    long largestItem = settings.get(Keys.MAX_ITEM_BYTES) + HEADERS;
    largestRecord = Math.min(Math.max(largestItem, LARGEST_RECEIPT), Integer.MAX_VALUE);
  }

  /** Makes a topic's consumer for Camel. No bean, as Camel would give it to all components. */
  KafkaClientFactory factory(String topic) {
    FailedPolls failures =
        new FailedPolls(settings, topic, () -> getCamelContext().isStopping(), System::nanoTime);
    return new DefaultKafkaClientFactory() {
      @Override
      @SuppressWarnings("rawtypes")
      public Consumer getConsumer(Properties properties) {
        return consumer(topic, properties, failures);
      }

      @Override
      public String getBrokers(KafkaConfiguration configuration) {
        return settings.required(Keys.BROKERS);
      }
    };
  }

  /**
   * Keeps each record with its exchange: Camel asks here, on the polling thread, for what commits a
   * single record. Nothing does; {@link TrackingConsumer} commits what has ended.
   */
  KafkaManualCommitFactory commits() {
    return (camel, read, manager) -> {
      PartitionProgress progress = offsets.find(read.partition);
      new TopicRecord(read.partition, read.recordOffset, progress).attachTo(camel.exchange);
      return () -> {};
    };
  }

  /** An id by which people find this process's client on a broker, such as in its metrics. */
  static String clientId(String use) {
    String host;
    try {
      host = InetAddress.getLocalHost().getHostName();
    } catch (UnknownHostException e) {
      host = "localhost";
    }
    String id = "serp-routes-" + host + "-" + ProcessHandle.current().pid() + "-" + use;
    return id.replaceAll("[^A-Za-z0-9._-]", "_");
  }

  /** A transactional id of this process alone; rights on them are given by their prefix. */
  static String transactionalId(Settings settings) {
    byte[] random = new byte[8];
    new SecureRandom().nextBytes(random);
    return settings.get(Keys.GROUP_ID) + "-" + HexFormat.of().formatHex(random);
  }

  /** A topic with the key that names it, for messages to people. */
  String named(String topic) {
    return Rights.named(settings, topic);
  }

  /**
   * Checks a topic that is about to be read. Until it has joined its group it has no share of the
   * limits.
   *
   * @throws IllegalSettingException where its settings would break a promise
   */
  void check(KafkaConfiguration topic) {
    FixedProperties.checkRoute(topic);
    forConsumer(topic.getTopic(), topic.createConsumerProperties());
    offsets.joining(topic.getTopic());
  }

  /**
   * All properties of a consumer.
   *
   * @param configured those of its endpoint
   * @throws IllegalSettingException where they would break a promise
   */
  Map<String, Object> forConsumer(String topic, Properties configured) {
    Map<String, Object> all = asMap(configured);
    all.put("client.id", clientId(topic));
    all.put("default.api.timeout.ms", API_TIMEOUT);
    all.putAll(extra().values());
    FixedProperties.checkConsumer(all);
    if (transactions.areOn()) {
      all.put("isolation.level", "read_committed");
    }
    return all;
  }

  /**
   * All properties of a producer.
   *
   * @param configured the options of the component
   * @throws IllegalSettingException where they would break a promise
   */
  Map<String, Object> forProducer(KafkaConfiguration configured) {
    Map<String, Object> all = asMap(configured.createProducerProperties());
    all.put("client.id", clientId("out"));
    all.put("bootstrap.servers", settings.required(Keys.BROKERS));
    all.put("max.request.size", (int) largestRecord);
    all.put("buffer.memory", largestRecord + SEVERAL_BATCHES);
    extra().addTo(all, "delivery.timeout.ms", "request.timeout.ms", "linger.ms");
    FixedProperties.checkProducer(all);
    return all;
  }

  // times that end before the brokers abort the transaction, whatever was given
  private Map<String, Object> forTransactions(KafkaConfiguration configured) {
    Map<String, Object> all = forProducer(configured);
    all.put("client.id", clientId("transactions"));
    all.put("transactional.id", transactionalId);
    all.put("transaction.timeout.ms", (int) TRANSACTION_TIMEOUT.toMillis());
    all.put("delivery.timeout.ms", SEND_TIMEOUT);
    all.put("max.block.ms", SEND_TIMEOUT);
    all.put("request.timeout.ms", REQUEST_TIMEOUT);
    all.put("retry.backoff.ms", TRANSACTION_BACKOFF);
    all.put("linger.ms", 5);
    return all;
  }

  private static Map<String, Object> asMap(Properties properties) {
    Map<String, Object> all = new HashMap<>();
    properties.forEach((key, value) -> all.put(key.toString(), value));
    return all;
  }

  private synchronized KafkaProperties extra() {
    if (extra == null) {
      extra = new KafkaProperties(settings);
      extra.warnOfUnknown();
    }
    return extra;
  }

  /** A producer with the options of the component. */
  Producer<String, byte[]> newProducer(KafkaConfiguration configured) {
    return newProducer(forProducer(configured));
  }

  /** The producer of transactions; all that are made have one transactional id. */
  Producer<String, byte[]> newTransactionalProducer(KafkaConfiguration configured) {
    Producer<String, byte[]> made = newProducer(forTransactions(configured));
    SharedProducer.reportEndOfSender(made);
    return made;
  }

  /**
   * What a group has committed.
   *
   * @throws KafkaException where the brokers do not answer, or a transaction of it is still open
   */
  Map<TopicPartition, OffsetAndMetadata> stableOffsets(String group) {
    ListConsumerGroupOffsetsOptions options = new ListConsumerGroupOffsetsOptions();
    options.requireStable(true).timeoutMs(REQUEST_TIMEOUT);
    return ask(
        admin -> admin.listConsumerGroupOffsets(group, options).partitionsToOffsetAndMetadata());
  }

  /**
   * Where partitions end, open transactions included. A consumer that reads only what is committed
   * would say where the first of these begins.
   *
   * @throws KafkaException where the brokers do not answer
   */
  private Map<TopicPartition, Long> ends(Collection<TopicPartition> partitions) {
    ListOffsetsOptions options = new ListOffsetsOptions(IsolationLevel.READ_UNCOMMITTED);
    options.timeoutMs(REQUEST_TIMEOUT);
    Map<TopicPartition, OffsetSpec> latest = new HashMap<>();
    partitions.forEach(partition -> latest.put(partition, OffsetSpec.latest()));
    Map<TopicPartition, Long> ends = new HashMap<>();
    ask(admin -> admin.listOffsets(latest, options).all())
        .forEach((partition, end) -> ends.put(partition, end.offset()));
    return ends;
  }

  private <T> T ask(Function<Admin, KafkaFuture<T>> question) {
    Map<String, Object> all = new HashMap<>();
    all.put("bootstrap.servers", settings.required(Keys.BROKERS));
    all.put("client.id", clientId("offsets"));
    all.putAll(extra().values());
    Admin admin = Admin.create(all);
    try {
      return question.apply(admin).get();
    } catch (ExecutionException e) {
      throw new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } finally {
      admin.close(Duration.ZERO);
    }
  }

  private static Producer<String, byte[]> newProducer(Map<String, Object> properties) {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(KafkaProducer.class.getClassLoader()); // as Camel has it
    try {
      return new KafkaProducer<>(properties, new StringSerializer(), new ByteArraySerializer());
    } finally {
      thread.setContextClassLoader(loader);
    }
  }

  // ids may come faster than a run once works; what it feeds or replaces itself is to be read, too
  private boolean isReadUpToStart(String topic) {
    boolean isOnce =
        settings.get(Keys.ONCE)
            && !settings.isExactlyOnce()
            && !settings.get(Keys.FROM).contains(Settings.TASKS_READY);
    return topic.equals(settings.get(Keys.TOPIC_DEAD_LETTERS))
        || isOnce && topic.equals(settings.get(Keys.TOPIC_IDS));
  }

  private TrackingConsumer consumer(String topic, Properties properties, FailedPolls failures) {
    Map<String, Object> all = forConsumer(topic, properties);
    boolean sees = !"read_committed".equalsIgnoreCase(String.valueOf(all.get("isolation.level")));
    return new TrackingConsumer(
        all,
        topic,
        offsets,
        isReadUpToStart(topic),
        topic.equals(settings.get(Keys.TOPIC_PARKED)),
        threads::areBusy,
        () -> getCamelContext().isStopping(),
        transactions,
        sees ? null : this::ends,
        failures);
  }
}
