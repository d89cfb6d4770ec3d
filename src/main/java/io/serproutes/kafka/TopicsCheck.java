package io.serproutes.kafka;

import io.serproutes.Count;
import io.serproutes.Finding;
import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.CreateTopicsOptions;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.clients.producer.KafkaProducer;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.clients.producer.ProducerConfig;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.TopicExistsException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Checks that a broker answers, that the topics exist, and that this user may read or write them.
 */
public final class TopicsCheck {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final int SOON_SECONDS = 3;
  private static final int WAIT_SECONDS = 15;

  private final Settings settings;
  private final int waitSeconds;
  private final KafkaProperties given;
  private final Map<String, Object> properties = new HashMap<>();
  private final BrokerAddresses brokers;

  /** A check of {@code serp.kafka.*} that waits as long as a start may. */
  public TopicsCheck(Settings settings) {
    this(settings, WAIT_SECONDS);
  }

  /**
   * A check of {@code serp.kafka.*}.
   *
   * @param waitSeconds the longest wait for one answer of a broker
   * @throws IllegalSettingException where a property cannot be passed on to Kafka's clients
   */
  public TopicsCheck(Settings settings, int waitSeconds) {
    this.settings = settings;
    this.waitSeconds = waitSeconds;
    given = new KafkaProperties(settings);
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.required(Keys.BROKERS));
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, KafkaClients.clientId("start"));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, waitSeconds * 1000);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, waitSeconds * 1000 / 2);
    given.addTo(properties, "default.api.timeout.ms", "request.timeout.ms");
    Object protocol = properties.getOrDefault("security.protocol", "PLAINTEXT");
    brokers = new BrokerAddresses(settings.text(Keys.BROKERS), protocol.toString());
  }

  /** What is done with a broker that answers. */
  @FunctionalInterface
  private interface Step {
    void run(Admin admin) throws InterruptedException, ExecutionException, TimeoutException;
  }

  /**
   * Has Kafka look at the properties; asks nobody.
   *
   * @throws IllegalSettingException where a client cannot be made with them
   */
  public void tryProperties() {
    Map<String, Object> alone = new HashMap<>(properties);
    alone.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, "127.0.0.1:1");
    try {
      Admin.create(alone).close(Duration.ZERO);
    } catch (KafkaException e) {
      throw new IllegalSettingException(KafkaFailures.inWords(e));
    }
  }

  /**
   * Checks topics at the start, and creates those that are missing.
   *
   * @param keys keys that each name one
   * @throws IllegalSettingException where they cannot be used, a line for each thing that is wrong
   */
  public void run(Set<Key<String>> keys) {
    ask(
        admin -> {
          Set<Key<String>> missing = missing(admin, keys);
          create(admin, missing, false);
          warnings(admin, keys, missing).forEach(LOG::warn);
          List<String> rights = missingRights(admin, keys, Set.of()); // there are none any more
          addTransactions(rights);
          if (!rights.isEmpty()) {
            throw new IllegalSettingException(String.join("\n", rights));
          }
        });
  }

  /**
   * Looks at topics and changes nothing: asks whether those that are missing could be created.
   *
   * @param keys keys that each name one
   * @throws IllegalSettingException where no broker can be asked
   */
  public void look(Set<Key<String>> keys, Consumer<Finding> found) {
    given.warnings().forEach(warning -> found.accept(Finding.warn(warning)));
    ask(
        admin -> {
          Set<Key<String>> missing = missing(admin, keys);
          List<String> wrong = new ArrayList<>();
          try {
            create(admin, missing, true);
          } catch (IllegalSettingException e) {
            wrong.add(e.getMessage());
          }
          warnings(admin, keys, missing).forEach(warning -> found.accept(Finding.warn(warning)));
          wrong.addAll(missingRights(admin, keys, missing));
          addTransactions(wrong);
          wrong.forEach(one -> found.accept(Finding.fail(one)));
          if (wrong.isEmpty()) {
            found.accept(Finding.ok(inOrder(keys, missing)));
          }
        });
    unreachable(found);
  }

  private String inOrder(Set<Key<String>> keys, Set<Key<String>> missing) {
    String there = Count.of(keys.size() - missing.size(), "topic");
    String answers = settings.text(Keys.BROKERS) + " answers; " + there + " with all rights";
    return missing.isEmpty()
        ? answers
        : answers + "; a run will create " + String.join(", ", names(missing));
  }

  // of several, one that is away is only missed when another goes
  private void unreachable(Consumer<Finding> found) {
    for (String address : brokers.unreachable()) {
      found.accept(
          Finding.warn(
              Keys.BROKERS
                  + " names an address where no broker listens ("
                  + address
                  + "); others answer: start it, or take the address out"));
    }
  }

  private void ask(Step step) {
    brokers.check();
    Admin admin = null;
    try {
      admin = Admin.create(properties);
      step.run(admin);
    } catch (ExecutionException e) {
      throw new IllegalSettingException(brokers.inWords(e.getCause(), waitSeconds));
    } catch (KafkaException e) {
      throw new IllegalSettingException(brokers.inWords(e, waitSeconds));
    } catch (TimeoutException e) {
      throw new IllegalSettingException(brokers.silence(waitSeconds));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalSettingException("interrupted");
    } finally {
      if (admin != null) {
        admin.close(Duration.ZERO); // it would wait for requests that nobody answers
      }
    }
  }

  private Set<Key<String>> missing(Admin admin, Set<Key<String>> keys)
      throws InterruptedException, ExecutionException, TimeoutException {
    Set<String> existing = existing(admin);
    Set<Key<String>> missing = new HashSet<>(keys);
    missing.removeIf(key -> existing.contains(settings.get(key)));
    return missing;
  }

  private Set<String> names(Set<Key<String>> keys) {
    return keys.stream().map(settings::get).collect(Collectors.toCollection(TreeSet::new));
  }

  private List<String> warnings(Admin admin, Set<Key<String>> keys, Set<Key<String>> missing)
      throws InterruptedException {
    Set<Key<String>> there = new HashSet<>(keys);
    there.removeAll(missing);
    TopicConfigs configs = new TopicConfigs(admin, names(there), waitSeconds);
    List<String> warnings = new ArrayList<>(new LargestRecord(settings).warnings(configs, there));
    Retention retention = new Retention(settings.get(Keys.NOT_READY_DEADLINE));
    if (there.contains(Keys.TOPIC_PARKED)) {
      warnings.add(retention.warning(configs, settings.get(Keys.TOPIC_PARKED)));
    }
    if (there.contains(Keys.TOPIC_DEAD_LETTERS)) {
      warnings.add(refusalOfNoKey(configs, settings.get(Keys.TOPIC_DEAD_LETTERS)));
    }
    warnings.removeIf(Objects::isNull);
    return warnings;
  }

  private static String refusalOfNoKey(TopicConfigs configs, String topic) {
    String cleanup = configs.value(topic, "cleanup.policy");
    return cleanup.contains("compact")
        ? topic
            + " refuses dead letters of input that is no id, which have no key, and calls are halted"
            + " then: cleanup.policy="
            + cleanup
            + "; set cleanup.policy=delete for this topic"
        : null;
  }

  private Set<String> existing(Admin admin)
      throws InterruptedException, ExecutionException, TimeoutException {
    KafkaFuture<Set<String>> names = admin.listTopics().names();
    try {
      return names.get(SOON_SECONDS, TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      String fault = brokers.fault();
      if (fault != null) {
        throw new IllegalSettingException(fault);
      }
      return names.get(waitSeconds - SOON_SECONDS, TimeUnit.SECONDS);
    }
  }

  // without a right, one would otherwise try for ever to join a group or to send
  private List<String> missingRights(Admin admin, Set<Key<String>> keys, Set<Key<String>> missing)
      throws InterruptedException, ExecutionException, TimeoutException {
    Set<Key<String>> read = new HashSet<>(keys);
    read.retainAll(Set.of(Keys.TOPIC_IDS, Keys.TOPIC_PARKED));
    Set<Key<String>> written = new HashSet<>(keys);
    List<String> feeders = settings.feeders();
    if (feeders.isEmpty() && !settings.isExactlyOnce()) { // which writes the ids of arrays anew
      written.remove(Keys.TOPIC_IDS);
    }
    if (settings.get(Keys.FROM).contains("dead-letters")
        && keys.contains(Keys.TOPIC_DEAD_LETTERS)) {
      read.add(Keys.TOPIC_DEAD_LETTERS);
    }
    boolean polls = feeders.contains(Settings.TASKS_READY) && keys.contains(Keys.TOPIC_IDS);
    if (polls && keys.contains(Keys.TOPIC_RECEIPTS)) { // it hears from them what it fed has ended
      read.add(Keys.TOPIC_RECEIPTS);
    }
    boolean readsMore = read.size() > 1; // parked ids have a group of their own
    read.removeAll(missing);
    written.removeAll(missing);
    Rights rights = new Rights(admin, settings, waitSeconds);
    rights.toRead(read);
    rights.toWrite(written);
    String group = settings.get(Keys.GROUP_ID);
    if (readsMore) {
      rights.toJoin(group);
    }
    rights.toJoin(group + "-parked");
    if (polls) {
      rights.toJoin(group + "-feeder");
    }
    return rights.missing();
  }

  // nobody but the brokers knows whether they allow them, and can keep them
  private void addTransactions(List<String> wrong) {
    if (!settings.isExactlyOnce()) {
      return;
    }
    Map<String, Object> producer = new HashMap<>(properties);
    producer.put(ProducerConfig.CLIENT_ID_CONFIG, KafkaClients.clientId("start-transactions"));
    producer.put(ProducerConfig.TRANSACTIONAL_ID_CONFIG, KafkaClients.transactionalId(settings));
    producer.put(ProducerConfig.MAX_BLOCK_MS_CONFIG, waitSeconds * 1000);
    producer.put(ProducerConfig.DELIVERY_TIMEOUT_MS_CONFIG, Integer.MAX_VALUE); // it sends nothing
    var bytes = new ByteArraySerializer();
    Producer<?, ?> made = new KafkaProducer<>(producer, bytes, bytes);
    try {
      made.initTransactions();
    } catch (KafkaException e) {
      wrong.add(KafkaFailures.ofTransactions(e, settings));
    } finally {
      made.close(Duration.ZERO);
    }
  }

  private void create(Admin admin, Set<Key<String>> missing, boolean onlyAsk)
      throws InterruptedException {
    int partitions = settings.get(Keys.TOPIC_PARTITIONS);
    String replication = settings.get(Keys.TOPIC_REPLICATION);
    Optional<Short> copies =
        replication.isEmpty() ? Optional.empty() : Optional.of(Short.valueOf(replication));
    Map<String, String> refused = new LinkedHashMap<>();
    for (String topic : names(missing)) {
      try {
        NewTopic created = new NewTopic(topic, Optional.of(partitions), copies);
        if (topic.equals(settings.get(Keys.TOPIC_PARKED))) {
          created.configs(Retention.FOR_EVER);
        }
        admin
            .createTopics(List.of(created), new CreateTopicsOptions().validateOnly(onlyAsk))
            .all()
            .get(waitSeconds, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          refused.put(topic, e.getCause().getMessage());
        }
      } catch (TimeoutException e) {
        refused.put(topic, "no answer within " + waitSeconds + " s");
      }
    }
    if (!refused.isEmpty()) {
      String why = new ArrayList<>(refused.values()).get(0);
      throw new IllegalSettingException(
          "topics are missing, or this user may not see them, and cannot be created: "
              + String.join(", ", refused.keySet())
              + "; create them, or allow this user the operations Describe and Create ("
              + why
              + ")");
    }
  }
}
