package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import com.code_intelligence.jazzer.junit.FuzzTest;
import io.serproutes.Settings;
import io.serproutes.deliver.ParkedRecord;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Delivery.Outcome;
import io.serproutes.ids.Intake;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.time.Instant;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.apache.kafka.common.TopicPartition;

/**
 * Whatever the record of an id, a dead letter or a parked id is, its offset can be committed once
 * what was made of it has ended.
 */
class RecordsFuzzTest {

  private static final TopicPartition PARTITION = new TopicPartition("any", 0);
  private static final long LONGEST_DELAY = 10;
  private static final Settings SETTINGS =
      new Settings(
          Map.of(
                  "serp.kafka.topics.parked", "any",
                  "serp.not-ready.max-delay", LONGEST_DELAY + "s",
                  "serp.kafka.pass-headers", "traceparent")
              ::get);

  private static final Gate GATE = new Gate(SETTINGS, new BeginTask());
  private static final CamelContext CAMEL = new DefaultCamelContext();

  private final Intake intake = new Intake();
  private final AssignedPartitions offsets = new AssignedPartitions(SETTINGS, GATE);
  private final TopicIds ids =
      new TopicIds(SETTINGS, intake, new Transactions(SETTINGS, offsets, Runnable::run, GATE));
  private final ParkedTopic parked = new ParkedTopic(SETTINGS, offsets, intake);
  private final PartitionProgress progress = new PartitionProgress(0, null);
  private long offset;

  @FuzzTest(maxDuration = "1m")
  void aRecordEndsWhateverItIs(byte[] value) throws IOException {
    end(ids.ids(read(value)));
    assertThat(progress.committable()).isEqualTo(offset);
    end(ids.deadLetter(read(value)));
    assertThat(progress.committable()).isEqualTo(offset);
    parked.note(read(value));
    Instant due = parked.nextDue();
    if (due != null) {
      long latest = Instant.now().getEpochSecond() + LONGEST_DELAY;
      assertThat(due.getEpochSecond()).isBetween(0L, latest);
      wake(value);
    }
    assertThat(parked.size()).isZero();
    assertThat(progress.committable()).isEqualTo(offset);
  }

  private void wake(byte[] value) throws IOException {
    Iterator<Delivery> now = parked.due();
    if (!now.hasNext()) {
      TaskId id = TaskId.parse(ParkedRecord.read(value).taskId());
      assertThat(parked.wake(Set.of(id))).hasSize(1);
      now = parked.due();
    }
    end(now);
  }

  private Exchange read(byte[] value) {
    Exchange exchange = new DefaultExchange(CAMEL);
    progress.read(offset);
    new TopicRecord(PARTITION, offset++, progress).attachTo(exchange);
    exchange.getMessage().setBody(value);
    return exchange;
  }

  private static void end(Iterator<Delivery> deliveries) {
    while (deliveries.hasNext()) {
      Delivery delivery = deliveries.next();
      assertThat(delivery.text()).isNotNull();
      assertThat(delivery.source().label()).doesNotContainPattern("\\p{Cntrl}");
      delivery.settlement().settled(Outcome.DELIVERED);
    }
  }
}
