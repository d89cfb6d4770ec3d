package io.serproutes.kafka;

import io.serproutes.FatalErrors;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.function.Function;
import java.util.function.Supplier;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Producer;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ApiException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.RetriableException;
import org.apache.kafka.common.errors.TimeoutException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commits parts in transactions, one after the other. Used by one thread.
 *
 * <p>A transaction that fails before its commit is aborted; what belongs to one of its parts alone
 * is found by giving each a transaction of its own. A commit that fails may have succeeded: then
 * nothing is sent again before the group has said what it knows.
 */
final class Committer {

  private static final Logger LOG = LoggerFactory.getLogger("serp-kafka");
  private static final Duration CLOSE_TIMEOUT = Duration.ofSeconds(1);

  private final Supplier<Producer<String, byte[]>> producers;
  private final Function<String, Map<TopicPartition, OffsetAndMetadata>> groups;
  private final AssignedPartitions offsets;
  private final Duration patience;
  private final Waiting waiting;
  private final PartSenders senders = new PartSenders();
  private Producer<String, byte[]> producer;

  /** What becomes of parts that are not committed. */
  interface Waiting {

    /** Takes parts that are to be committed later; {@code why} is null while a group is joined. */
    void again(List<TransactionPart> parts, Throwable why);

    /** Ends a part that fails by itself. */
    void fail(TransactionPart part, Throwable why);

    /**
     * Waits a little because the brokers do not answer.
     *
     * @return whether to go on
     */
    boolean pause(Throwable why);
  }

  /**
   * A committer with a producer of its own.
   *
   * @param producers makes one, also in place of one that has failed
   * @param groups what a group has committed, once no transaction of it is open
   * @param patience how long records may take to be acknowledged; the brokers end the transaction
   *     then, too
   */
  Committer(
      Supplier<Producer<String, byte[]>> producers,
      Function<String, Map<TopicPartition, OffsetAndMetadata>> groups,
      AssignedPartitions offsets,
      Duration patience,
      Waiting waiting) {
    this.producers = producers;
    this.groups = groups;
    this.offsets = offsets;
    this.patience = patience;
    this.waiting = waiting;
  }

  /**
   * Makes the producer where there is none, which ends what another of the same name left open.
   *
   * @throws KafkaException where the brokers do not allow it, or do not answer in time
   */
  void open() {
    if (producer == null) {
      Producer<String, byte[]> made = producers.get();
      try {
        made.initTransactions();
      } catch (RuntimeException e) {
        close(made, Duration.ZERO);
        throw e;
      }
      producer = made;
    }
  }

  /** Commits parts, and the offsets of whatever else has ended. */
  void commit(List<TransactionPart> parts) {
    List<TransactionPart> reachable;
    try {
      open();
      reachable = reachable(parts);
    } catch (RuntimeException e) {
      notSent(parts, e);
      return;
    }
    TransactionPlan plan = new TransactionPlan(reachable, offsets);
    if (!plan.withoutGroup().isEmpty()) {
      waiting.again(plan.withoutGroup(), null);
    }
    if (!plan.isEmpty()) {
      commit(plan);
    }
  }

  private void notSent(List<TransactionPart> parts, RuntimeException e) {
    LOG.debug("no transaction can be begun", e);
    if (passes(e)) {
      waiting.again(parts, e);
    } else {
      parts.forEach(part -> waiting.fail(part, e));
    }
  }

  // a topic that is not there would hold up the transaction until it times out
  private List<TransactionPart> reachable(List<TransactionPart> parts) {
    Map<String, RuntimeException> failures = new HashMap<>();
    List<TransactionPart> reachable = new ArrayList<>();
    for (TransactionPart part : parts) {
      RuntimeException failure = null;
      for (String topic : part.topics()) {
        failure = failure == null ? failures.computeIfAbsent(topic, this::look) : failure;
      }
      if (failure == null) {
        reachable.add(part);
      } else {
        waiting.fail(part, failure);
      }
    }
    return reachable;
  }

  private RuntimeException look(String topic) {
    try {
      producer.partitionsFor(topic);
      return null;
    } catch (RuntimeException e) {
      return e;
    }
  }

  private void commit(TransactionPlan plan) {
    try {
      send(plan);
    } catch (RuntimeException | Error e) {
      LOG.debug("a transaction is aborted", e);
      FatalErrors.report(e);
      plan.failed();
      abort();
      goAgain(plan.parts(), e);
      return;
    }
    Throwable failure = end();
    if (failure == null) {
      plan.committed();
    } else {
      LOG.debug("it is not known whether a transaction is committed", failure);
      resolve(plan, failure);
    }
  }

