package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import java.time.Duration;
import java.util.Map;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class AssignedPartitionsTest {

  private static final int PER_MINUTE = 6000;
  private static final TopicPartition FIRST = new TopicPartition("ids", 0);
  private static final TopicPartition SECOND = new TopicPartition("ids", 1);

  private final Settings settings =
      new Settings(Map.of("serp.api.calls-per-minute", "" + PER_MINUTE)::get);
  private final Gate gate = new Gate(settings, new BeginTask());
  private long now = -17;
  private final AssignedPartitions offsets = new AssignedPartitions(settings, gate, () -> now);

  private void assign(TopicPartition partition) {
    offsets.assigned(partition, new PartitionProgress(0, null));
  }

  private void advance(int seconds) {
    for (int i = 0; i < seconds; i++) {
      now += Duration.ofSeconds(1).toNanos();
      offsets.sayWhetherItStandsBy();
    }
  }

  @Test
  void theShareIsThatOfThePartitionsOfAllTopics() {
    offsets.joining("ids");
    assertThat(gate.callsLeft()).as("none is known yet").isEqualTo(PER_MINUTE / 100);
    assign(FIRST);
    offsets.share("ids", 4);
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE / 4);
    offsets.joining("letters");
    offsets.share("letters", 4);
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE / 8);
    offsets.revoked(FIRST);
    offsets.share();
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE / 100);
  }

  @Test
  void partitionsThatAreAddedLessenTheShareBeforeTheGroupKnows() {
    offsets.joining("ids");
    assign(FIRST);
    offsets.share("ids", 1);
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE);
    offsets.counted("ids", 2);
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE / 2);
  }

  @Test
  void aPartitionThatComesTwiceIsThatOfTheLaterOne() {
    PartitionProgress before = new PartitionProgress(0, null);
    offsets.assigned(FIRST, before);
    assign(FIRST);
    assertThat(before.isWanted()).isFalse();
    assertThat(before.isClosed()).isTrue();
    assertThat(offsets.find(FIRST).isWanted()).isTrue();
  }

  @Test
  void whoHasNoPartitionSaysSoOnce() {
    try (LogLines log = LogLines.of("serp-kafka")) {
      offsets.joining("parked");
      offsets.joining("ids");
      advance(60);
      assertThat(log.lines()).as("nobody has been told theirs").isEmpty();
      offsets.share("ids", 2);
      offsets.share("parked", 2);
      advance(9);
      assertThat(log.lines()).as("others have to give some back first").isEmpty();
      advance(60);
      assertThat(log.lines())
          .containsExactly(
              "INFO has no partition of ids, parked: it stands by; it asks only for parked ids and"
                  + " dead letters of its own, seldom, and takes over when another process ends");
      assign(SECOND);
      advance(60);
      assertThat(log.lines()).hasSize(2).endsWith("INFO has 1 of 4 partitions and takes its ids");
    }
  }
}
