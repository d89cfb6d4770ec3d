package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.LogLines;
import io.serproutes.Settings;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.apache.kafka.clients.consumer.ConsumerGroupMetadata;
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
      offsets.logStandBy();
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

  /** Each topic has a polling thread of its own. */
  @Test
  void ofTwoThreadsTheShareThatComesLastIsThatOfAllPartitions() throws Exception {
    offsets.joining("ids");
    assign(FIRST);
    List<Thread> threads = new ArrayList<>();
    synchronized (gate) {
      for (int count = 4; count > 1; count--) {
        int counted = count;
        Thread thread = new Thread(() -> offsets.share("ids", counted));
        threads.add(thread);
        thread.start();
        await().until(() -> thread.getState() == Thread.State.BLOCKED);
      }
    }
    for (Thread thread : threads) {
      thread.join();
    }
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE / 2);
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

  /** A run once would end with what it has not asked for yet. */
  @Test
  void whileAGroupAssignsItsPartitionsAnewNothingIsFinished() {
    assertThat(offsets.isFinished("ids")).as("before it has joined").isFalse();
    assign(FIRST);
    offsets.end(FIRST, 0);
    offsets.share("ids", 2);
    assertThat(offsets.isFinished("ids")).isTrue();
    offsets.rebalancing("ids");
    offsets.revoked(FIRST);
    assertThat(offsets.isFinished("ids")).isFalse();
    assertThat(offsets.isParkedUpToStart("ids")).isFalse();
    offsets.share("ids", 2); // others have them
    assertThat(offsets.isFinished("ids")).isTrue();
    offsets.forget("ids");
    assertThat(offsets.isFinished("ids")).as("another consumer is on its way").isFalse();
  }

  /** The ids of an array are written anew behind the end, in place of what was there. */
  @Test
  void whatReplacesARecordOfTheStartBelongsToTheStart() {
    PartitionProgress progress = new PartitionProgress(0, null);
    offsets.assigned(FIRST, progress);
    offsets.end(FIRST, 1);
    offsets.share("ids", 1);
    progress.read(0);
    offsets.replaced(FIRST, 2);
    offsets.replaced(FIRST, 1);
    progress.settle(0, true);
    assertThat(offsets.isFinished("ids")).isFalse();
    progress.read(1);
    progress.read(2);
    progress.settle(1, true);
    assertThat(offsets.isFinished("ids")).isFalse();
    progress.settle(2, true);
    assertThat(offsets.isFinished("ids")).isTrue();
  }

  /** Else what it had read could be committed by the membership of its successor. */
  @Test
  void whatAConsumerThatFailedLeftIsOverWhenTheNextOneBegins() {
    PartitionProgress before = new PartitionProgress(0, null);
    PartitionProgress ofOther = new PartitionProgress(0, null);
    TopicPartition other = new TopicPartition("parked", 0);
    offsets.assigned(FIRST, before);
    offsets.assigned(other, ofOther);
    offsets.member("ids", new ConsumerGroupMetadata("group", 7, "member", Optional.empty()));
    offsets.forget("ids");
    assertThat(before.isWanted()).isFalse();
    assertThat(before.isClosed()).isTrue();
    assertThat(offsets.members()).isEmpty();
    assertThat(offsets.open()).containsOnlyKeys(ofOther);
  }

  private static List<TopicPartition> partitions(int... numbers) {
    return IntStream.of(numbers).mapToObj(number -> new TopicPartition("ids", number)).toList();
  }

  @Test
  void whatChangesIsSaidWithTheShare() {
    try (LogLines log = LogLines.of("serp-kafka")) {
      offsets.joining("ids");
      List<TopicPartition> mine = partitions(7, 2, 0, 1);
      mine.forEach(this::assign);
      offsets.share("ids", 12);
      offsets.logChange("ids", "assigned", mine);
      offsets.logChange("ids", "revoked", List.of());
      assertThat(log.lines())
          .containsExactly(
              "INFO ids: partitions 0-2, 7 assigned, now 4 of 12, share of the limits 33 %");
    }
  }

  @Test
  void eachTopicIsNamedOnceToWhoeverWatches() {
    List<String> topics = new ArrayList<>();
    offsets.joining("ids");
    offsets.onTopic(topics::add);
    offsets.joining("parked");
    offsets.joining("ids");
    assertThat(topics).containsExactly("ids", "parked");
  }

  @Test
  void theLagIsWhatHasNotEndedInAllPartitions() {
    for (TopicPartition partition : partitions(0, 1)) {
      PartitionProgress progress = new PartitionProgress(10, null);
      offsets.assigned(partition, progress);
      assertThat(progress.lag()).as("the end is not known").isZero();
      progress.noteEnd(15);
      progress.read(10);
      progress.read(11);
      progress.settle(11, true);
    }
    assertThat(offsets.lag("ids")).isEqualTo(10);
    offsets.find(FIRST).settle(10, true);
    assertThat(offsets.lag("ids")).as("two ended").isEqualTo(8);
    assertThat(offsets.partitions("ids")).isEqualTo(2);
    assertThat(offsets.lag("parked")).isZero();
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
              "INFO no partition of ids, parked is assigned to this process: it stands by, and takes"
                  + " over when another process ends");
      assign(SECOND);
      advance(60);
      assertThat(log.lines()).hasSize(1);
      offsets.revoked(SECOND);
      advance(60);
      advance(60);
      assertThat(log.lines()).as("once each time").hasSize(2);
    }
  }

  private PartitionProgress assign(TopicPartition partition, long from) {
    PartitionProgress progress = new PartitionProgress(from, null);
    offsets.assigned(partition, progress);
    return progress;
  }

  @Test
  void aTopicIsFinishedWhereAllOfItsStartHasEnded() {
    assertThat(offsets.isFinished("ids")).as("the group has not said what is ours").isFalse();
    assertThat(offsets.hasJoined("ids")).isFalse();
    offsets.share("ids", 2);
    assertThat(offsets.hasJoined("ids")).isTrue();
    assertThat(offsets.isFinished("ids")).as("nothing is ours").isTrue();
    PartitionProgress first = assign(FIRST, 5);
    PartitionProgress second = assign(SECOND, 7);
    assign(new TopicPartition("parked", 0), 0);
    offsets.end(FIRST, 6);
    assertThat(offsets.end(FIRST)).isEqualTo(6);
    assertThat(offsets.end(SECOND)).isNull();
    first.read(5);
    first.settle(5, true);
    assertThat(offsets.isFinished("ids")).as("where the second ended is not known").isFalse();
    offsets.end(SECOND, 8);
    second.read(7);
    assertThat(offsets.isFinished("ids")).isFalse();
    second.settle(7, true);
    assertThat(offsets.isFinished("ids")).isTrue();
  }

  /** A transaction leaves a mark at the end, behind which others go on. */
  @Test
  void whatStandsBehindTheEndIsNotOfTheStart() {
    offsets.share("ids", 1);
    PartitionProgress first = assign(FIRST, 5);
    assertThat(offsets.upToEnd(FIRST, 5)).as("not known yet").isZero();
    offsets.end(FIRST, 7);
    first.read(5);
    first.settle(5, true);
    assertThat(offsets.upToEnd(FIRST, 6)).isEqualTo(6);
    assertThat(offsets.isFinished("ids")).isFalse();
    first.readTo(offsets.upToEnd(FIRST, 9));
    assertThat(offsets.isFinished("ids")).isTrue();
    assertThat(first.committable()).isEqualTo(7);
  }

  @Test
  void aTopicIsParkedWhereAllOfItsStartIsReadAndParked() {
    assertThat(offsets.isParkedUpToStart("ids")).isFalse();
    offsets.share("ids", 1);
    PartitionProgress first = assign(FIRST, 5);
    offsets.end(FIRST, 7);
    first.read(5);
    first.park();
    assertThat(offsets.isParkedUpToStart("ids")).as("one is not read").isFalse();
    first.read(6);
    assertThat(offsets.isParkedUpToStart("ids")).as("one is in work").isFalse();
    first.park();
    assertThat(offsets.isParkedUpToStart("ids")).isTrue();
    assertThat(offsets.isFinished("ids")).isFalse();
  }

  @Test
  void whatIsInWorkIsCountedByTopic() {
    PartitionProgress first = assign(FIRST, 0);
    PartitionProgress second = assign(SECOND, 0);
    PartitionProgress other = assign(new TopicPartition("parked", 0), 0);
    first.read(0);
    second.read(0);
    second.read(1);
    other.read(0);
    first.weigh(0, 5000);
    second.weigh(1, 6000);
    other.weigh(0, 7000);
    assertThat(offsets.open("ids")).isEqualTo(3);
    assertThat(offsets.openBytes("ids")).isEqualTo(11_000);
    assertThat(offsets.open("parked")).isOne();
    assertThat(offsets.find(FIRST)).isSameAs(first);
    assertThat(offsets.revoked(FIRST)).isSameAs(first);
    assertThat(offsets.find(FIRST)).isNull();
    assertThat(offsets.revoked(FIRST)).as("not ours").isNull();
    assertThat(offsets.open("ids")).isEqualTo(2);
  }

  @Test
  void theShareMayBeGiven() {
    Settings half =
        new Settings(
            Map.of("serp.api.calls-per-minute", "" + PER_MINUTE, "serp.api.share", "1/2")::get);
    Gate own = new Gate(half, new BeginTask());
    AssignedPartitions given = new AssignedPartitions(half, own);
    int before = own.callsLeft();
    given.joining("ids");
    given.assigned(FIRST, new PartitionProgress(0, null));
    given.share("ids", 8);
    assertThat(own.callsLeft()).isEqualTo(before);
    try (LogLines log = LogLines.of("serp-kafka")) {
      given.logChange("ids", "assigned", List.of(FIRST));
      assertThat(log.lines()).containsExactly("INFO ids: partitions 0 assigned, now 1 of 8");
    }
  }

  @Test
  void theShareIsAllWhereMoreIsOursThanIsKnown() {
    assign(FIRST);
    assign(SECOND);
    offsets.share("ids", 1);
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE);
  }

  @Test
  void runsOfPartitionsAreWrittenInShort() {
    assertThat(AssignedPartitions.compact(partitions())).isEmpty();
    assertThat(AssignedPartitions.compact(partitions(3))).isEqualTo("3");
    assertThat(AssignedPartitions.compact(partitions(4, 3))).isEqualTo("3-4");
    assertThat(AssignedPartitions.compact(partitions(9, 0, 2, 1, 5))).isEqualTo("0-2, 5, 9");
  }

  @Test
  void whoStandsByGoesOnStandingByWhileAnotherTopicIsJoined() {
    offsets.share("ids", 1);
    try (LogLines log = LogLines.of("serp-kafka")) {
      offsets.logStandBy();
      advance(9);
      assertThat(log.lines()).isEmpty();
      advance(1);
      assertThat(log.lines()).hasSize(1);
      offsets.joining("parked");
      advance(1);
      offsets.share("parked", 1);
      advance(60);
      assertThat(log.lines()).as("it has been said").hasSize(1);
    }
  }

  @Test
  void aMemberIsKnownOnceTheGroupHasLetItIn() {
    offsets.member("ids", new ConsumerGroupMetadata("group"));
    assertThat(offsets.members()).isEmpty();
    ConsumerGroupMetadata first = new ConsumerGroupMetadata("group", 0, "member", Optional.empty());
    offsets.member("ids", first);
    assertThat(offsets.members()).isEqualTo(Map.of("ids", first));
    offsets.member("ids", new ConsumerGroupMetadata("group"));
    assertThat(offsets.members()).isEmpty();
  }

  @Test
  void whatIsNoTopicOfOursChangesNothing() {
    offsets.joining("ids");
    assign(FIRST);
    offsets.share("ids", 2);
    offsets.counted("ids", 2);
    assertThat(gate.callsLeft()).isEqualTo(PER_MINUTE / 2);
    assertThat(offsets.isFinished("others")).isFalse();
    assertThat(offsets.partitions("others")).isZero();
  }
}
