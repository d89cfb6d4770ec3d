package io.serproutes.kafka;

import io.serproutes.Key;
import io.serproutes.Keys;
import io.serproutes.Settings;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.apache.kafka.clients.admin.Admin;
import org.apache.kafka.clients.admin.DescribeConsumerGroupsOptions;
import org.apache.kafka.clients.admin.DescribeTopicsOptions;
import org.apache.kafka.common.acl.AclOperation;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.GroupIdNotFoundException;
import org.apache.kafka.common.errors.UnknownTopicOrPartitionException;

/**
 * What the brokers allow the user of the program to do with topics and consumer groups. Collects
 * all that is missing, a line for each operation. Brokers without access control allow everything.
 */
final class Rights {

  private static final long RETRY_MILLIS = 100;

  private final Admin admin;
  private final Settings settings;
  private final int waitSeconds;
  private final List<String> missing = new ArrayList<>();

  /** Rights that are asked of {@code admin}; an answer is waited for at most so long. */
  Rights(Admin admin, Settings settings, int waitSeconds) {
    this.admin = admin;
    this.settings = settings;
    this.waitSeconds = waitSeconds;
  }

  /** All that is missing so far, in words for a person. */
  List<String> missing() {
    return missing;
  }

  /** That topics must not be written; each with the key that names it. */
  static String notWritable(String topics) {
    return notAllowed("write to", topics, "Write");
  }

  /** That topics must not be read; each with the key that names it. */
  static String notReadable(String topics) {
    return notAllowed("read", topics, "Read");
  }

  /** That a consumer group must not be joined. */
  static String notJoinable(String group) {
    return notAllowed("join the consumer group", group + " (" + Keys.GROUP_ID + ")", "Read");
  }

  private static String notAllowed(String verb, String names, String operation) {
    String each = names.contains(", ") ? "each of them" : "it";
    return "not allowed to %s %s: allow this user the operation %s on %s"
        .formatted(verb, names, operation, each);
  }

  /** A topic with the key that names it. */
  static String named(Settings settings, Key<String> key) {
    return settings.get(key) + " (" + key + ")";
  }

  /** A topic with the key that names it, if one does. */
  static String named(Settings settings, String topic) {
    return Keys.TOPICS.stream()
        .filter(key -> settings.get(key).equals(topic))
        .findFirst()
        .map(key -> named(settings, key))
        .orElse(topic);
  }

  /** Looks whether topics may be written. */
  void toWrite(Collection<Key<String>> topics)
      throws InterruptedException, ExecutionException, TimeoutException {
    String refused = refused(topics, AclOperation.WRITE);
    if (!refused.isEmpty()) {
      missing.add(notWritable(refused));
    }
  }

  /** Looks whether topics may be read. */
  void toRead(Collection<Key<String>> topics)
      throws InterruptedException, ExecutionException, TimeoutException {
    String refused = refused(topics, AclOperation.READ);
    if (!refused.isEmpty()) {
      missing.add(notReadable(refused));
    }
  }

  private String refused(Collection<Key<String>> topics, AclOperation operation)
      throws InterruptedException, ExecutionException, TimeoutException {
    List<String> refused = new ArrayList<>();
    for (Key<String> key : topics) {
      if (!allows(ofTopic(settings.get(key)), operation)) {
        refused.add(named(settings, key));
      }
    }
    refused.sort(null);
    return String.join(", ", refused);
  }

  private Set<AclOperation> ofTopic(String topic)
      throws InterruptedException, ExecutionException, TimeoutException {
    DescribeTopicsOptions options = new DescribeTopicsOptions().includeAuthorizedOperations(true);
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(waitSeconds);
    while (true) {
      try {
        return admin
            .describeTopics(List.of(topic), options)
            .topicNameValues()
            .get(topic)
            .get(waitSeconds, TimeUnit.SECONDS)
            .authorizedOperations();
      } catch (ExecutionException e) {
        if (e.getCause() instanceof AuthorizationException) {
          return Set.of();
        }
        boolean isNew = e.getCause() instanceof UnknownTopicOrPartitionException;
        if (!isNew || System.nanoTime() - end > 0) {
          throw e;
        }
        TimeUnit.MILLISECONDS.sleep(RETRY_MILLIS); // the brokers will know a new topic soon
      }
    }
  }

  /**
   * Looks whether a consumer group may be joined; nothing is known of one that has no member yet.
   */
  void toJoin(String group) throws InterruptedException, ExecutionException, TimeoutException {
    DescribeConsumerGroupsOptions options =
        new DescribeConsumerGroupsOptions().includeAuthorizedOperations(true);
    Set<AclOperation> allowed;
    try {
      allowed =
          admin
              .describeConsumerGroups(List.of(group), options)
              .describedGroups()
              .get(group)
              .get(waitSeconds, TimeUnit.SECONDS)
              .authorizedOperations();
    } catch (ExecutionException e) {
      if (e.getCause() instanceof GroupIdNotFoundException) {
        return;
      }
      if (!(e.getCause() instanceof AuthorizationException)) {
        throw e;
      }
      allowed = Set.of();
    }
    if (!allows(allowed, AclOperation.READ)) {
      missing.add(notJoinable(group));
    }
  }

  // old brokers do not say
  private static boolean allows(Set<AclOperation> allowed, AclOperation operation) {
    return allowed == null || allowed.contains(operation);
  }
}
