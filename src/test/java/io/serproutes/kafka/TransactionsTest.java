package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.serproutes.IllegalSettingException;
import io.serproutes.Settings;
import io.serproutes.deliver.OutputUnavailableException;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.StoppingException;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.IdTexts;
import io.serproutes.ids.Intake;
import io.serproutes.ids.Source;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
import org.apache.kafka.clients.producer.MockProducer;
import org.apache.kafka.clients.producer.ProducerRecord;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.apache.kafka.common.errors.TimeoutException;
import org.apache.kafka.common.errors.TopicAuthorizationException;
import org.apache.kafka.common.errors.TransactionalIdAuthorizationException;
import org.apache.kafka.common.serialization.ByteArraySerializer;
import org.apache.kafka.common.serialization.StringSerializer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class TransactionsTest {

  private static final TopicPartition IDS = new TopicPartition("ids", 0);
  private static final long MINUTE = TimeUnit.MINUTES.toNanos(1);

  private final Settings settings =
      new Settings(Map.of("serp.kafka.delivery", "exactly-once", "serp.from", "kafka")::get);
  private final Gate gate = new Gate(settings, new BeginTask());
  private final AssignedPartitions offsets = new AssignedPartitions(settings, gate);
  private volatile Error dying;
  private final PartitionProgress progress = new PartitionProgress(0, null);
  private final MockProducer<String, byte[]> client =
      new MockProducer<>(true, null, new StringSerializer(), new ByteArraySerializer()) {
        @Override
        public List<PartitionInfo> partitionsFor(String topic) {
          if (dying != null) {
            throw dying;
          }
          return super.partitionsFor(topic);
        }
      };
  private final Transactions transactions =
      new Transactions(settings, offsets, Runnable::run, gate);

  @AfterEach
  void end() throws InterruptedException {
    transactions.end();
  }

  private void begin() {
    offsets.assigned(IDS, progress);
    offsets.member("ids", new ConsumerGroupMetadata("group", 1, "member", Optional.empty()));
    transactions.begin(() -> client, group -> Map.of());
  }

  /** The exchange of a task that has staged a receipt, once its route goes on. */
  private CompletableFuture<Exchange> ended(long offset) {
    progress.read(offset);
    String id = TestTasks.id(offset).value();
    Delivery delivery = Delivery.fresh(id, Source.named("test"), settlement(offset));
    Task task = TestTasks.answer(TestTasks.of(delivery), 404, "{\"status_code\":40400}");
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    exchange.setVariable(Task.VARIABLE, task);
    StagedRecords.of(task)
        .stage("receipts", exchange, List.of(new ProducerRecord<>("receipts", id, new byte[0])));
    CompletableFuture<Exchange> ended = new CompletableFuture<>();
    assertThat(transactions.process(exchange, atOnce -> ended.complete(exchange))).isFalse();
    return ended;
  }

  private Settlement settlement(long offset) {
    return new Settlement() {
      @Override
      public void settled(Outcome outcome) {
        progress.settle(offset, outcome.isAcknowledged());
      }

      @Override
      public Object origin() {
        return new RecordInWork(progress, offset);
      }
    };
  }

  @Test
  void aTaskGoesOnOnceItIsCommitted() throws Exception {
    begin();
    assertThat(ended(0).get(1, TimeUnit.MINUTES).getException()).isNull();
    assertThat(client.history()).hasSize(1);
    assertThat(progress.committable()).isOne();
    assertThat(progress.open()).as("settled with the commit").isZero();
  }

  /** A run once goes on until the ids of the array have ended, too. */
  @Test
  void whatReplacesARecordOfTheStartIsNotedBeforeItEnds() {
    offsets.end(IDS, 1);
    offsets.share("ids", 1);
    begin();
    progress.read(0);
    List<ProducerRecord<String, byte[]>> singles =
        List.of(
            new ProducerRecord<>("ids", "1", new byte[0]),
            new ProducerRecord<>("ids", "2", new byte[0]));
    transactions.replace(new TopicRecord(IDS, 0, progress), "ids", singles, 2);
    transactions.await(MINUTE);
    assertThat(progress.committable()).isOne();
    assertThat(offsets.isFinished("ids")).isFalse();
    progress.read(1); // the client of this test counts from 0
    progress.settle(1, true);
    assertThat(offsets.isFinished("ids")).isTrue();
    transactions.replace(new TopicRecord(IDS, 2, progress), "ids", singles, 2);
    transactions.await(MINUTE);
    assertThat(offsets.isFinished("ids")).as("what comes later is for a later run").isTrue();
  }

  @Test
  void aRevocationWaitsForWhatHasEnded() {
    begin();
    CompletableFuture<Exchange> last = null;
    for (long offset = 0; offset < 3; offset++) {
      last = ended(offset);
    }
    transactions.await(MINUTE);
    assertThat(last).isDone();
    assertThat(progress.committable()).isEqualTo(3);
  }

  @Test
  void whatWaitsAtTheStopStaysInItsTopic() throws Exception {
    begin();
    offsets.member("ids", new ConsumerGroupMetadata("group")); // not let in
    CompletableFuture<Exchange> waits = ended(0);
    transactions.await(MINUTE);
    assertThat(waits).isNotDone();
    transactions.end();
    assertThat(waits.get(1, TimeUnit.MINUTES).getException()).isInstanceOf(StoppingException.class);
    assertThat(ended(1).get(1, TimeUnit.MINUTES).getException())
        .as("after the stop")
        .isInstanceOf(StoppingException.class);
    assertThat(progress.committable()).isZero();
    await().untilAsserted(() -> assertThat(client.closed()).isTrue());
  }

  /** In a host, which may go on: no task waits for a thread that is no more. */
  @Test
  void whatWaitsWhenTheThreadDiesStaysInItsTopic() throws Exception {
    dying = new OutOfMemoryError("simulated");
    begin();
    assertThat(ended(0).get(1, TimeUnit.MINUTES).getException())
        .isInstanceOf(StoppingException.class);
    assertThat(ended(1).get(1, TimeUnit.MINUTES).getException())
        .as("opens the circuit: no further call is made for nothing")
        .isInstanceOf(OutputUnavailableException.class);
    assertThat(progress.committable()).isZero();
  }

  /** What is no id becomes longer than its record was when its quotes are escaped. */
  @Test
  void ofAnArrayWhatIsNoIdIsWrittenBackCut() {
    begin();
    String id = TestTasks.id(1).value();
    String noId = "{\"a\":[" + "\"\",".repeat(300_000) + "0]}";
    take(0, "[" + noId + ",\"" + id + "\"]");
    transactions.await(MINUTE);
    assertThat(client.history())
        .extracting(record -> IdTexts.of(new String(record.value(), UTF_8)).get(0))
        .containsExactly(noId.substring(0, 16 * 1024), id);
    assertThat(client.history()).allMatch(record -> record.value().length < 100_000);
    assertThat(progress.committable()).isOne();
  }

  /** Nothing else would say why its ids are not asked for. */
  @Test
  void anArrayThatCannotBeWrittenBackOpensTheCircuit() {
    client.sendException = new TopicAuthorizationException(Set.of("serp.task-ids"));
    begin();
    take(0, "[\"" + TestTasks.id(1).value() + "\",\"" + TestTasks.id(2).value() + "\"]");
    await()
        .untilAsserted(
            () ->
                assertThat(gate.whyOpen())
                    .contains("not allowed to write to serp.task-ids (serp.kafka.topics.ids)"));
    assertThat(progress.committable()).isZero();
    assertThat(progress.takeKept(0)).as("it is read again").isZero();
  }

  private void take(long offset, String value) {
    progress.read(offset);
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    new TopicRecord(IDS, offset, progress).attachTo(exchange);
    exchange.getMessage().setBody(value);
    assertThat(new TopicIds(settings, new Intake(), transactions).ids(exchange)).isExhausted();
  }

  @Test
  void rightsThatAreRefusedStopTheStart() {
    client.initTransactionException = new TransactionalIdAuthorizationException("denied");
    assertThatThrownBy(this::begin)
        .isInstanceOf(IllegalSettingException.class)
        .hasMessage(
            "not allowed to use transactional ids that begin with serp-routes-"
                + " (serp.kafka.group-id): allow this user the operations Write and Describe on"
                + " transactional ids with this prefix, or set serp.kafka.delivery=at-least-once");
  }

  @Test
  void brokersThatKeepNoTransactionsStopTheStart() {
    client.initTransactionException = new TimeoutException("Timeout expired");
    assertThatThrownBy(this::begin)
        .isInstanceOf(IllegalSettingException.class)
        .hasMessageStartingWith("serp.kafka.delivery=exactly-once is not possible: Timeout expired")
        .hasMessageContaining("transaction.state.log.replication.factor")
        .hasMessageEndingWith("set them lower");
  }

  @Test
  void withoutTransactionsATaskGoesOnAtOnce() {
    Settings atLeastOnce = new Settings((String key) -> null);
    Transactions none = new Transactions(atLeastOnce, offsets, Runnable::run, gate);
    none.begin(
        () -> {
          throw new AssertionError("no producer is needed");
        },
        null);
    CompletableFuture<Boolean> done = new CompletableFuture<>();
    assertThat(none.process(null, done::complete)).isTrue();
    assertThat(done).isCompletedWithValue(true);
  }
}