  // when it returns, nothing of the transaction can fail any more but its commit
  private void send(TransactionPlan plan) {
    producer.beginTransaction();
    CompletableFuture<Void> sent = senders.send(producer, plan.parts());
    for (String topic : plan.topicsOfIds()) {
      sendOffsets(plan.commits(topic), plan.member(topic));
    }
    await(sent);
  }

  private void sendOffsets(
      Map<TopicPartition, OffsetAndMetadata> commits, ConsumerGroupMetadata member) {
    try {
      producer.sendOffsetsToTransaction(commits, member);
    } catch (CommitFailedException e) {
      throw e; // the group has moved on, and has said so
    } catch (RuntimeException e) {
      replace(); // the client would keep these offsets, and send them with those of the next one
      throw e;
    }
  }

  // the client asks for ever for a partition of a topic that was deleted, and lets no record expire
  private void await(CompletableFuture<Void> sent) {
    try {
      sent.get(patience.toMillis(), TimeUnit.MILLISECONDS);
    } catch (ExecutionException e) {
      throw e.getCause() instanceof RuntimeException why ? why : new KafkaException(e.getCause());
    } catch (InterruptedException e) {
      throw new InterruptException(e);
    } catch (java.util.concurrent.TimeoutException e) {
      replace(); // nor would it end the transaction
      throw new TimeoutException("no acknowledgement within " + patience.toSeconds() + " s");
    }
  }

  // after a time-out the client allows nothing but the same once more
  private Throwable end() {
    try {
      try {
        producer.commitTransaction();
      } catch (TimeoutException e) {
        producer.commitTransaction();
      }
      return null;
    } catch (RuntimeException | Error e) {
      FatalErrors.report(e);
      return e;
    }
  }

  private void abort() {
    try {
      if (producer != null) { // else the next one ends it
        producer.abortTransaction();
      }
    } catch (RuntimeException e) {
      LOG.debug("a transaction could not be aborted; the next producer ends it", e);
      replace();
    }
  }

  private void replace() {
    Producer<?, ?> old = producer;
    producer = null;
    if (old != null) {
      close(old, Duration.ZERO);
    }
  }

  // an interrupt, as at the end of the program, would break the close off: it waits for what is
  // open to be aborted, as a reader would have to wait for its time-out
  private static void close(Producer<?, ?> old, Duration timeout) {
    boolean isInterrupted = Thread.interrupted();
    try {
      old.close(isInterrupted ? CLOSE_TIMEOUT : timeout);
    } catch (RuntimeException e) {
      LOG.debug("closing a producer", e);
    } finally {
      if (isInterrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private void goAgain(List<TransactionPart> parts, Throwable failure) {
    if (failure instanceof TransactionPart.Failure own) {
      List<TransactionPart> others = new ArrayList<>(parts);
      others.remove(own.part());
      waiting.fail(own.part(), own.getCause());
      waiting.again(others, own.getCause());
    } else if (passes(failure)) {
      waiting.again(parts, failure);
    } else if (parts.size() == 1) {
      waiting.fail(parts.get(0), failure);
    } else {
      parts.forEach(part -> commit(List.of(part)));
    }
  }

  // else it is about a record, a topic or a right
  private static boolean passes(Throwable failure) {
    Throwable first = KafkaFailures.first(failure);
    boolean isRight = first instanceof AuthorizationException;
    return !(first instanceof ApiException)
        || first instanceof RetriableException
        || first instanceof InterruptException
        || KafkaFailures.isFatal(first) && !isRight;
  }

  private void resolve(TransactionPlan plan, Throwable failure) {
    Throwable why = failure;
    do {
      try {
        replace();
        open(); // whatever was open is committed or aborted when this returns
        waiting.again(plan.resolve(stableOffsets(plan)), why);
        return;
      } catch (RuntimeException e) {
        LOG.debug("it is still not known whether a transaction is committed", e);
        why = e;
      }
    } while (waiting.pause(why));
    plan.parts().forEach(TransactionPart::leave);
  }

  private Map<TopicPartition, OffsetAndMetadata> stableOffsets(TransactionPlan plan) {
    Map<TopicPartition, OffsetAndMetadata> all = new HashMap<>();
    for (String topic : plan.topicsOfIds()) {
      groups
          .apply(plan.member(topic).groupId())
          .forEach((one, commit) -> all.merge(one, commit, (before, now) -> before));
    }
    return all;
  }

  /** Closes the producer; what it has open is aborted by the brokers. */
  void close() {
    senders.close();
    if (producer != null) {
      close(producer, CLOSE_TIMEOUT);
    }
    producer = null;
  }
}
