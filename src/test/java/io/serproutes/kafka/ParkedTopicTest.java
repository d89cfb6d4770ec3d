package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Settlement;
import io.serproutes.ids.Intake;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class ParkedTopicTest {

  private static final String ID = "10171324-1535-0066-0000-9d46f8b53b39";
  private static final TopicPartition PARTITION = new TopicPartition("parked", 3);

  private final Settings settings =
      new Settings(
          Map.of(
                  "serp.kafka.topics.parked",
                  "parked",
                  "serp.not-ready.max-delay",
                  "10s",
                  "serp.kafka.pass-headers",
                  "traceparent,tracestate")
              ::get);
  private final AssignedPartitions offsets =
      new AssignedPartitions(settings, new Gate(settings, new BeginTask()));
  private final PartitionProgress progress = new PartitionProgress(0, null);
  private boolean isFull;
  private boolean isBroken;
  private Runnable whileKept = () -> {};
  private Instant now = Instant.now();
  private long nanos;
  private final ParkedTopic topic =
      new ParkedTopic(
          settings, offsets, new Intake(), new WaitingRecords(Disk::new), () -> now, () -> nanos);

  private final class Disk extends ValueFile {
    @Override
    long append(byte[] value) throws IOException {
      if (isFull) {
        throw new IOException("No space left on device");
      }
      whileKept.run();
      return super.append(value);
    }

    @Override
    byte[] read(long place) throws IOException {
      if (isBroken) {
        throw new IOException("Input/output error");
      }
      return super.read(place);
    }
  }

  @BeforeEach
  void assign() {
    offsets.joining("parked");
    offsets.assigned(PARTITION, progress);
    offsets.end(PARTITION, 2);
    offsets.share("parked", 4);
  }

  /** As the consumer and the route do it; whether the record is new. */
  private boolean read(long offset) {
    boolean isNew = progress.read(offset);
    if (isNew) {
      topic.note(exchange(offset, "2026-01-01T00:00:00Z"));
    }
    return isNew;
  }

  private Exchange exchange(long offset, String due) {
    Exchange exchange = new DefaultExchange(new DefaultCamelContext());
    new TopicRecord(PARTITION, offset, progress).attachTo(exchange);
    String record =
        "{\"task_id\":\"%s\",\"source\":\"x\",\"first_asked_at\":\"2026-01-01T00:00:00Z\",\"due_at\":\"%s\",\"asks\":1}";
    exchange.getMessage().setBody(record.formatted(ID, due).getBytes());
    return exchange;
  }

  private List<Delivery> due() {
    List<Delivery> due = new ArrayList<>();
    topic.due().forEachRemaining(due::add);
    return due;
  }

  @Test
  void whatAnIdPassesOnIsReadFromItsRecord() {
    Exchange exchange = exchange(0, "2026-01-01T00:00:00Z");
    String record = exchange.getMessage().getBody(String.class);
    String headers =
        ",\"headers\":{\"traceparent\":\"/wA=\",\"tracestate\":null,\"other\":\"eA==\"}}";
    exchange.getMessage().setBody(record.replace("}", headers).getBytes());
    progress.read(0);
    topic.note(exchange);
    assertThat(due().get(0).headers())
        .containsOnlyKeys("traceparent")
        .containsEntry("traceparent", new byte[] {(byte) 0xff, 0});
  }

  /** A run once ends where nothing is parked and nothing is in work. */
  @Test
  void anIdCountsFromItsParkingToItsEnd() {
    List<Integer> counts = new ArrayList<>();
    topic.sending(TestTasks.fresh(ID));
    whileKept = () -> counts.add(topic.size());
    read(0);
    assertThat(counts).as("while it is read back").containsExactly(1);
    assertThat(topic.size()).isOne();
    Delivery delivery = due().get(0);
    assertThat(topic.size()).as("while it is asked for").isOne();
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(topic.size()).isZero();
  }

  /** Its signal came while it was being parked. */
  @Test
  void anIdThatIsWokenBeforeItsRecordComesBackIsDueThen() {
    Set<TaskId> ids = Set.of(TaskId.parse(ID));
    topic.sending(TestTasks.fresh(ID));
    assertThat(topic.wake(ids)).as("it may come back to another process").isEmpty();
    progress.read(0);
    topic.note(exchange(0, now.plusSeconds(8).toString()));
    assertThat(due()).hasSize(1);

    topic.sending(TestTasks.fresh(ID));
    progress.read(1);
    topic.note(exchange(1, now.plusSeconds(8).toString()));
    assertThat(due()).as("once for one signal").isEmpty();
    assertThat(topic.wake(ids)).isEqualTo(ids);
    assertThat(due()).hasSize(1);
  }

  /** As the first synchronization of a clock that was hours ahead. */
  @Test
  void anIdIsDueAfterItsWaitThoughTheClockIsSetBack() {
    progress.read(0);
    topic.note(exchange(0, now.plusSeconds(8).toString()));
    now = now.minusSeconds(9 * 3600);
    assertThat(due()).isEmpty();
    assertThat(topic.nextDue()).isBetween(now.plusSeconds(6), now.plusSeconds(9));
    nanos += TimeUnit.SECONDS.toNanos(9);
    assertThat(due()).hasSize(1);
  }

  @Test
  void theOldestIsOneThatWaitsOrIsAskedFor() {
    assertThat(topic.oldest()).isNull();
    read(0);
    Instant first = Instant.parse("2026-01-01T00:00:00Z");
    assertThat(topic.oldest()).isEqualTo(first);
    Delivery delivery = due().get(0);
    assertThat(topic.nextDue()).isNull();
    assertThat(topic.oldest()).as("while it is asked for").isEqualTo(first);
    delivery.settlement().settled(Delivery.Outcome.DELIVERED);
    assertThat(topic.oldest()).isNull();
  }

  @Test
  void aSettlementEndsItsRecordOrKeepsIt() {
    read(0);
    read(1);
    List<Delivery> due = due();
    Settlement first = due.get(0).settlement();
    assertThat(first.origin()).isEqualTo(new RecordInWork(progress, 0));
    assertThat(first.isWanted()).isTrue();
    first.settled(Delivery.Outcome.DELIVERED);
    assertThat(progress.committable()).isEqualTo(1);
    due.get(1).settlement().settled(Delivery.Outcome.KEPT);
    assertThat(progress.committable()).isEqualTo(1);
    assertThat(progress.takeKept(0)).isEqualTo(1);
    progress.drop();
    assertThat(first.isWanted()).isFalse();
  }

  @Test
  void whatFindsNoRoomOnTheDiskStaysInItsTopicAndIsReadAgain() {
    try (LogLines log = LogLines.of("serp-ids-from-parked-kafka")) {
      isFull = true;
      read(0);
      read(1);
      assertThat(log.lines()).hasSize(1);
      assertThat(log.lines().get(0))
          .startsWith("WARN parked ids cannot be kept in ")
          .endsWith(
              " (No space left on device): they stay in parked and are read again until there is"
                  + " room");
      assertThat(topic.isKnown()).as("a run once must not end before it knows them").isFalse();
      assertThat(topic.whyNotKnown())
          .startsWith("parked ids cannot be kept in ")
          .endsWith(" (No space left on device)");
      assertThat(due()).isEmpty();
      isFull = false;
      assertThat(progress.takeKept(0)).isZero();
      assertThat(read(0)).isTrue();
      assertThat(read(1)).isTrue();
      assertThat(topic.isKnown()).isTrue();
      assertThat(topic.whyNotKnown()).isNull();
      assertThat(due()).hasSize(2);
      assertThat(log.lines()).hasSize(1);
    }
  }

  /** They are in no other place, and its consumer has said that they are delivered as usual. */
  @Test
  void whatWaitsOfATopicThatWasDeletedIsAskedForWhenItIsDue() {
    read(0);
    progress.read(30_000);
    topic.note(exchange(30_000, "2026-01-01T00:00:00Z"));
    progress.noteDeleted();
    offsets.revoked(PARTITION);
    offsets.assigned(PARTITION, new PartitionProgress(0, null));
    assertThat(topic.size()).isEqualTo(2);
    assertThat(topic.oldest()).isNotNull();
    assertThat(topic.wake(Set.of(TaskId.parse(ID)))).hasSize(1);
    assertThat(due()).hasSize(2);
  }

  @Test
  void whatCannotBeReadFromTheDiskIsReadAgainFromItsTopic() {
    read(0);
    read(1);
    isBroken = true;
    assertThat(due()).isEmpty();
    assertThat(progress.takeKept(0)).isZero();
    isBroken = false;
    read(0);
    read(1);
    List<Delivery> due = due();
    assertThat(due).hasSize(2);
    due.forEach(delivery -> delivery.settlement().settled(Delivery.Outcome.DELIVERED));
    assertThat(progress.committable()).isEqualTo(2);
    assertThat(topic.isKnown()).isTrue();
  }

  /** The clock of the process that wrote it was ahead. */
  @Test
  void noIdIsDueLaterThanTheLongestDelayFromNow() {
    progress.read(0);
    topic.note(exchange(0, "2099-01-01T00:00:00Z"));
    assertThat(due()).isEmpty();
    nanos += TimeUnit.SECONDS.toNanos(11);
    assertThat(due()).hasSize(1);
  }
}
