package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.InterruptException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.awaitility.Awaitility;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PartSendersTest {

  private static final int SECONDS = 30;
  private static final Set<Thread.State> WAITING =
      Set.of(Thread.State.WAITING, Thread.State.TIMED_WAITING);

  private final MockProducer<String, byte[]> client =
      new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  @AutoClose private final PartSenders senders = new PartSenders(2, Thread::new);

  @Test
  void sendsTwoPartsAtOnce() throws Exception {
    CyclicBarrier both = new CyclicBarrier(2);
    Runnable meet = () -> await(both);

    CompletableFuture<Void> sent =
        senders.send(client, List.of(part("a", 3, meet), part("b", 3, meet)));

    assertThat(client.history()).hasSize(6);
    assertThat(sent).isNotDone();
    while (client.completeNext()) {
      // each is acknowledged
    }
    assertThat(sent).isCompleted();
  }

  @Test
  void keepsTheOrderWithinAPart() {
    List<TransactionPart> parts =
        IntStream.range(0, 50).mapToObj(i -> part("part-" + i, 40, () -> {})).toList();

    senders.send(client, parts);

    for (TransactionPart part : parts) {
      String name = part.topics().iterator().next();
      Stream<String> sent =
          client.history().stream()
              .filter(record -> record.key().equals(name))
              .map(record -> new String(record.value(), UTF_8));
      assertThat(sent).isEqualTo(IntStream.range(0, 40).mapToObj(Integer::toString).toList());
    }
  }

  @Test
  void sendsNoMoreOnceAPartHasFailed() {
    TransactionPart broken =
        part(
            "broken",
            1,
            () -> {
              throw new IllegalStateException("no record");
            });
    AtomicInteger others = new AtomicInteger();
    List<TransactionPart> parts =
        Stream.concat(
                Stream.of(broken),
                IntStream.range(0, 10_000)
                    .mapToObj(i -> part("other", 10, others::incrementAndGet)))
            .toList();

    assertThatThrownBy(() -> senders.send(client, parts))
        .isInstanceOfSatisfying(
            TransactionPart.Failure.class, e -> assertThat(e.part()).isSameAs(broken));

    assertThat(others.get()).isLessThan(10_000);
  }

  /** As of a topic that is gone, of which each record would be waited for. */
  @Test
  void sendsNoMoreOnceARecordIsRefused() {
    AtomicInteger sent = new AtomicInteger();
    MockProducer<String, byte[]> refusing =
        new MockProducer<>() {
          @Override
          public Future<RecordMetadata> send(
              ProducerRecord<String, byte[]> record, Callback callback) {
            sent.incrementAndGet();
            callback.onCompletion(null, new TimeoutException("not present in metadata"));
            return null;
          }
        };
    assertThatThrownBy(() -> senders.send(refusing, List.of(part("part", 100, () -> {}))))
        .isInstanceOf(TimeoutException.class);
    assertThat(sent).hasValue(1);
  }

  /** In a host, which may go on. */
  @Test
  void fewerSendWhereThereIsNoThread() {
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    PartSenders alone =
        new PartSenders(
            2,
            runnable -> {
              throw new OutOfMemoryError("unable to create native thread");
            });
    try {
      alone.send(client, List.of(part("a", 3, () -> {}), part("b", 3, () -> {})));
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
      alone.close();
    }
    assertThat(client.history()).hasSize(6);
    assertThat(reported).singleElement().isInstanceOf(OutOfMemoryError.class);
  }

  /** Else another's records would slip into the next transaction. */
  @Test
  void throwsOnlyOnceNobodySends() {
    AtomicReference<Thread> failing = new AtomicReference<>();
    AtomicBoolean isOtherDone = new AtomicBoolean();
    TransactionPart broken =
        part(
            "broken",
            1,
            () -> {
              failing.set(Thread.currentThread());
              throw new IllegalStateException("no record");
            });
    TransactionPart slow =
        part(
            "slow",
            1,
            () -> {
              Awaitility.await("it waits: for this one, or as a thread of the pool for work")
                  .until(() -> failing.get() != null && WAITING.contains(failing.get().getState()));
              isOtherDone.set(true);
            });
    assertThatThrownBy(() -> senders.send(client, List.of(broken, slow)))
        .isInstanceOf(TransactionPart.Failure.class);
    assertThat(isOtherDone).isTrue();
  }

  @Test
  void passesAnErrorOn() {
    TransactionPart part = part("part", 1, () -> {});
    MockProducer<String, byte[]> without =
        new MockProducer<>() {
          @Override
          public Future<RecordMetadata> send(
              ProducerRecord<String, byte[]> record, Callback callback) {
            throw new NoClassDefFoundError("a class of the client");
          }
        };

    assertThatThrownBy(() -> senders.send(without, List.of(part)))
        .isInstanceOf(NoClassDefFoundError.class);
  }

  @Test
  void endsWhenItIsInterrupted() {
    Thread caller = Thread.currentThread();
    CyclicBarrier both = new CyclicBarrier(2);
    CyclicBarrier never = new CyclicBarrier(2);
    Runnable meet =
        () -> {
          await(both);
          if (Thread.currentThread() != caller) {
            caller.interrupt();
            await(never); // until it is interrupted itself
          }
        };

    assertThatThrownBy(() -> senders.send(client, List.of(part("a", 1, meet), part("b", 1, meet))))
        .isInstanceOf(InterruptException.class);
    assertThat(Thread.interrupted()).as("it is still interrupted").isTrue();
  }

  private static void await(CyclicBarrier barrier) {
    try {
      barrier.await(SECONDS, TimeUnit.SECONDS);
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  // whoever iterates it runs "first" before the first record
  private static TransactionPart part(String name, int records, Runnable first) {
    Iterable<ProducerRecord<String, byte[]>> all =
        () -> {
          first.run();
          Iterator<ProducerRecord<String, byte[]>> made =
              IntStream.range(0, records)
                  .mapToObj(
                      i -> new ProducerRecord<>("topic", name, Integer.toString(i).getBytes(UTF_8)))
                  .iterator();
          return made;
        };
    return new TransactionPart(null, Set.of(name), List.of(all), 1, 0, null, failure -> {});
  }

  @ParameterizedTest
  @CsvSource({"0, 0", "1, 0", "2, 1", "3, 2", "9, 2"})
  void threeSendWithThisThreadAndNoMoreThanThereAreParts(int parts, int others) throws Exception {
    List<Thread> started = new CopyOnWriteArrayList<>();
    PartSenders three =
        new PartSenders(
            3,
            runnable -> {
              started.add(new Thread(runnable));
              return started.get(started.size() - 1);
            });
    three.send(client, IntStream.range(0, parts).mapToObj(i -> part("a", 2, () -> {})).toList());
    assertThat(started).hasSize(others);
    assertThat(client.history()).hasSize(2 * parts);
    three.close();
    for (Thread thread : started) {
      thread.join(TimeUnit.SECONDS.toMillis(SECONDS));
      assertThat(thread.isAlive()).isFalse();
    }
  }

  @Test
  void aFailureThatIsNoRuntimeExceptionIsOneOfKafka() {
    IOException failure = new IOException("of an interceptor");
    MockProducer<String, byte[]> refusing =
        new MockProducer<>() {
          @Override
          public Future<RecordMetadata> send(
              ProducerRecord<String, byte[]> record, Callback callback) {
            callback.onCompletion(null, failure);
            return null;
          }
        };
    assertThatThrownBy(() -> senders.send(refusing, List.of(part("part", 1, () -> {}))))
        .isExactlyInstanceOf(KafkaException.class)
        .hasCause(failure);
  }

  /** Only the first is thrown: nobody else would hear of the other. */
  @Test
  void aLackOfMemoryBehindAnotherFailureIsReported() {
    List<Throwable> reported = new CopyOnWriteArrayList<>();
    AtomicReference<Thread> first = new AtomicReference<>();
    PartSenders reporting =
        new PartSenders(
            2,
            runnable -> {
              Thread thread = new Thread(runnable);
              thread.setUncaughtExceptionHandler((who, error) -> reported.add(error));
              return thread;
            });
    Thread caller = Thread.currentThread();
    CyclicBarrier both = new CyclicBarrier(2);
    Runnable fail =
        () -> {
          await(both);
          if (Thread.currentThread() == caller) {
            first.set(caller);
            throw new IllegalStateException("no record");
          }
          Awaitility.await()
              .until(() -> first.get() != null && WAITING.contains(caller.getState()));
          throw new OutOfMemoryError("simulated");
        };
    try {
      assertThatThrownBy(
              () -> reporting.send(client, List.of(part("a", 1, fail), part("b", 1, fail))))
          .hasMessage("no record");
    } finally {
      reporting.close();
    }
    assertThat(reported).singleElement().isInstanceOf(OutOfMemoryError.class);
  }
}
