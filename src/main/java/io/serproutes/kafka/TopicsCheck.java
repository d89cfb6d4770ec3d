package io.serproutes.kafka;

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
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.AdminClientConfig;
import org.apache.kafka.clients.admin.NewTopic;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.KafkaFuture;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;

/**
 * Checks at the start that a broker answers, that the topics exist, and that this user may read or
 * write them. Creates missing topics.
 */
public final class TopicsCheck {

  private static final int SOON_SECONDS = 3;
  private static final int WAIT_SECONDS = 15;

  private final Settings settings;
  private final Map<String, Object> properties = new HashMap<>();
  private final BrokerAddresses brokers;

  /** A check of {@code serp.kafka.*}. */
  public TopicsCheck(Settings settings) {
    this.settings = settings;
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.required(Keys.BROKERS));
    properties.put(AdminClientConfig.CLIENT_ID_CONFIG, KafkaClients.clientId("start"));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 1000);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 1000 / 2);
    properties.putAll(new KafkaProperties(settings).values());
    Object protocol = properties.getOrDefault("security.protocol", "PLAINTEXT");
    brokers = new BrokerAddresses(settings.text(Keys.BROKERS), protocol.toString());
  }

  /**
   * Checks topics.
   *
   * @param keys keys that each name one
   * @throws IllegalSettingException where they cannot be used, a line for each thing that is wrong
   */
  public void run(Set<Key<String>> keys) {
    brokers.check();
    Admin admin = null;
    try {
      admin = Admin.create(properties);
      Set<String> topics = new TreeSet<>();
      keys.forEach(key -> topics.add(settings.get(key)));
      Set<String> missing = new TreeSet<>(topics);
      missing.removeAll(existing(admin));
      create(admin, missing);
      String parked = settings.get(Keys.TOPIC_PARKED);
      if (topics.contains(parked) && !missing.contains(parked)) {
        new Retention(settings.get(Keys.NOT_READY_DEADLINE)).check(admin, parked);
      }
      checkRights(admin, keys);
    } catch (ExecutionException e) {
      throw new IllegalSettingException(inWords(e.getCause()));
    } catch (KafkaException e) {
      throw new IllegalSettingException(inWords(e));
    } catch (TimeoutException e) {
      throw new IllegalSettingException(brokers.silence(WAIT_SECONDS));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalSettingException("interrupted");
    } finally {
      if (admin != null) {
        admin.close(Duration.ZERO); // it would wait for requests that nobody answers
      }
    }
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
      return names.get(WAIT_SECONDS - SOON_SECONDS, TimeUnit.SECONDS);
    }
  }

  // without a right, one would otherwise try for ever to join a group or to send
  private void checkRights(Admin admin, Set<Key<String>> keys)
      throws InterruptedException, ExecutionException, TimeoutException {
    Set<Key<String>> read = new HashSet<>(keys);
    read.retainAll(Set.of(Keys.TOPIC_IDS, Keys.TOPIC_PARKED));
    Set<Key<String>> written = new HashSet<>(keys);
    List<String> feeders = settings.feeders();
    if (feeders.isEmpty()) {
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
    Rights rights = new Rights(admin, settings);
    rights.toRead(read);
    rights.toWrite(written);
    String group = settings.get(Keys.GROUP_ID);
    if (read.size() > 1) { // parked ids have a group of their own
      rights.toJoin(group);
    }
    rights.toJoin(group + "-parked");
    if (polls) {
      rights.toJoin(group + "-feeder");
    }
    if (!rights.missing().isEmpty()) {
      throw new IllegalSettingException(String.join("\n", rights.missing()));
    }
  }

  private void create(Admin admin, Set<String> missing) throws InterruptedException {
    int partitions = settings.get(Keys.TOPIC_PARTITIONS);
    String replication = settings.get(Keys.TOPIC_REPLICATION);
    Optional<Short> copies =
        replication.isEmpty() ? Optional.empty() : Optional.of(Short.valueOf(replication));
    Map<String, String> refused = new LinkedHashMap<>();
    for (String topic : missing) {
      try {
        NewTopic created = new NewTopic(topic, Optional.of(partitions), copies);
        if (topic.equals(settings.get(Keys.TOPIC_PARKED))) {
          created.configs(Retention.FOR_EVER);
        }
        admin.createTopics(List.of(created)).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
      } catch (ExecutionException e) {
        if (!(e.getCause() instanceof TopicExistsException)) {
          refused.put(topic, e.getCause().getMessage());
        }
      } catch (TimeoutException e) {
        refused.put(topic, "no answer within " + WAIT_SECONDS + " s");
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

  private String inWords(Throwable failure) {
    boolean isProtocol =
        failure instanceof SslAuthenticationException
            || failure instanceof org.apache.kafka.common.errors.TimeoutException;
    String fault = isProtocol ? brokers.fault() : null;
    if (fault != null) {
      return fault;
    }
    return failure instanceof org.apache.kafka.common.errors.TimeoutException
        ? brokers.silence(WAIT_SECONDS)
        : KafkaFailures.inWords(failure);
  }
}
