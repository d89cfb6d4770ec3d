package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.MockConsumer;
import org.apache.kafka.clients.consumer.OffsetResetStrategy;
import org.apache.kafka.common.PartitionInfo;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.Test;

class GroupLeaderTest {

  private static final TopicPartition FIRST = new TopicPartition("receipts", 0);
  private static final TopicPartition ADDED = new TopicPartition("receipts", 1);

  private final MockConsumer<String, Void> outcomes =
      new MockConsumer<>(OffsetResetStrategy.EARLIEST);

  private void partitions(int count) {
    List<PartitionInfo> all =
        IntStream.range(0, count)
            .mapToObj(i -> new PartitionInfo("receipts", i, null, null, null))
            .toList();
    outcomes.updatePartitions("receipts", all);
  }

  @Test
  void outcomesAreReadFromTheEndAndThoseOfPartitionsThatAreAddedFromTheBeginning() {
    outcomes.updateBeginningOffsets(Map.of(FIRST, 0L, ADDED, 0L));
    outcomes.updateEndOffsets(Map.of(FIRST, 5L, ADDED, 3L));
    partitions(1);
    GroupLeader.readAll(outcomes, List.of("receipts"));
    partitions(2);
    GroupLeader.readAll(outcomes, List.of("receipts"));
    assertThat(outcomes.assignment()).containsExactlyInAnyOrder(FIRST, ADDED);
    assertThat(outcomes.position(FIRST)).isEqualTo(5);
    assertThat(outcomes.position(ADDED)).isZero();
  }
}
