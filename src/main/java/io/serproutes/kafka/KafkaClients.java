package io.serproutes.kafka;

import io.serproutes.IllegalSettingException;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.HashMap;
import java.util.Map;
import java.util.Properties;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.component.kafka.KafkaClientFactory;
import org.apache.camel.component.kafka.KafkaConfiguration;
import org.apache.kafka.clients.consumer.Consumer;
import org.apache.kafka.clients.producer.Producer;

/**
 * The Kafka clients of the routes: consumers that keep their progress in {@link
 * AssignedPartitions}, and one producer for all topics.
 *
 * <p>Each client also gets what {@code serp.kafka.properties.*} says, verbatim, but for what would
 * break a promise.
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
  private SharedProducer<Object, Object> producer;
  private Properties producerProperties;

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

  /** The same for Camel; not a bean itself, as Camel would give it to every Kafka component. */
  KafkaClientFactory factory() {
    return new Factory();
  }

  /** Notes that a consumer of a topic is about to join its group. */
  void joining(String topic) {
    offsets.joining(topic);
  }

  /**
   * All properties of a consumer.
   *
   * @param configured those of its endpoint
   * @throws IllegalSettingException where they would break a promise
   */
  Map<String, Object> forConsumer(Properties configured) {
    Map<String, Object> all = asMap(configured);
    all.put("default.api.timeout.ms", API_TIMEOUT);
    all.putAll(extra());
    FixedProperties.checkConsumer(all);
    return all;
  }

  /**
   * All properties of a producer.
   *
   * @param configured those of its endpoint
   * @throws IllegalSettingException where they would break a promise
   */
  Map<String, Object> forProducer(Properties configured) {
    Map<String, Object> all = asMap(configured);
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

  private synchronized Producer<Object, Object> producer(Properties properties) {
    producerProperties = properties;
    if (producer == null || !producer.join()) {
      producer = new SharedProducer<>(forProducer(properties));
      producer.join();
    }
    return producer;
  }

  private Producer<Object, Object> insteadOf(Producer<Object, Object> spent) {
    if (spent instanceof SharedProducer<Object, Object> shared) {
      shared.retire();
    }
    return producer(producerProperties);
  }

  private Consumer<Object, Object> consumer(Properties properties) {
    Set<String> upToStart = Set.of(settings.get(Keys.TOPIC_DEAD_LETTERS));
    Set<String> unbounded = Set.of(settings.get(Keys.TOPIC_PARKED));
    return new TrackingConsumer<>(
        forConsumer(properties), offsets, upToStart, unbounded, () -> context.isStopping());
  }

  /** Gives out another producer where one is in a state that nothing heals. */
  interface Renewing extends KafkaClientFactory {

    /** The producer to go on with; the spent one is closed for all who use it. */
    Producer<Object, Object> insteadOf(Producer<Object, Object> spent);
  }

  private final class Factory implements Renewing {

    @Override
    public Producer<Object, Object> insteadOf(Producer<Object, Object> spent) {
      return KafkaClients.this.insteadOf(spent);
    }

    @Override
    public Producer<Object, Object> getProducer(Properties properties) {
      return producer(properties);
    }

    @Override
    public Consumer<Object, Object> getConsumer(Properties properties) {
      return consumer(properties);
    }

    @Override
    public String getBrokers(KafkaConfiguration configuration) {
      return settings.required(Keys.BROKERS);
    }
  }
}
