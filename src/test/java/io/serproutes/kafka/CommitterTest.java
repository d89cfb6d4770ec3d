package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.StoppingException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Future;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.apache.kafka.clients.consumer.CommitFailedException;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.InvalidProducerEpochException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What becomes of the parts of a transaction that fails at any of its steps. */
class CommitterTest {

  private static final TopicPartition FIRST = new TopicPartition("ids", 0);
  private static final TopicPartition SECOND = new TopicPartition("ids", 1);
  private static final String GROUP = "group";

  /** A client that refuses some records, and says which topics there are. */
  private static class Client extends MockProducer<String, byte[]> {

    boolean isOutOfMemory;

    Client() {
      this(true);
    }

    Client(boolean isAcknowledging) {
      super(isAcknowledging, null, new StringSerializer(), new ByteArraySerializer());
    }

    @Override
    public Future<RecordMetadata> send(ProducerRecord<String, byte[]> record, Callback callback) {
      if (new String(record.value(), UTF_8).equals("too large")) {
        RecordTooLargeException refusal = new RecordTooLargeException("too large");
        callback.onCompletion(null, refusal);
        return CompletableFuture.failedFuture(refusal);
      }
      if (isOutOfMemory) {
        isOutOfMemory = false;
        throw new OutOfMemoryError("simulated");
      }
      return super.send(record, callback);
    }

    @Override
    public List<PartitionInfo> partitionsFor(String topic) {
      if (topic.equals("gone")) {
        throw new TimeoutException("Topic gone not present in metadata after 10000 ms.");
      }
      return super.partitionsFor(topic);
    }

    List<String> committed() {
      return history().stream().map(record -> new String(record.value(), UTF_8)).toList();
    }
  }

  /** What was handed back. */
  private static final class Later implements Committer.Waiting {
    final List<TransactionPart> again = new ArrayList<>();
    final List<Throwable> reasons = new ArrayList<>(); // null while a group is joined
    final Map<TransactionPart, Throwable> failed = new HashMap<>();
    int pauses;
    int mostPauses = 100;

    @Override
    public void again(List<TransactionPart> parts, Throwable why) {
      again.addAll(parts);
      reasons.add(why);
    }

    @Override
    public void fail(TransactionPart part, Throwable why) {
      failed.put(part, why);
    }

    @Override
    public boolean pause(Throwable why) {
      return ++pauses <= mostPauses;
    }

    List<TransactionPart> takeAgain() {
      List<TransactionPart> taken = List.copyOf(again);
      again.clear();
      return taken;
    }
  }

  private final Settings settings = new Settings((String key) -> null);
  private final AssignedPartitions offsets =
      new AssignedPartitions(settings, new Gate(settings, new BeginTask()));
  private final PartitionProgress first = new PartitionProgress(10, null);
  private final PartitionProgress second = new PartitionProgress(20, null);
  private final Queue<Client> clients = new ArrayDeque<>();
  private final Queue<Object> known = new ArrayDeque<>(); // answers of the group, or exceptions
  private final Later later = new Later();
  private final Map<TransactionPart, Optional<Throwable>> ended = new HashMap<>();
  private final Client client = new Client();
  private final Client next = new Client();
  private final Committer committer =
      new Committer(clients::remove, this::known, offsets, Duration.ofMillis(50), later);

  @BeforeEach
  void join() {
    clients.addAll(List.of(client, next));
    offsets.assigned(FIRST, first);
    offsets.assigned(SECOND, second);
    offsets.member("ids", new ConsumerGroupMetadata(GROUP, 7, "member", Optional.empty()));
  }

  @SuppressWarnings("unchecked")
  private Map<TopicPartition, OffsetAndMetadata> known(String group) {
    assertThat(group).isEqualTo(GROUP);
    Object answer = known.remove();
    if (answer instanceof RuntimeException failure) {
      throw failure;
    }
    return (Map<TopicPartition, OffsetAndMetadata>)
        (answer instanceof Supplier<?> supplier ? supplier.get() : answer);
  }

  private TransactionPart part(PartitionProgress progress, long offset, String... values) {
    return part(
        progress,
        offset,
        "out",
        Stream.of(values).map(v -> new ProducerRecord<>("out", "id", v.getBytes(UTF_8))).toList());
  }

