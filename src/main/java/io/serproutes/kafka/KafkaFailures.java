package io.serproutes.kafka;

import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.fetch.ItemsRejectedException;
import java.io.UncheckedIOException;
import java.util.Set;
import java.util.regex.Pattern;
import org.apache.camel.util.ObjectHelper;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthenticationException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.GroupAuthorizationException;
import org.apache.kafka.common.errors.InvalidCommitOffsetSizeException;
import org.apache.kafka.common.errors.InvalidPidMappingException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.OffsetMetadataTooLarge;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.SslAuthenticationException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.errors.UnknownProducerIdException;
import org.apache.kafka.common.errors.UnsupportedVersionException;

/** What failures of Kafka's clients mean. */
final class KafkaFailures {

  // the client refuses everything after one of these, whatever becomes of its cause
  private static final Set<Class<?>> FATAL =
      Set.of(
          ClusterAuthorizationException.class,
          TransactionalIdAuthorizationException.class,
          ProducerFencedException.class,
          InvalidProducerEpochException.class,
          InvalidPidMappingException.class,
          UnknownProducerIdException.class,
          OutOfOrderSequenceException.class,
          UnsupportedVersionException.class);

  // Kafka quotes the word where it gives up, which may be part of a password
  private static final Pattern MALFORMED_LOGIN = Pattern.compile("\\bJAAS config\\b");

  // of a file that ssl.truststore.location or ssl.keystore.location names
  private static final Pattern UNREADABLE_STORE = Pattern.compile("Failed to load .*keystore .*");

  private KafkaFailures() {}

  /** Whether a producer whose send failed so can send no more and has to be replaced. */
  static boolean isFatal(Throwable failure) {
    return failure != null && FATAL.contains(failure.getClass());
  }

  /**
   * Whether a producer that refuses a record will refuse all: it says so with a bare {@link
   * KafkaException} or that it is closed. What it has a name for passes by itself.
   */
  static boolean isSpent(Throwable refusal) {
    return isFatal(refusal)
        || refusal instanceof IllegalStateException
        || refusal != null && refusal.getClass() == KafkaException.class;
  }

  /** Whether a commit that failed so will not succeed by itself, as it does after a rebalance. */
  static boolean isLasting(Throwable failure) {
    return failure instanceof AuthorizationException
        || failure instanceof OffsetMetadataTooLarge
        || failure instanceof InvalidCommitOffsetSizeException;
  }

  /** The first failure: the client's later refusals have it as their cause. */
  static Throwable first(Throwable failure) {
    boolean isWrapped =
        failure.getCause() != null
            && (failure instanceof IllegalStateException
                || failure.getClass() == KafkaException.class);
    return isWrapped ? first(failure.getCause()) : failure;
  }

  /**
   * Why records cannot be sent to a topic, in a line for a person.
   *
   * @param topic the topic with the key that names it
   */
  static String inWords(Throwable failure, String topic) {
    Throwable first = first(failure);
    if (first instanceof GroupAuthorizationException refused) {
      return Rights.notJoinable(refused.groupId());
    }
    // the cluster refuses a producer that may write to no topic at all
    boolean isOfTopic =
        first instanceof TopicAuthorizationException
            || first instanceof ClusterAuthorizationException;
    return isOfTopic ? Rights.notWritable(topic) : inWords(first);
  }

  /**
   * Why a topic cannot be read, in a line for a person.
   *
   * @param topic its name
   */
  static String ofReading(Throwable failure, String topic, Settings settings) {
    if (failure instanceof TopicAuthorizationException) {
      return Rights.notReadable(Rights.named(settings, topic));
    }
    if (failure instanceof GroupAuthorizationException refused) {
      return Rights.notJoinable(refused.groupId());
    }
    boolean isOfUser = failure instanceof AuthenticationException;
    return inWords(failure) + (isOfUser ? "" : "; check the broker and the topic");
  }

  /**
   * What a task fails with whose records cannot be sent: that an output is unavailable, or an error
   * such as a lack of memory as it is.
   *
   * @param topic as above
   */
  static Throwable refusal(Throwable failure, String topic) {
    if (failure instanceof OutputUnavailableException || failure instanceof Error) {
      return failure;
    }
    if (failure instanceof UncheckedIOException disk) {
      return new OutputUnavailableException(disk.getCause().getMessage(), "Free disk space", disk);
    }
    return unavailable(inWords(failure, topic), failure);
  }

  /**
   * What a task fails with whose transaction fails.
   *
   * @param topics those it writes to, with their keys
   */
  static Throwable ofTransaction(Throwable failure, String topics, Settings settings) {
    return first(failure) instanceof TransactionalIdAuthorizationException
        ? unavailable(ofTransactions(failure, settings), failure)
        : refusal(failure, topics);
  }

  private static Throwable unavailable(String why, Throwable failure) {
    return new OutputUnavailableException(
        "Kafka: " + why, "Check the broker, the topic and the rights on it", failure);
  }

  /**
   * What a task fails with whose items cannot be sent: one that is too large for its topic is to
   * blame itself, and must not halt the others.
   *
   * @param refusal what {@link #refusal} says
   */
  static Throwable ofItems(Throwable refusal) {
    RecordTooLargeException large =
        ObjectHelper.getException(RecordTooLargeException.class, refusal);
    return large == null
        ? refusal
        : new ItemsRejectedException(
            "Kafka: an item is too large for its topic ("
                + inWords(large)
                + "): raise max.message.bytes of the topic, or set "
                + Keys.MAX_ITEM_BYTES
                + " lower, and replay the id",
            large); // whose cause is no unavailable output, which would be repeated
  }

  /** Why there can be no transactions, in a line for a person. */
  static String ofTransactions(Throwable failure, Settings settings) {
    Throwable first = first(failure);
    if (first instanceof TransactionalIdAuthorizationException) {
      return "not allowed to use transactional ids that begin with "
          + settings.get(Keys.GROUP_ID)
          + "- ("
          + Keys.GROUP_ID
          + "): allow this user the operations Write and Describe on transactional ids with this"
          + " prefix, or set serp.kafka.delivery=at-least-once";
    }
    String words = "serp.kafka.delivery=exactly-once is not possible: " + inWords(first);
    return first instanceof TimeoutException
        ? words
            + "; the brokers keep no transactions if transaction.state.log.replication.factor or"
            + " transaction.state.log.min.isr is more than there are brokers: set them lower"
        : words;
  }

  /** What went wrong, in a line for a person. */
  static String inWords(Throwable failure) {
    Throwable cause = failure;
    String store = null;
    while (cause.getCause() != null && !(cause instanceof AuthenticationException)) {
      if (UNREADABLE_STORE.matcher(String.valueOf(cause.getMessage())).matches()) {
        store = cause.getMessage();
      }
      cause = cause.getCause();
    }
    String message = Failures.inWords(cause);
    if (store != null) {
      return store + ": " + message + "; check serp.kafka.properties.ssl.*";
    }
    if (MALFORMED_LOGIN.matcher(message).find()) {
      return "serp.kafka.properties.sasl.jaas.config is malformed, and is not quoted here; write it"
          + " as MODULE required username=\"NAME\" password=\"PASSWORD\";";
    }
    if (cause instanceof SslAuthenticationException) {
      return "the broker's certificate is not trusted or TLS failed: "
          + message
          + "; check serp.kafka.properties.ssl.*";
    }
    if (cause instanceof AuthenticationException) {
      return "the broker does not accept the credentials: "
          + message
          + "; check serp.kafka.properties.sasl.*";
    }
    return cause instanceof AuthorizationException
        ? "the broker does not allow it: " + message
        : message;
  }
}
