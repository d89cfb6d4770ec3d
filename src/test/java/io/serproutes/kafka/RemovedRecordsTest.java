package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.common.TopicPartition;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;

class RemovedRecordsTest {

  private static final TopicPartition PARTITION = new TopicPartition("ids", 3);

  @AutoClose private final LogLines log = LogLines.of("serp-kafka");
  private long beginning;
  private int asked;
  private long now = -7;
  private final RemovedRecords removed =
      new RemovedRecords(
          partition -> {
            asked++;
            return beginning;
          });

  private void look(PartitionProgress progress, long position) {
    removed.look(PARTITION, progress, position, now);
    progress.readTo(position);
    now += TimeUnit.SECONDS.toNanos(2);
  }

  @Test
  void whatWasRemovedBeforeItWasReadIsCounted() {
    PartitionProgress progress = new PartitionProgress(5, null);
    for (long offset = 5; offset < 15; offset++) {
      progress.read(offset);
    }
    progress.settle(8, true);
    progress.settle(10, true);
    PartitionProgress next = new PartitionProgress(5, progress.commit().metadata());
    beginning = 12;
    look(next, 12);
    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0))
        .startsWith(
            "WARN the broker has removed 5 records of ids-3 before they were read, up to offset"
                + " 11: ");
    look(next, 12);
    look(next, 13);
    assertThat(log.lines()).as("once").hasSize(1);
  }

  @Test
  void gapsThatAreNotAtTheBeginningAreNoLoss() {
    PartitionProgress progress = new PartitionProgress(5, null);
    progress.read(5);
    look(progress, 6);
    assertThat(asked).as("nobody is asked where there is no gap").isZero();
    look(progress, 8);
    beginning = -1;
    look(progress, 10);
    assertThat(asked).isEqualTo(2);
    assertThat(log.lines()).isEmpty();
  }

  /** As with a topic of transactions, which has gaps everywhere. */
  @Test
  void aLargeGapDoesNotWaitForTheNextQuestion() {
    PartitionProgress progress = new PartitionProgress(5, null);
    look(progress, 6);
    now -= TimeUnit.SECONDS.toNanos(2);
    look(progress, 7);
    assertThat(asked).as("a small gap").isOne();
    now -= TimeUnit.SECONDS.toNanos(2);
    beginning = 107;
    look(progress, 107);
    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0)).contains("removed 100 records of ids-3");
  }

  @Test
  void whatWasKeptAndIsRemovedBeforeItIsReadAgainIsToldToo() {
    PartitionProgress progress = new PartitionProgress(0, null);
    for (int offset = 0; offset < 4; offset++) {
      progress.read(offset);
    }
    progress.settle(1, false);
    progress.settle(2, true);
    progress.rereadFrom(progress.takeKept(now));
    beginning = 3;
    look(progress, 3);
    assertThat(log.lines()).hasSize(1);
    assertThat(log.lines().get(0)).contains("removed 1 record of ids-3").contains("offset 2:");
    progress.settle(0, true);
    progress.settle(3, true);
    assertThat(progress.committable()).isEqualTo(4);
    look(progress, 4);
    assertThat(log.lines()).as("once").hasSize(1);
  }

  @Test
  void onlyWhatIsGoneOfAGapCounts() {
    PartitionProgress progress = new PartitionProgress(40_000_000_000L, null);
    beginning = 40_000_000_001L;
    look(progress, 50_000_000_000L);
    assertThat(log.lines().get(0)).contains("removed 1 record of").contains("offset 40000000000:");
  }
}