  private TransactionPart part(
      PartitionProgress progress,
      long offset,
      String topic,
      Iterable<ProducerRecord<String, byte[]>> records) {
    TransactionPart[] self = new TransactionPart[1];
    progress.read(offset);
    self[0] =
        new TransactionPart(
            new RecordInWork(progress, offset),
            Set.of(topic),
            List.of(records),
            1,
            System.nanoTime(),
            null,
            failure -> ended.put(self[0], Optional.ofNullable(failure)));
    return self[0];
  }

  private void commit(TransactionPart... parts) {
    committer.commit(List.of(parts));
  }

  private TransactionPart commitOne() {
    TransactionPart a = part(first, 10, "a");
    commit(a);
    return a;
  }

  private void useClients(Client... others) {
    clients.clear();
    clients.addAll(List.of(others));
  }

  private void assertCommittedByNext(TransactionPart a) {
    committer.commit(later.takeAgain());
    assertThat(next.committed()).containsExactly("a");
    assertThat(ended.get(a)).isEmpty();
  }

  private static Map<TopicPartition, OffsetAndMetadata> offset(TopicPartition of, long offset) {
    return Map.of(of, new OffsetAndMetadata(offset));
  }

  @Test
  void recordsAndTheOffsetsThatHoldWithThemAreOneTransaction() {
    TransactionPart a = part(first, 10, "a1", "a2");
    second.read(20);
    TransactionPart b = part(second, 21, "b");
    commit(a, b);
    assertThat(client.commitCount()).isOne();
    assertThat(client.committed()).containsExactlyInAnyOrder("a1", "a2", "b");
    Map<TopicPartition, OffsetAndMetadata> committed =
        client.consumerGroupOffsetsHistory().get(0).get(GROUP);
    assertThat(committed.get(FIRST).offset()).isEqualTo(11);
    assertThat(committed.get(SECOND).offset()).isEqualTo(20);
    assertThat(new RecordInWork(second, 21).hasEnded(committed.get(SECOND))).isTrue();
    assertThat(new RecordInWork(second, 20).hasEnded(committed.get(SECOND))).isFalse();
    assertThat(new RecordInWork(second, 22).hasEnded(committed.get(SECOND))).isFalse();
    assertThat(ended).containsOnlyKeys(a, b).allSatisfy((part, why) -> assertThat(why).isEmpty());
    assertThat(first.committable()).isEqualTo(11);
    commit();
    assertThat(client.commitCount()).as("nothing is new").isOne();
  }

  @Test
  void whatEndedWithoutATaskIsCommittedToo() {
    first.read(10);
    first.settle(10, true);
    commit();
    assertThat(client.consumerGroupOffsetsHistory().get(0).get(GROUP)).isEqualTo(offset(FIRST, 11));
  }

  @Test
  void aPartThatTheBrokersRefuseFailsAndTheOthersAreCommitted() {
    TransactionPart a = part(first, 10, "a");
    TransactionPart large = part(first, 11, "l1", "too large");
    TransactionPart b = part(second, 20, "b");
    commit(a, large, b);
    assertThat(later.failed).containsOnlyKeys(large);
    assertThat(later.failed.get(large)).isInstanceOf(RecordTooLargeException.class);
    assertThat(client.committed()).containsExactlyInAnyOrder("a", "b");
    assertThat(ended).containsOnlyKeys(a, b);
    assertThat(first.committable()).isEqualTo(11);
  }

  @Test
  void aPartWhoseRecordsCannotBeMadeFailsAndTheOthersGoAgain() {
    TransactionPart a = part(first, 10, "a");
    TransactionPart broken =
        part(
            first,
            11,
            "out",
            () -> {
              throw new UncheckedIOException(new IOException("disk"));
            });
    commit(a, broken);
    assertThat(later.failed.get(broken)).isInstanceOf(UncheckedIOException.class);
    assertThat(later.again).containsExactly(a);
    assertThat(client.transactionAborted()).isTrue();
    committer.commit(later.takeAgain());
    assertThat(client.committed()).containsExactly("a");
  }

  @Test
  void aTopicThatIsNotThereHoldsUpNoTransaction() {
    TransactionPart a = part(first, 10, "a");
    TransactionPart gone = part(first, 11, "gone", List.of());
    commit(a, gone);
    assertThat(later.failed).containsOnlyKeys(gone);
    assertThat(client.committed()).containsExactly("a");
  }

