package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.apache.kafka.clients.consumer.ConsumerRebalanceListener;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class RebalanceTest {

  private static final TopicPartition PARTITION = new TopicPartition("ids", 0);

  private final Settings settings = new Settings(Map.<String, String>of()::get);
  private final Gate gate = new Gate(settings, new BeginTask());
  private final AssignedPartitions offsets = new AssignedPartitions(settings, gate);
  private final MockConsumer<byte[], byte[]> consumer =
      new MockConsumer<>(OffsetResetStrategy.EARLIEST);

  private void assign(long committed, long end) {
    consumer.assign(List.of(PARTITION));
    consumer.updatePartitions("ids", List.of(new PartitionInfo("ids", 0, null, null, null)));
    consumer.updateBeginningOffsets(Map.of(PARTITION, 3L));
    consumer.updateEndOffsets(Map.of(PARTITION, end));
    consumer.commitSync(Map.of(PARTITION, new OffsetAndMetadata(committed)));
    Transactions none = new Transactions(settings, offsets, Runnable::run, gate);
    new Rebalance(consumer, "ids", offsets, () -> false, none, new Ignoring())
        .onPartitionsAssigned(List.of(PARTITION));
  }

  /** Camel's. */
  private static final class Ignoring implements ConsumerRebalanceListener {

    @Override
    public void onPartitionsAssigned(Collection<TopicPartition> partitions) {
      // nothing to do
    }

    @Override
    public void onPartitionsRevoked(Collection<TopicPartition> partitions) {
      // nothing to do
    }
  }

  @Test
  void readingGoesOnWhereTheGroupIs() {
    assign(50, 50);
    assertThat(offsets.find(PARTITION).committable()).isEqualTo(50);
    assertThat(offsets.isFinished("ids")).isTrue();
  }

  @Test
  void offsetsOfATopicThatWasDeletedDoNotCountForTheOneMadeInItsPlace() {
    try (LogLines log = LogLines.of("serp-kafka")) {
      assign(1000, 50);
      assertThat(log.lines())
          .first()
          .asString()
          .startsWith("WARN ids-0 was deleted and created again: reading starts at offset 3;");
    }
    assertThat(offsets.find(PARTITION).committable()).isEqualTo(3);
    assertThat(consumer.position(PARTITION)).isEqualTo(3);
    assertThat(offsets.end(PARTITION)).isEqualTo(50);
    assertThat(offsets.isFinished("ids")).as("a run once reads it").isFalse();
  }

  /** In mid-run, when another process had the partition. */
  @Test
  void theEndIsThatOfTheTopicThatIsThere() {
    offsets.end(PARTITION, 1000);
    assign(1000, 50);
    assertThat(offsets.end(PARTITION)).isEqualTo(50);
  }
}
