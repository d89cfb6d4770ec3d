package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.deliver.Sendings;
import io.serproutes.fetch.ItemsRejectedException;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.TaskId;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.TypeOfItems;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.apache.camel.Exchange;
import org.apache.camel.component.mock.MockComponent;
import org.apache.camel.component.mock.MockEndpoint;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.producer.Callback;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.clients.producer.RecordMetadata;
import org.apache.kafka.common.KafkaException;
import org.apache.kafka.common.errors.AuthorizationException;
import org.apache.kafka.common.errors.ClusterAuthorizationException;
import org.apache.kafka.common.errors.OutOfOrderSequenceException;
import org.apache.kafka.common.errors.ProducerFencedException;
import org.apache.kafka.common.errors.RecordTooLargeException;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.UnsupportedVersionException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class TopicProducerTest {

  private static final String NOT_ALLOWED =
      "Kafka: not allowed to write to serp.organic (serp.kafka.topics.organic): allow this user the"
          + " operation Write on it";
  private static final byte[] VALUE = {'{', '}'};

  private final DefaultCamelContext context = new DefaultCamelContext();
  private final Exchange exchange = new DefaultExchange(context);
  private final Queue<Runnable> workers = new ArrayDeque<>();
  private final MockProducer<String, byte[]> kafka = mock();
  private final MockProducer<String, byte[]> another = mock();
  private final Iterator<MockProducer<String, byte[]>> made = List.of(kafka, another).iterator();
  private final SharedProducer shared = new SharedProducer(made::next);
  private Supplier<Iterable<ProducerRecord<String, byte[]>>> records;
  private boolean isStaged;
  private final TopicProducer producer =
      new TopicProducer(
          new MockEndpoint("mock:topic", new MockComponent(context)),
          "serp.organic (serp.kafka.topics.organic)",
          shared,
          workers::add,
          sent -> records.get(),
          sent -> isStaged);
  private Boolean doneAtOnce;

  @BeforeEach
  void open() {
    shared.open();
    producer.start();
  }

  private static MockProducer<String, byte[]> mock() {
    return new MockProducer<>(false, null, new StringSerializer(), new ByteArraySerializer());
  }

  private static Iterator<ProducerRecord<String, byte[]>> records(int count) {
    return IntStream.range(0, count)
        .mapToObj(i -> new ProducerRecord<>("topic", Integer.toString(i), VALUE))
        .iterator();
  }

  private boolean send(int count) {
    return send(() -> () -> records(count));
  }

  private boolean send(Supplier<Iterable<ProducerRecord<String, byte[]>>> toSend) {
    records = toSend;
    return producer.process(exchange, atOnce -> doneAtOnce = atOnce);
  }

  private void work() {
    workers.remove().run();
    assertThat(workers).isEmpty();
  }

  @Test
  void itGoesOnWithTheLastAcknowledgement() {
    assertThat(send(3)).isFalse();
    assertThat(kafka.history()).extracting(ProducerRecord::topic).containsOnly("topic").hasSize(3);
    kafka.completeNext();
    kafka.completeNext();
    assertThat(workers).isEmpty();
    kafka.completeNext();
    assertThat(doneAtOnce).as("Kafka's thread goes no further").isNull();
    work();
    assertThat(doneAtOnce).isFalse();
    assertThat(exchange.getException()).isNull();
  }

  /** Types of a task that wait for each other would make small requests. */
  @Test
  void itemsAreLeftToTheReceiptOfTheirTask() throws IOException {
    Task task = taskWithItems();
    assertThat(send(2)).isTrue();
    assertThat(send(1)).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).isNull();
    CompletableFuture<Void> outcome = Sendings.of(task).outcome();
    kafka.completeNext();
    kafka.completeNext();
    assertThat(outcome).isNotDone();
    kafka.completeNext();
    assertThat(outcome).isCompleted();
    assertThat(workers).isEmpty();
    assertThat(kafka.history()).hasSize(3);
  }

  @Test
  void ofItemsOnlyTheTypeThatWasNotAcknowledgedIsSentAgain() throws IOException {
    Task task = taskWithItems();
    exchange.setVariable(TypeOfItems.VARIABLE, "organic");
    send(2);
    send(3);
    kafka.completeNext();
    kafka.completeNext();
    kafka.completeNext();
    kafka.errorNext(new TimeoutException("Expiring 1 record(s)"));
    kafka.completeNext();
    CompletableFuture<Void> first = Sendings.of(task).outcome();
    assertThat(first).as("told once").isCompletedExceptionally();
    assertThat(kafka.history()).hasSize(5);
    CompletableFuture<Void> second = Sendings.of(task).outcome();
    assertThat(kafka.history()).as("sent again, once it has been told").hasSize(8);
    kafka.completeNext();
    kafka.completeNext();
    kafka.errorNext(new RecordTooLargeException("too large"));
    assertThat(second)
        .failsWithin(Duration.ZERO)
        .withThrowableOfType(ExecutionException.class)
        .withCauseInstanceOf(ItemsRejectedException.class);
  }

  @Test
  void itemsThatAreRefusedAtOnceAreNotLeftToTheReceipt() throws IOException {
    Task task = taskWithItems();
    kafka.sendException = new TimeoutException("away");
    assertThat(send(1)).isTrue();
    assertThat(exchange.getException()).isInstanceOf(OutputUnavailableException.class);
    assertThat(Sendings.of(task).outcome()).isCompleted();
  }

  private Task taskWithItems() throws IOException {
    TaskId id = TestTasks.id(1);
    String result = "[{\"items\":[{\"type\":\"organic\"}]}]";
    Task task = TestTasks.answer(TestTasks.fresh(id), 200, TestTasks.body(id, 20000, "{}", result));
    exchange.setVariable(Task.VARIABLE, task);
    exchange.getMessage().setBody(ItemBatch.byType(id, task.getAnswer(), task.getFound()).get(0));
    return task;
  }

  /** As of a step of somebody's own, whose fault must not halt the others. */
  @Test
  void aBodyThatCannotBeSentIsNotTheOutputsFault() {
    IllegalArgumentException fault = new IllegalArgumentException("an empty body cannot be sent");
    send(
        () -> {
          throw fault;
        });
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).isSameAs(fault);
  }

  /** As of a topic that is gone, of which each record would be waited for. */
  @Test
  void onceARecordIsRefusedTheRestOfABatchIsNotSent() {
    AtomicInteger sent = new AtomicInteger();
    SharedProducer refusing =
        new SharedProducer(
            () ->
                new MockProducer<>() {
                  @Override
                  public Future<RecordMetadata> send(
                      ProducerRecord<String, byte[]> record, Callback callback) {
                    sent.incrementAndGet();
                    TimeoutException refusal = new TimeoutException("not present in metadata");
                    callback.onCompletion(null, refusal); // as the client does before it returns
                    return CompletableFuture.failedFuture(refusal);
                  }
                });
    refusing.open();
    TopicProducer toNowhere =
        new TopicProducer(
            new MockEndpoint("mock:nowhere", new MockComponent(context)),
            "serp.organic",
            refusing,
            workers::add,
            any -> () -> records(100),
            any -> false);
    toNowhere.start();
    toNowhere.process(exchange, atOnce -> doneAtOnce = atOnce);
    assertThat(sent).hasValue(1);
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: not present in metadata");
  }

  @Test
  void oneRecordThatIsNotAcknowledgedFailsAllOnceTheyHaveEnded() {
    send(3);
    kafka.errorNext(new TimeoutException("Expiring 3 record(s)"));
    kafka.completeNext();
    assertThat(workers).isEmpty();
    kafka.errorNext(new TimeoutException("another"));
    work();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: Expiring 3 record(s)");
  }

  @Test
  void whatIsStagedIsNotSent() {
    isStaged = true;
    assertThat(send(3)).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(kafka.history()).isEmpty();
  }

  @Test
  void noRecordIsDoneAtOnce() {
    assertThat(send(0)).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).isNull();
  }

  @Test
  void aClientThatTakesNothingRefusesAtOnce() {
    kafka.sendException = new IllegalStateException();
    assertThat(send(3)).isTrue();
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: java.lang.IllegalStateException");
  }

  /** As after a missing right that has been given since: the client itself never tries again. */
  @Test
  void aClientInAFatalStateIsReplacedAtTheNextTry() {
    ClusterAuthorizationException first = new ClusterAuthorizationException("Cluster denied");
    kafka.sendException =
        new KafkaException(
            "Cannot execute transactional method because we are in an error state", first);
    send(3);
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo(NOT_ALLOWED);
    assertThat(made).hasNext();
    exchange.setException(null);
    assertThat(send(1)).isFalse();
    assertThat(kafka.closed()).isTrue();
    another.completeNext();
    work();
    assertThat(exchange.getException()).isNull();
    send(1);
    assertThat(another.history()).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource
  void acknowledgementsTellWhetherTheClientIsSpent(RuntimeException failure, boolean isSpent) {
    send(1);
    kafka.errorNext(failure);
    work();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo(
            failure instanceof AuthorizationException
                ? NOT_ALLOWED
                : "Kafka: " + failure.getMessage());
    exchange.setException(null);
    send(1);
    assertThat(made.hasNext()).isEqualTo(!isSpent);
  }

  static Stream<Arguments> acknowledgementsTellWhetherTheClientIsSpent() {
    return Stream.of(
        Arguments.of(new ProducerFencedException("fenced"), true),
        Arguments.of(new ClusterAuthorizationException("no"), true),
        Arguments.of(new OutOfOrderSequenceException("order"), true),
        Arguments.of(new UnsupportedVersionException("old broker"), true),
        Arguments.of(new TopicAuthorizationException("no"), false),
        Arguments.of(new TimeoutException("later"), false));
  }

  @Test
  void whatARecordCannotBeMadeOfIsNotTheClientsFault() {
    send(
        () -> {
          throw new IllegalStateException("the answer is closed");
        });
    assertThat(doneAtOnce).isTrue();
    exchange.setException(null);
    send(1);
    assertThat(made).hasNext();
  }

  @Test
  void notEvenALackOfMemoryLeavesATaskWithoutAnEnd() {
    send(
        () -> {
          Iterator<ProducerRecord<String, byte[]>> none = records(0);
          return () ->
              new Iterator<>() {
                @Override
                public boolean hasNext() {
                  throw new OutOfMemoryError("Java heap space");
                }

                @Override
                public ProducerRecord<String, byte[]> next() {
                  return none.next();
                }
              };
        });
    assertThat(doneAtOnce).isTrue();
    assertThat(exchange.getException()).hasRootCauseInstanceOf(OutOfMemoryError.class);
    assertThat(exchange.getException(OutputUnavailableException.class)).isNull();
  }

  @Test
  void aDiskThatFailsIsNamedAsSuch() {
    Iterator<ProducerRecord<String, byte[]>> first = records(1);
    send(
        () ->
            () ->
                new Iterator<>() {
                  @Override
                  public boolean hasNext() {
                    return true;
                  }

                  @Override
                  public ProducerRecord<String, byte[]> next() {
                    if (first.hasNext()) {
                      return first.next();
                    }
                    throw new UncheckedIOException(new IOException("no space left"));
                  }
                });
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("no space left");
    kafka.completeNext();
    assertThat(workers).isEmpty();
  }

  /** A task that waited in the pool while the program stopped makes no client anew. */
  @Test
  void nothingIsSentAfterTheStop() {
    shared.close();
    assertThat(kafka.closed()).isTrue();
    assertThat(send(1)).isTrue();
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: serp-routes is stopping");
    assertThat(made).hasNext();
    shared.open();
    assertThat(send(1)).isFalse();
    assertThat(another.history()).hasSize(1);
  }

  @Test
  void settingsThatTheClientRefusesFailTheStart() {
    SharedProducer refused =
        new SharedProducer(
            () -> {
              throw new KafkaException("no such codec");
            });
    refused.open();
    TopicProducer wrong =
        new TopicProducer(
            new MockEndpoint("mock:wrong", new MockComponent(context)),
            "serp.organic",
            refused,
            workers::add,
            any -> () -> records(1),
            any -> false);
    assertThatThrownBy(wrong::start).hasStackTraceContaining("no such codec");
  }

  @Test
  void aClientThatIsSpentWhileItSendsIsReplaced() {
    kafka.sendException = new ProducerFencedException("fenced");
    send(1);
    assertThat(exchange.getException(OutputUnavailableException.class).why())
        .isEqualTo("Kafka: fenced");
    exchange.setException(null);
    assertThat(send(1)).isFalse();
    assertThat(another.history()).hasSize(1);
  }

  @Test
  void aClientThatRefusesOneRecordIsKept() {
    kafka.sendException = new RecordTooLargeException("too large");
    send(1);
    exchange.setException(null);
    kafka.sendException = null;
    assertThat(send(1)).isFalse();
    assertThat(kafka.history()).hasSize(1);
    assertThat(made).hasNext();
  }

  /** It would halt the others again and again. */
  @Test
  void anItemThatIsTooLargeForItsTopicIsToBlameItself() {
    kafka.sendException = new RecordTooLargeException("too large");
    send(1);
    assertThat(exchange.getException()).isInstanceOf(OutputUnavailableException.class);
    exchange.setException(null);
    exchange.setVariable(TypeOfItems.VARIABLE, "organic");
    send(1);
    assertThat(exchange.getException())
        .isInstanceOf(ItemsRejectedException.class)
        .hasCauseInstanceOf(RecordTooLargeException.class) // Camel's policies look at causes
        .hasMessage(
            "Kafka: an item is too large for its topic (too large): raise max.message.bytes of the"
                + " topic, or set serp.kafka.max-item-bytes lower, and replay the id");
    kafka.sendException = new TimeoutException("away");
    exchange.setException(null);
    send(1);
    assertThat(exchange.getException()).isInstanceOf(OutputUnavailableException.class);
  }

  /** In a host, which may go on: nobody else hears of it on Kafka's thread. */
  @Test
  void anErrorThatEndsTheRestOfTheRouteIsReported() {
    TopicProducer lacking =
        new TopicProducer(
            new MockEndpoint("mock:lacking", new MockComponent(context)),
            "serp.organic",
            shared,
            rest -> {
              throw new OutOfMemoryError("unable to create native thread");
            },
            any -> () -> records(1),
            any -> false);
    lacking.start();
    assertThat(lacking.process(exchange, atOnce -> doneAtOnce = atOnce)).isFalse();
    List<Throwable> reported = new ArrayList<>();
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
    try {
      kafka.completeNext();
    } finally {
      Thread.currentThread().setUncaughtExceptionHandler(null);
    }
    assertThat(reported).singleElement().isInstanceOf(OutOfMemoryError.class);
  }
}