  /** What was not yet sent to be committed is safe to be sent again. */
  @ParameterizedTest
  @MethodSource
  void aTransactionThatFailsBeforeItsCommitGoesAgain(String step, RuntimeException failure) {
    switch (step) {
      case "begin" -> client.beginTransactionException = failure;
      case "send" -> client.sendException = failure;
      default -> client.sendOffsetsToTransactionException = failure;
    }
    client.abortTransactionException = step.equals("begin") ? failure : null;
    TransactionPart a = commitOne();
    assertThat(ended).isEmpty();
    assertThat(later.again).containsExactly(a);
    assertThat(client.committed()).isEmpty();
    assertThat(first.committable()).isEqualTo(10);
    client.sendException = null;
    client.sendOffsetsToTransactionException = null;
    committer.commit(later.takeAgain());
    Client last = client.closed() ? next : client; // the mock flushes when it aborts
    assertThat(last.committed()).containsExactly("a");
    assertThat(last.consumerGroupOffsetsHistory().get(0).get(GROUP)).isEqualTo(offset(FIRST, 11));
    assertThat(ended.get(a)).isEmpty();
  }

  static Stream<Arguments> aTransactionThatFailsBeforeItsCommitGoesAgain() {
    return Stream.of(
        Arguments.of("begin", new ProducerFencedException("fenced")),
        Arguments.of("send", new TimeoutException("late")),
        Arguments.of("send", new KafkaException("in an error state", new TimeoutException("late"))),
        Arguments.of("offsets", new CommitFailedException("another generation")));
  }

  /** So the client is for a partition of a topic that was deleted a moment ago. */
  @Test
  void aProducerThatHearsNothingOfItsRecordsIsReplaced() {
    Client silent = new Client(false);
    useClients(silent, next);
    TransactionPart a = commitOne();
    assertThat(silent.closed()).isTrue();
    assertThat(ended).isEmpty();
    assertCommittedByNext(a);
  }

