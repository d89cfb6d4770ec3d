package io.serproutes.kafka;

import io.serproutes.IllegalSettingException;
import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.ArrayList;
import java.util.HashMap;
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
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TopicExistsException;

/** Looks at the start whether the broker answers and the topics are there; makes missing ones. */
public final class TopicsCheck {

  private static final int WAIT_SECONDS = 15;

  private final Settings settings;

  /** A check of {@code serp.kafka.*}. */
  public TopicsCheck(Settings settings) {
    this.settings = settings;
  }

  /**
   * Checks topics.
   *
   * @param keys keys that each name one
   * @throws IllegalSettingException where they cannot be used; the message is one line for a person
   */
  public void run(Set<Key<String>> keys) {
    Map<String, Object> properties = new HashMap<>();
    properties.put(AdminClientConfig.BOOTSTRAP_SERVERS_CONFIG, settings.required(Keys.BROKERS));
    properties.put(AdminClientConfig.DEFAULT_API_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 1000);
    properties.put(AdminClientConfig.REQUEST_TIMEOUT_MS_CONFIG, WAIT_SECONDS * 1000 / 2);
    properties.putAll(new KafkaProperties(settings).values());
    Set<String> topics = new TreeSet<>();
    keys.forEach(key -> topics.add(settings.get(key)));
    try (Admin admin = Admin.create(properties)) {
      Set<String> missing = missing(admin, topics);
      make(admin, missing);
      String parked = settings.get(Keys.TOPIC_PARKED);
      if (topics.contains(parked) && !missing.contains(parked)) {
        new Retention(settings.get(Keys.NOT_READY_DEADLINE)).check(admin, parked);
      }
      checkGroups(admin);
    } catch (KafkaException e) {
      throw new IllegalSettingException(inWords(e));
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalSettingException("interrupted");
    }
  }

  private Set<String> missing(Admin admin, Set<String> topics) throws InterruptedException {
    try {
      Set<String> missing = new TreeSet<>(topics);
      missing.removeAll(admin.listTopics().names().get(WAIT_SECONDS, TimeUnit.SECONDS));
      return missing;
    } catch (ExecutionException e) {
      throw new IllegalSettingException(inWords(e.getCause()));
    } catch (TimeoutException e) {
      throw new IllegalSettingException(unreachable());
    }
  }

  // a group that must not be joined would be tried for ever
  private void checkGroups(Admin admin) throws InterruptedException {
    String group = settings.get(Keys.GROUP_ID);
    try {
      admin
          .describeConsumerGroups(List.of(group, group + "-parked"))
          .all()
          .get(WAIT_SECONDS, TimeUnit.SECONDS);
    } catch (ExecutionException e) {
      if (!(e.getCause() instanceof GroupIdNotFoundException)) {
        throw new IllegalSettingException(inWords(e.getCause()));
      }
    } catch (TimeoutException e) {
      throw new IllegalSettingException(unreachable());
    }
  }

  private void make(Admin admin, Set<String> missing) throws InterruptedException {
    int partitions = settings.get(Keys.TOPIC_PARTITIONS);
    String replication = settings.get(Keys.TOPIC_REPLICATION);
    Optional<Short> copies =
        replication.isEmpty() ? Optional.empty() : Optional.of(Short.valueOf(replication));
    Map<String, String> refused = new LinkedHashMap<>();
    for (String topic : missing) {
      try {
        NewTopic made = new NewTopic(topic, Optional.of(partitions), copies);
        if (topic.equals(settings.get(Keys.TOPIC_PARKED))) {
          made.configs(Retention.FOR_EVER);
        }
        admin.createTopics(List.of(made)).all().get(WAIT_SECONDS, TimeUnit.SECONDS);
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
          "topics are missing and cannot be made: "
              + String.join(", ", refused.keySet())
              + "; make them, or allow it ("
              + why
              + ")");
    }
  }

  private String unreachable() {
    return "no broker answers at serp.kafka.brokers=" + settings.text(Keys.BROKERS);
  }

  private String inWords(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null && !(cause instanceof AuthenticationException)) {
      cause = cause.getCause();
    }
    String message = cause.getMessage();
    if (cause instanceof SslAuthenticationException) {
      return "the broker's certificate is not trusted or TLS failed: " + message;
    }
    if (cause instanceof AuthenticationException) {
      return "the broker does not accept the credentials: " + message;
    }
    if (cause instanceof AuthorizationException) {
      return "the broker does not allow it: " + message;
    }
    if (cause instanceof org.apache.kafka.common.errors.TimeoutException) {
      return unreachable();
    }
    return message == null ? cause.toString() : message;
  }
}
