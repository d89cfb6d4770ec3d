package io.serproutes.kafka;

import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.component.kafka.DefaultKafkaClientFactory;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.camel.component.kafka.consumer.KafkaManualCommitFactory;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;

/**
 * Makes the Kafka clients of the routes: consumers that keep their progress in {@link
 * AssignedPartitions}, and producers.
 *
 * <p>Each client also gets the properties {@code serp.kafka.properties.*}, verbatim, except those
 * that would break a promise.
 */
public final class KafkaClients implements CamelContextAware {

  private static final String API_TIMEOUT = "10000"; // ms; the clients' own 60 s outlast a stop

  private static final long LARGEST_RECEIPT = 1 << 20;
  private static final long HEADERS = 1 << 18;
  // with those of many partitions open at once; what is sent and not acknowledged is kept here
  private static final long SEVERAL_BATCHES = 5 << 20;

  private final Settings settings;
  private final AssignedPartitions offsets;
  private final long largestRecord;
  private CamelContext context;
  private Map<String, Object> extra;

  /** Clients for {@code serp.kafka.brokers}. */
  public KafkaClients(Settings settings, AssignedPartitions offsets) {
    this.settings = settings;
    this.offsets = offsets;
    long largestItem = settings.get(Keys.MAX_ITEM_BYTES) + HEADERS;
    largestRecord = Math.min(Math.max(largestItem, LARGEST_RECEIPT), Integer.MAX_VALUE);
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  /** Makes a topic's consumer for Camel. No bean, as Camel would give it to all components. */
  KafkaClientFactory factory(String topic) {
    return new DefaultKafkaClientFactory() {
      @Override
      @SuppressWarnings("rawtypes")
      public Consumer getConsumer(Properties properties) {
        return consumer(topic, properties);
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

  /** A topic with the key that names it, for messages to people. */
  String named(String topic) {
    return Keys.TOPICS.stream()
        .filter(key -> settings.get(key).equals(topic))
        .findFirst()
        .map(key -> Rights.named(settings, key))
        .orElse(topic);
  }

  /**
   * Checks a topic that is about to be read. Until it has joined its group it has no share of the
   * limits.
   *
   * @throws IllegalSettingException where its settings would break a promise
   */
  void check(KafkaConfiguration topic) {
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
    all.putAll(extra());
    FixedProperties.checkConsumer(all);
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
    all.putAll(extra());
    FixedProperties.checkProducer(all);
    return all;
  }

  private static Map<String, Object> asMap(Properties properties) {
    Map<String, Object> all = new HashMap<>();
    properties.forEach((key, value) -> all.put(key.toString(), value));
    return all;
  }

  private synchronized Map<String, Object> extra() {
    if (extra == null) {
      KafkaProperties given = new KafkaProperties(settings);
      given.warnOfUnknown();
      extra = given.values();
    }
    return extra;
  }

  /** A producer with the options of the component. */
  Producer<String, byte[]> newProducer(KafkaConfiguration configured) {
    Thread thread = Thread.currentThread();
    ClassLoader loader = thread.getContextClassLoader();
    thread.setContextClassLoader(KafkaProducer.class.getClassLoader()); // as Camel has it
    try {
      return new KafkaProducer<>(
          forProducer(configured), new StringSerializer(), new ByteArraySerializer());
    } finally {
      thread.setContextClassLoader(loader);
    }
  }

  private TrackingConsumer consumer(String topic, Properties properties) {
    return new TrackingConsumer(
        forConsumer(topic, properties),
        topic,
        offsets,
        topic.equals(settings.get(Keys.TOPIC_DEAD_LETTERS)),
        topic.equals(settings.get(Keys.TOPIC_PARKED)),
        () -> context.isStopping());
  }
}