  /** In a host, which may go on. */
  @Test
  void aLackOfMemoryIsReportedAndTheTransactionGoesAgain() {
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    client.isOutOfMemory = true;
    TransactionPart a = part(first, 10, "a");
    try {
      commit(a);
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
    assertThat(reported).singleElement().isInstanceOf(OutOfMemoryError.class);
    assertThat(client.transactionAborted()).isTrue();
    assertThat(later.again).containsExactly(a);
    assertThat(ended).isEmpty();
    committer.commit(later.takeAgain());
    assertThat(client.committed()).containsExactly("a");
  }

  /** At a stop: an error that escaped would end the program with another exit code. */
  @Test
  void anInterruptedCommitterEndsInOrder() {
    Client interrupted =
        new Client() {
          @Override
          public void abortTransaction() {
            breakOff();
          }

          @Override
          public void close(Duration timeout) {
            breakOff(); // as it joins its thread
            super.close(timeout);
          }

          private static void breakOff() {
            if (Thread.currentThread().isInterrupted()) {
              throw new InterruptException("interrupted");
            }
          }
        };
    useClients(interrupted);
    TransactionPart a =
        part(
            first,
            10,
            "out",
            () -> {
              throw new InterruptException(new InterruptedException()); // sets the flag again
            });
    commit(a);
    assertThat(interrupted.closed()).as("which aborts what is open").isTrue();
    committer.close();
    assertThat(Thread.interrupted()).as("whoever waits for it hears of it").isTrue();
  }

  /**
   * It would send them again with those of the next transaction, whoever has the partition then.
   */
  @Test
  void aProducerThatCouldNotSendOffsetsIsReplaced() {
    client.sendOffsetsToTransactionException = new TimeoutException("late");
    TransactionPart a = commitOne();
    assertThat(client.closed()).isTrue();
    assertCommittedByNext(a);
  }

  @Test
  void aProducerWhoseGroupHasMovedOnIsKept() {
    client.sendOffsetsToTransactionException = new CommitFailedException("rebalanced");
    commit(part(first, 10, "a"));
    assertThat(client.closed()).isFalse();
    assertThat(client.transactionAborted()).isTrue();
  }

  @Test
  void aProducerThatCannotAbortIsReplaced() {
    client.sendException = new TimeoutException("late");
    client.abortTransactionException = new InvalidProducerEpochException("timed out");
    TransactionPart a = commitOne();
    assertThat(client.closed()).isTrue();
    committer.commit(later.takeAgain());
    assertThat(next.transactionInitialized()).isTrue();
    assertThat(next.committed()).containsExactly("a");
  }

  /** Sent again it would be there twice. */
  @Test
  void aCommitWhoseAnswerIsLostIsNotSentAgainWhereTheGroupKnowsIt() {
    client.commitTransactionException = new InvalidProducerEpochException("lost");
    TransactionPart a = part(first, 10, "a");
    second.read(20);
    TransactionPart b = part(second, 21, "b");
    String above = EndedOffsets.encode(new EndedOffsets.Ended(bits(1), new TreeMap<>()));
    known.add(Map.of(FIRST, new OffsetAndMetadata(11), SECOND, new OffsetAndMetadata(20, above)));
    commit(a, b);
    assertThat(ended).containsOnlyKeys(a, b).allSatisfy((part, why) -> assertThat(why).isEmpty());
    assertThat(later.again).isEmpty();
    assertThat(next.transactionInitialized()).as("what ends the one before").isTrue();
    commit();
    assertThat(next.committed()).isEmpty();
    assertThat(first.committable()).isEqualTo(11);
  }

  private static BitSet bits(int bit) {
    BitSet bits = new BitSet();
    bits.set(bit);
    return bits;
  }

  @Test
  void aCommitThatTheGroupDoesNotKnowGoesAgain() {
    client.commitTransactionException = new InvalidProducerEpochException("lost");
    TransactionPart a = part(first, 10, "a");
    known.add(Map.of());
    commit(a);
    assertThat(ended).isEmpty();
    assertThat(later.reasons).containsExactly(client.commitTransactionException);
    assertCommittedByNext(a);
  }

  @Test
  void nothingIsSentBeforeTheGroupHasSaidWhatItKnows() {
    client.commitTransactionException = new TimeoutException("no answer");
    next.initTransactionException = new TimeoutException("no answer");
    Client third = new Client();
    Client fourth = new Client();
    clients.addAll(List.of(third, fourth));
    TransactionPart a = part(first, 10, "a");
    known.add(new TimeoutException("a transaction is open"));
    known.add(offset(FIRST, 11));
    commit(a);
    assertThat(later.pauses).isEqualTo(2);
    assertThat(fourth.transactionInitialized()).isTrue();
    assertThat(ended.get(a)).isEmpty();
  }

  @Test
  void whatIsNotKnownAtTheStopIsLeftToWhoReadsTheOffsets() {
    client.commitTransactionException = new TimeoutException("no answer");
    next.initTransactionException = new TimeoutException("no answer");
    later.mostPauses = 0;
    TransactionPart a = commitOne();
    assertThat(ended.get(a)).containsInstanceOf(StoppingException.class);
    assertThat(first.committable()).isEqualTo(10);
  }

  @Test
  void whatWasLostMeanwhileIsEndedByTheNextOwnerOrLeftToIt() {
    client.commitTransactionException = new InvalidProducerEpochException("lost");
    TransactionPart a = part(first, 10, "a");
    TransactionPart b = part(second, 20, "b");
    Supplier<Object> nextOwner =
        () -> {
          offsets.revoked(FIRST);
          offsets.revoked(SECOND);
          return offset(FIRST, 11);
        };
    known.add(nextOwner);
    commit(a, b);
    assertThat(ended.get(a)).isEmpty();
    assertThat(ended.get(b)).containsInstanceOf(StoppingException.class);
    assertThat(later.again).isEmpty();
  }

  @Test
  void whatBelongsToALostPartitionIsLeft() {
    TransactionPart a = part(first, 10, "a");
    TransactionPart b = part(second, 20, "b");
    offsets.revoked(FIRST);
    commit(a, b);
    assertThat(ended.get(a)).containsInstanceOf(StoppingException.class);
    assertThat(ended.get(b)).isEmpty();
    assertThat(client.committed()).containsExactly("b");
    assertThat(client.consumerGroupOffsetsHistory().get(0).get(GROUP)).containsOnlyKeys(SECOND);
  }

  /** The topic that held them is gone: left, they would be lost. */
  @Test
  void whatWasReadFromATopicThatWasDeletedIsSentWithoutAnOffset() {
    TransactionPart a = part(first, 10, "a");
    first.noteDeleted();
    offsets.revoked(FIRST);
    offsets.assigned(FIRST, new PartitionProgress(0, null));
    commit(a);
    assertThat(client.committed()).containsExactly("a");
    assertThat(client.consumerGroupOffsetsHistory()).isEmpty();
    assertThat(ended.get(a)).isEmpty();
  }

  /** By none of them the brokers would let a former member commit. */
  @Test
  void nothingIsCommittedWithoutAMembership() {
    offsets.member("ids", new ConsumerGroupMetadata(GROUP));
    TransactionPart a = commitOne();
    assertThat(later.again).containsExactly(a);
    assertThat(later.reasons).containsOnlyNulls();
    assertThat(client.commitCount()).isZero();
  }

  /** The client allows nothing else after it. */
  @Test
  void aCommitThatTimesOutIsAskedForOnceMore() {
    Client late =
        new Client() {
          private int commits;

          @Override
          public void commitTransaction() {
            if (commits++ == 0) {
              throw new TimeoutException("no answer yet");
            }
            super.commitTransaction();
          }
        };
    useClients(late);
    TransactionPart a = commitOne();
    assertThat(late.committed()).containsExactly("a");
    assertThat(ended.get(a)).isEmpty();
    assertThat(late.closed()).isFalse();
  }

  @Test
  void whereNoTransactionCanBeBegunNowThePartsGoAgain() {
    client.initTransactionException = new TimeoutException("no coordinator");
    TransactionPart a = part(first, 10, "a");
    TransactionPart b = part(second, 20, "b");
    commit(a, b);
    assertThat(client.closed()).isTrue();
    assertThat(later.failed).isEmpty();
    assertThat(later.again).containsExactly(a, b);
    committer.commit(later.takeAgain());
    assertThat(next.committed()).containsExactlyInAnyOrder("a", "b");
  }

  @ParameterizedTest
  @MethodSource("rights")
  void whereNoTransactionIsAllowedEachPartFails(RuntimeException denied) {
    client.initTransactionException = denied;
    TransactionPart a = part(first, 10, "a");
    TransactionPart b = part(second, 20, "b");
    commit(a, b);
    assertThat(later.failed).containsOnlyKeys(a, b).containsValue(denied);
    assertThat(later.again).isEmpty();
    assertThat(ended).isEmpty();
  }

  @ParameterizedTest
  @MethodSource("rights")
  void aRightThatIsMissingIsNothingThatPasses(RuntimeException denied) {
    client.sendException = denied;
    TransactionPart a = commitOne();
    assertThat(later.failed).containsOnlyKeys(a);
    assertThat(later.again).isEmpty();
  }

  static Stream<RuntimeException> rights() {
    return Stream.of(
        new TransactionalIdAuthorizationException("denied"),
        new ClusterAuthorizationException("denied"),
        new KafkaException("in an error state", new TransactionalIdAuthorizationException("no")));
  }

  @Test
  void aFailureThatIsNoneOfTheBrokersGoesAgain() {
    client.sendException = new IllegalStateException("closed");
    TransactionPart a = part(first, 10, "a");
    TransactionPart b = part(second, 20, "b");
    commit(a, b);
    assertThat(later.failed).isEmpty();
    assertThat(later.again).containsExactlyInAnyOrder(a, b);
  }

  /** What is not acknowledged may be so for the sake of one part. */
  @Test
  void aRefusalThatComesLateEndsItsPartOnly() {
    Client refusing =
        new Client() {
          private final List<Callback> outstanding = new ArrayList<>();

          @Override
          public Future<RecordMetadata> send(
              ProducerRecord<String, byte[]> record, Callback callback) {
            if (new String(record.value(), UTF_8).equals("refused later")) {
              outstanding.add(callback);
              return null;
            }
            return super.send(record, callback);
          }

          @Override
          public void sendOffsetsToTransaction(
              Map<TopicPartition, OffsetAndMetadata> commits, ConsumerGroupMetadata member) {
            super.sendOffsetsToTransaction(commits, member);
            outstanding.forEach(
                one -> one.onCompletion(null, new RecordTooLargeException("of the broker")));
            outstanding.clear();
          }
        };
    useClients(refusing);
    TransactionPart a = part(first, 10, "a");
    TransactionPart late = part(second, 20, "refused later");
    commit(a, late);
    assertThat(later.failed).containsOnlyKeys(late);
    assertThat(later.failed.get(late)).isInstanceOf(RecordTooLargeException.class);
    assertThat(refusing.committed()).containsExactly("a");
    assertThat(ended).containsOnlyKeys(a);
  }

  @Test
  void aCommitThatTheBrokersDoNotAnswerIsResolvedOnceTheyDo() {
    client.commitTransactionException = new TimeoutException("no answer");
    TransactionPart a = part(first, 10, "a");
    known.add(offset(FIRST, 11));
    commit(a);
    assertThat(client.closed()).isTrue();
    assertThat(later.pauses).isZero();
    assertThat(ended.get(a)).isEmpty();
  }

  @Test
  void theCommitterIsClosedWithItsProducer() {
    commit(part(first, 10, "a"));
    committer.close();
    assertThat(client.closed()).isTrue();
    committer.close();
    committer.open();
    assertThat(next.transactionInitialized()).as("a producer of its own").isTrue();
  }

  @Test
  void aProducerIsMadeOnce() {
    committer.open();
    committer.open();
    assertThat(client.transactionInitialized()).isTrue();
    assertThat(clients).containsExactly(next);
  }

  /** Whoever reads only what is committed would wait for what is open. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void theLastProducerIsGivenASecond(boolean isInterrupted) {
    List<Duration> timeouts = new ArrayList<>();
    clients.clear();
    clients.add(
        new Client() {
          @Override
          public void close(Duration timeout) {
            timeouts.add(timeout);
            throw new KafkaException("the thread was interrupted");
          }
        });
    committer.open();
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    committer.close();
    assertThat(Thread.interrupted()).isEqualTo(isInterrupted);
    assertThat(timeouts).containsExactly(Duration.ofSeconds(1));
  }

  /** No more is lost than what is aborted anyway. */
  @ParameterizedTest
  @ValueSource(booleans = {true, false})
  void aProducerThatIsReplacedIsWaitedForOnlyAtTheEnd(boolean isInterrupted) {
    List<Duration> timeouts = new ArrayList<>();
    Client failing =
        new Client() {
          @Override
          public void close(Duration timeout) {
            timeouts.add(timeout);
          }
        };
    failing.sendOffsetsToTransactionException = new TimeoutException("late");
    useClients(failing);
    TransactionPart a = part(first, 10, "a");
    if (isInterrupted) {
      Thread.currentThread().interrupt();
    }
    commit(a);
    assertThat(Thread.interrupted()).isEqualTo(isInterrupted);
    assertThat(timeouts).containsExactly(Duration.ofSeconds(isInterrupted ? 1 : 0));
  }

  @Test
  void anOffsetWhoseTransactionFailedIsCommittedByTheNextOne() {
    first.read(10);
    first.settle(10, true);
    client.sendOffsetsToTransactionException = new CommitFailedException("another generation");
    commit();
    client.sendOffsetsToTransactionException = null;
    commit();
    assertThat(client.consumerGroupOffsetsHistory().get(0).get(GROUP)).isEqualTo(offset(FIRST, 11));
  }

  /** In a host, which may go on. */
  @Test
  void aLackOfMemoryDuringTheCommitIsReported() {
    Client dying =
        new Client() {
          @Override
          public void commitTransaction() {
            throw new OutOfMemoryError("simulated");
          }
        };
    useClients(dying, next);
    TransactionPart a = part(first, 10, "a");
    known.add(Map.of());
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    try {
      commit(a);
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
    assertThat(reported).singleElement().isInstanceOf(OutOfMemoryError.class);
    assertThat(later.again).containsExactly(a);
  }

  @Test
  void aGroupThatReadsTwoTopicsIsAskedForBoth() {
    TopicPartition other = new TopicPartition("parked", 0);
    PartitionProgress parked = new PartitionProgress(30, null);
    offsets.assigned(other, parked);
    offsets.member("parked", new ConsumerGroupMetadata(GROUP, 7, "member", Optional.empty()));
    client.commitTransactionException = new InvalidProducerEpochException("lost");
    TransactionPart a = part(first, 10, "a");
    TransactionPart b = part(parked, 30, "b");
    Map<TopicPartition, OffsetAndMetadata> all =
        Map.of(FIRST, new OffsetAndMetadata(11), other, new OffsetAndMetadata(31));
    known.addAll(List.of(all, all));
    commit(a, b);
    assertThat(ended).containsOnlyKeys(a, b);
    assertThat(later.again).isEmpty();
  }

  @Test
  void theThreadsThatSendEndWithTheCommitter() throws InterruptedException {
    Set<Thread> others = senders();
    commit(part(first, 10, "a"), part(second, 20, "b"), part(first, 11, "c"));
    Set<Thread> mine = senders();
    mine.removeAll(others);
    committer.close();
    for (Thread thread : mine) {
      thread.join(30_000);
      assertThat(thread.isAlive()).isFalse();
    }
  }

  private static Set<Thread> senders() {
    return Thread.getAllStackTraces().keySet().stream()
        .filter(thread -> thread.getName().contains("serp-transaction-records"))
        .collect(Collectors.toSet());
  }
}
