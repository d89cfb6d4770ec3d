package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.Random;
import java.util.SortedSet;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicIntegerArray;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;

class PartitionProgressTest {

  /** What a partition, its consumer and its group know; steps are numbers, so that they shrink. */
  private static final class Model {
    final TreeSet<Long> records = new TreeSet<>();
    final SortedSet<Long> ended = new TreeSet<>();
    final SortedSet<Long> open = new TreeSet<>();
    PartitionProgress progress = new PartitionProgress(0, null);
    long logEnd;
    long position;
    long readTo;
    long now = -99;

    void step(int step) {
      int number = step / 8;
      switch (step % 8) {
        case 0, 1, 2 -> append(1 + number % 5, number % 3 == 0 ? number % 7 : 0);
        case 3, 4 -> poll(1 + number % 9);
        case 5 -> settle(number, true);
        case 6 -> settle(number, number % 3 != 0);
        default -> {
          if (number % 4 == 0) {
            restart();
          } else {
            rereadKept();
          }
        }
      }
      check();
    }

    /** Records, and offsets after them that belong to none. */
    private void append(int count, int gap) {
      for (int i = 0; i < count; i++) {
        records.add(logEnd++);
      }
      logEnd += gap;
    }

    private void poll(int count) {
      List<Long> polled = records.tailSet(position).stream().limit(count).toList();
      if (!polled.isEmpty()) {
        assertThat(progress.isBefore(polled.get(0))).as("it only reads on or again").isFalse();
      }
      for (long offset : polled) {
        boolean isNew = !ended.contains(offset) && !open.contains(offset);
        assertThat(progress.read(offset)).as("offset %d is new", offset).isEqualTo(isNew);
        open.addAll(isNew ? List.of(offset) : List.of());
        position = offset + 1;
        readTo = Math.max(readTo, position);
      }
    }

    private void settle(int number, boolean isEnded) {
      if (!open.isEmpty()) {
        long offset = List.copyOf(open).get(number % open.size());
        open.remove(offset);
        progress.settle(offset, isEnded);
        ended.addAll(isEnded ? List.of(offset) : List.of());
      }
    }

    private void rereadKept() {
      now += TimeUnit.MINUTES.toNanos(10);
      long kept = progress.takeKept(now);
      if (kept >= 0) {
        position = kept;
        progress.rereadFrom(kept); // as the consumer does with each seek
      }
    }

    private void restart() {
      progress = new PartitionProgress(progress.committable(), progress.commit().metadata());
      position = progress.committable();
      open.clear();
    }

    private void check() {
      assertThat(progress.open()).isEqualTo(open.size());
      long lowest =
          records.headSet(readTo).stream()
              .filter(offset -> !ended.contains(offset))
              .findFirst()
              .orElse(readTo);
      assertThat(progress.committable()).isEqualTo(lowest);
    }

    /** Reads and ends everything that is left; nothing may be left over or come twice. */
    void workOff() {
      for (int round = 0; round < 3; round++) {
        rereadKept();
        poll(Integer.MAX_VALUE);
        while (!open.isEmpty()) {
          settle(open.size() / 2, true);
        }
      }
      check();
      assertThat(ended).isEqualTo(records);
    }
  }

  @Property
  void readsEachRecordUntilItHasEndedAndNoneAfterwards(
      @ForAll @Size(max = 120) List<@IntRange(max = 799) Integer> steps) {
    Model model = new Model();
    steps.forEach(model::step);
    model.workOff();
  }

  /** Retention removed it; what is in work above is not looked at. */
  @Example
  void aRecordThatWasKeptAndIsGoneHoldsUpNothing() {
    PartitionProgress progress = new PartitionProgress(7, null);
    for (int offset = 7; offset < 12; offset++) {
      progress.read(offset);
    }
    progress.settleId(8, 3);
    progress.settle(8, false);
    progress.settle(9, false);
    progress.rereadFrom(progress.takeKept(0));
    assertThat(progress.read(10)).as("it is in work").isFalse();
    progress.settle(7, true);
    assertThat(progress.commit()).isEqualTo(new OffsetAndMetadata(10));
    progress.settle(11, true);
    progress.settle(10, true);
    assertThat(progress.committable()).isEqualTo(12);
  }

  /** As when Camel resumes a route: from what is committed, above which much has ended. */
  @Example
  void recordsThatAreReadAgainAreOfNoNewTopic() {
    PartitionProgress progress = new PartitionProgress(0, null);
    for (int offset = 0; offset < 3; offset++) {
      assertThat(progress.read(offset)).isTrue();
    }
    progress.settle(1, true);
    assertThat(progress.isBefore(0)).isTrue();
    progress.rereadFrom(0);
    assertThat(progress.isBefore(0)).isFalse();
    assertThat(progress.read(0)).as("in work").isFalse();
    assertThat(progress.read(1)).as("ended").isFalse();
    progress.rereadFrom(5);
    assertThat(progress.isBefore(1)).as("one that was there before").isTrue();
    assertThat(progress.isBefore(2)).isFalse();
    assertThat(progress.read(2)).isFalse();
    assertThat(progress.read(3)).isTrue();
  }

  @Example
  void keepsThePlaceOfALateRecordHoweverManyEndAboveIt() {
    PartitionProgress progress = new PartitionProgress(5, null);
    for (long offset = 5; offset < 500_000; offset++) {
      assertThat(progress.read(offset)).isTrue();
      if (offset != 7) {
        progress.settle(offset, true);
      }
    }
    assertThat(progress.committable()).isEqualTo(7);
    assertThat(progress.open()).isEqualTo(1);
    PartitionProgress next = new PartitionProgress(7, progress.commit().metadata());
    List<Long> again = new ArrayList<>();
    for (long offset = 7; offset < 500_010; offset++) {
      if (next.read(offset)) {
        again.add(offset);
      }
    }
    assertThat(again).hasSize(11).startsWith(7L).endsWith(500_009L);
    progress.settle(7, true);
    assertThat(progress.committable()).isEqualTo(500_000);
  }

  @Example
  void passesOverARangeThatTheBrokerNoLongerHas() {
    PartitionProgress progress = new PartitionProgress(0, null);
    assertThat(progress.read(40_000_000_000L)).isTrue();
    progress.settle(40_000_000_000L, true);
    assertThat(progress.committable()).isEqualTo(40_000_000_001L);
  }

  @Example
  void passesOverOffsetsAtTheEndThatBelongToNoRecord() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    progress.readTo(2);
    assertThat(progress.committable()).isZero();
    progress.settle(0, true);
    assertThat(progress.committable()).isEqualTo(2);
    assertThat(progress.read(2)).isTrue();
  }

  @Example
  void saysOnceThatSomethingHasEnded() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    progress.read(1);
    assertThat(progress.takeDirty()).isFalse();
    progress.settle(0, false);
    assertThat(progress.takeDirty()).isFalse();
    progress.settle(1, true);
    assertThat(progress.takeDirty()).isTrue();
    assertThat(progress.takeDirty()).isFalse();
    progress.noteCommit(progress.commit(), false);
    assertThat(progress.takeDirty()).isTrue();
  }

  @Example
  void notesNothingOfAPartitionThatIsNoLongerOurs() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    progress.close();
    progress.settle(0, true);
    assertThat(progress.committable()).isZero();
    assertThat(progress.takeDirty()).isFalse();
  }

  @Example
  void waitsForWhatIsInWorkButNotForEver() throws Exception {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    long start = System.nanoTime();
    progress.awaitCalls(50_000_000);
    assertThat(System.nanoTime() - start).isGreaterThanOrEqualTo(50_000_000);
    Thread settles = new Thread(() -> progress.settle(0, true));
    settles.start();
    progress.awaitCalls(Long.MAX_VALUE / 4);
    settles.join();
    assertThat(progress.open()).isZero();
  }

  @Example
  void aRecordBelowWhatWasReadIsOfATopicMadeAnew() {
    PartitionProgress progress = new PartitionProgress(5, null);
    assertThat(progress.isBefore(4)).isTrue();
    progress.read(5);
    progress.read(6);
    assertThat(progress.isBefore(6)).isTrue();
    assertThat(progress.isBefore(7)).isFalse();
  }

  @Example
  void readingAgainWhileTheRestEndsIsNoTopicMadeAnew() {
    PartitionProgress progress = new PartitionProgress(0, null);
    for (long offset = 0; offset < 300; offset++) {
      progress.read(offset);
    }
    progress.settle(0, false);
    assertThat(progress.takeKept(0)).isZero();
    for (long offset = 1; offset < 300; offset++) {
      progress.settle(offset, true);
    }
    for (long offset = 0; offset < 100; offset++) {
      progress.read(offset);
    }
    progress.settle(0, true);
    assertThat(progress.committable()).isEqualTo(300);
    assertThat(progress.isBefore(100)).isFalse();
  }

  @Example
  void whatStaysAgainAndAgainIsReadAgainLaterAndLater() {
    PartitionProgress progress = new PartitionProgress(0, null);
    long now = -5;
    List<Long> seconds = new ArrayList<>();
    for (int second = 0; second < 300; second++, now += TimeUnit.SECONDS.toNanos(1)) {
      if (progress.read(0)) {
        progress.settle(0, false);
      }
      if (progress.takeKept(now) == 0) {
        seconds.add((long) second);
      }
    }
    assertThat(seconds).startsWith(0L, 1L, 3L, 7L, 15L, 31L, 63L, 123L, 183L);
    now += TimeUnit.MINUTES.toNanos(10);
    progress.read(0);
    progress.settle(0, false);
    assertThat(progress.takeKept(now)).isZero();
    progress.read(0);
    progress.settle(0, false);
    now += TimeUnit.SECONDS.toNanos(1);
    assertThat(progress.takeKept(now)).as("at first it is soon again").isZero();
  }

  @Example
  void aRecordThatFindsNoPlaceToRestIsReadAgainAndKnownThen() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    progress.read(1);
    progress.cannotPark(0);
    progress.park();
    assertThat(progress.areAllParked()).isFalse();
    assertThat(progress.takeKept(0)).isZero();
    assertThat(progress.read(0)).isTrue();
    assertThat(progress.read(1)).isFalse();
    assertThat(progress.areAllParked()).isFalse();
    progress.park();
    assertThat(progress.areAllParked()).isTrue();
    assertThat(progress.open()).isZero();
  }

  /** As behind the mark of a transaction. */
  @Example
  void whatIsReadAgainEndsWhereThePartitionDoes() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    progress.readTo(2);
    progress.cannotPark(0);
    assertThat(progress.takeKept(0)).isZero();
    progress.readTo(0);
    progress.read(0);
    progress.park();
    progress.readTo(2);
    assertThat(progress.areAllParked()).isTrue();
  }

  @Example
  void knowsWhichIdsOfARecordHaveEndedUntilItEnds() {
    PartitionProgress progress = new PartitionProgress(7, null);
    progress.read(7);
    progress.read(8);
    progress.settleId(8, 0);
    progress.settleId(8, 2);
    assertThat(progress.takeDirty()).isTrue();
    PartitionProgress next =
        new PartitionProgress(progress.committable(), progress.commit().metadata());
    assertThat(next.endedIds(7).isEmpty()).isTrue();
    assertThat(next.endedIds(8).stream()).containsExactly(0, 2);
    next.read(7);
    next.read(8);
    next.settle(7, true);
    next = new PartitionProgress(next.committable(), next.commit().metadata());
    assertThat(next.endedIds(8).stream()).containsExactly(0, 2);
    next.read(8);
    next.settle(8, true);
    assertThat(next.endedIds(8).isEmpty()).isTrue();
    assertThat(next.commit().metadata()).isEmpty();
  }

  /** Some records take longer than the twenty behind them. */
  @Example
  void aCommitTellsOfOneMomentWhileRecordsEnd() throws Exception {
    int count = 300_000;
    PartitionProgress progress = new PartitionProgress(0, null);
    AtomicIntegerArray ended = new AtomicIntegerArray(count);
    BitSet isLate = new BitSet(count);
    new Random(1).ints(count / 7, 0, count).forEach(isLate::set);
    AtomicBoolean isOver = new AtomicBoolean();
    Thread ends =
        new Thread(
            () -> {
              for (int offset = 0; offset < count; offset++) {
                progress.read(offset);
                int late = offset - 20;
                for (int ending : new int[] {offset, late}) {
                  if (ending >= 0 && (ending == late) == isLate.get(ending)) {
                    ended.set(ending, 1);
                    progress.settle(ending, true);
                  }
                }
              }
              isOver.set(true);
            });
    ends.start();
    int commits = 0;
    for (; !isOver.get(); commits++) {
      OffsetAndMetadata commit = progress.commit();
      EndedOffsets.decode(commit.metadata()).records().stream()
          .map(above -> Math.toIntExact(commit.offset()) + above)
          .forEach(told -> assertThat(ended.get(told)).as("offset %d", told).isEqualTo(1));
    }
    ends.join();
    assertThat(commits).isGreaterThan(100);
  }

  /** Half of a partition's parked records wait a minute, half a quarter of an hour. */
  @Example
  void whatEndedAmongRecordsThatWaitForLongIsTold() throws IOException {
    PartitionProgress progress = new PartitionProgress(0, null);
    WaitingRecords waiting = new WaitingRecords();
    BitSet ended = new BitSet();
    long offset = 0;
    int latest = 0;
    for (int second = 0; second < 3600; second++) {
      for (int i = 0; i < 33; i++, offset++) {
        progress.read(offset);
        int wait = offset % 2 == 0 ? 60 : 900;
        byte[] due = ByteBuffer.allocate(4).putInt(second + wait).array();
        waiting.add(second + wait, second, TaskId.of(0, offset), progress, offset, due);
        progress.park();
      }
      for (WaitingRecords.Due due; (due = waiting.poll(second)) != null; ) {
        latest = Math.max(latest, second - ByteBuffer.wrap(due.value()).getInt());
        due.progress().unpark();
        due.progress().settle(due.offset(), true);
        ended.set((int) due.offset());
      }
      if (second % 100 == 0) {
        assertTellsAll(progress, ended, offset);
      }
    }
    assertThat(latest).as("seconds later than due").isLessThan(900);
  }

  private static void assertTellsAll(PartitionProgress progress, BitSet ended, long end) {
    String metadata = progress.commit().metadata();
    assertThat(metadata.length()).isLessThanOrEqualTo(4096);
    PartitionProgress next = new PartitionProgress(progress.committable(), metadata);
    for (long again = progress.committable(); again < end; again++) {
      assertThat(next.read(again)).as("offset %d", again).isEqualTo(!ended.get((int) again));
    }
  }

  /** A transaction commits what holds with it; if it fails, nothing has ended. */
  @Example
  void aCommitAsIfRecordsHadEndedChangesNothing() {
    PartitionProgress progress = new PartitionProgress(5, null);
    for (long offset = 5; offset < 9; offset++) {
      progress.read(offset);
    }
    progress.settle(6, true);
    OffsetAndMetadata commit = progress.commitWith(List.of(5L, 8L));
    assertThat(commit.offset()).isEqualTo(7);
    PartitionProgress after = new PartitionProgress(commit.offset(), commit.metadata());
    assertThat(after.read(7)).isTrue();
    assertThat(after.read(8)).isFalse();
    assertThat(progress.committable()).isEqualTo(5);
    assertThat(progress.commitWith(List.of(5L)).offset()).isEqualTo(7);
    progress.noteCommit(commit, false);
    assertThat(progress.commitWith(List.of()).offset()).isEqualTo(5);
    progress.settle(5, true);
    progress.settle(8, true);
    progress.noteCommit(commit, true);
    assertThat(progress.commitWith(List.of())).as("the group knows it").isNull();
    progress.read(9);
    progress.close();
    assertThat(progress.commitWith(List.of(9L))).isNull();
  }

  @Example
  void onlyLargeRecordsInWorkTakeBytes() {
    PartitionProgress progress = new PartitionProgress(4, null);
    progress.weigh(4, 9000);
    assertThat(progress.openBytes()).as("not read yet").isZero();
    for (long offset = 4; offset < 8; offset++) {
      progress.read(offset);
    }
    progress.weigh(3, 9000);
    progress.weigh(4, 1025);
    progress.weigh(5, 1024);
    progress.weigh(6, 3000);
    assertThat(progress.openBytes()).isEqualTo(4025);
    progress.weigh(6, 2000);
    assertThat(progress.openBytes()).as("as weighed last").isEqualTo(3025);
    progress.weigh(4, 100);
    assertThat(progress.openBytes()).as("a single id of a large record").isEqualTo(2000);
    progress.settle(4, true);
    progress.settle(5, true);
    assertThat(progress.openBytes()).isEqualTo(2000);
    progress.settle(6, false);
    progress.weigh(6, 2000);
    assertThat(progress.openBytes()).as("it is in work no more").isZero();
  }

  @Example
  void countsWhatHasNeitherBeenReadNorEnded() {
    PartitionProgress progress = new PartitionProgress(10, endedAbove(3, 4, 9));
    assertThat(progress.unread(9)).isZero();
    assertThat(progress.unread(10)).isZero();
    assertThat(progress.unread(11)).isEqualTo(1);
    assertThat(progress.unread(14)).isEqualTo(3);
    assertThat(progress.unread(30)).isEqualTo(20 - 3);
    progress.read(10);
    progress.read(11);
    assertThat(progress.unread(12)).isZero();
    assertThat(progress.unread(15)).isEqualTo(1);
    assertThat(progress.unread(30)).isEqualTo(20 - 3 - 2);
  }

  @Example
  void knowsHowFarItHasReadAndHowFarItLags() {
    PartitionProgress progress = new PartitionProgress(5, null);
    assertThat(progress.isReadUpTo(5)).isTrue();
    assertThat(progress.isReadUpTo(6)).isFalse();
    progress.noteEnd(9);
    assertThat(progress.lag()).isEqualTo(4);
    progress.read(5);
    progress.read(6);
    progress.settle(5, true);
    assertThat(progress.isReadUpTo(7)).isTrue();
    assertThat(progress.isReadUpTo(8)).isFalse();
    assertThat(progress.lag()).isEqualTo(3);
    progress.noteEnd(2);
    assertThat(progress.lag()).as("the end is of an earlier moment").isZero();
    PartitionProgress next = new PartitionProgress(5, endedAbove(0, 1, 2));
    assertThat(next.isReadUpTo(8)).as("they had ended before").isTrue();
    assertThat(next.isReadUpTo(9)).isFalse();
  }

  private static String endedAbove(int... offsets) {
    BitSet records = new BitSet();
    for (int offset : offsets) {
      records.set(offset);
    }
    return EndedOffsets.encode(new EndedOffsets.Ended(records, new TreeMap<>()));
  }

  @Example
  void knowsWhatTheGroupKnows() {
    assertThat(new PartitionProgress(5, null).isCommitted(new OffsetAndMetadata(5))).isTrue();
    assertThat(new PartitionProgress(5, "so").isCommitted(new OffsetAndMetadata(5, "so"))).isTrue();
    PartitionProgress progress = new PartitionProgress(5, "so");
    assertThat(progress.isCommitted(new OffsetAndMetadata(5))).isFalse();
    OffsetAndMetadata commit = new OffsetAndMetadata(6);
    progress.noteCommit(commit, false);
    assertThat(progress.isCommitted(commit)).isFalse();
    progress.noteCommit(commit, true);
    assertThat(progress.isCommitted(commit)).isTrue();
  }

  @Example
  void knowsThatItIsOver() {
    PartitionProgress progress = new PartitionProgress(0, null);
    assertThat(progress.isDeleted()).isFalse();
    progress.noteDeleted();
    assertThat(progress.isDeleted()).isTrue();
    assertThat(progress.isClosed()).isFalse();
    progress.close();
    assertThat(progress.isClosed()).isTrue();
  }

  @Example
  void aParkedRecordIsInWorkAgainOnceItIsDue() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    progress.read(1);
    progress.park();
    assertThat(progress.open()).isEqualTo(1);
    progress.unpark();
    assertThat(progress.open()).isEqualTo(2);
  }

  @Example
  void aCommitHasRoomForSoManyOffsetsAboveTheLowest() {
    PartitionProgress progress = new PartitionProgress(100, null);
    progress.read(100);
    progress.settle(100, true);
    long most = 101 + EndedOffsets.ALWAYS_TOLD;
    assertThat(progress.fitsIntoCommit(most - 1)).isTrue();
    assertThat(progress.fitsIntoCommit(most)).isFalse();
  }

  /** What has ended at the bottom is dropped in large steps, so that it is part of the count. */
  @Example
  void metadataCountsFromTheCommittedOffset() {
    PartitionProgress progress = new PartitionProgress(10, null);
    for (long offset = 10; offset < 15; offset++) {
      progress.read(offset);
    }
    progress.settle(14, true);
    progress.settle(10, true);
    progress.settleId(13, 1);
    progress.settleId(10, 1); // it has ended
    OffsetAndMetadata commit = progress.commit();
    assertThat(commit.offset()).isEqualTo(11);
    EndedOffsets.Ended told = EndedOffsets.decode(commit.metadata());
    assertThat(told.records().stream()).containsExactly(3);
    assertThat(told.ids()).containsOnlyKeys(2);
    PartitionProgress next = new PartitionProgress(11, commit.metadata());
    assertThat(next.endedIds(13).stream()).containsExactly(1);
    assertThat(next.read(14)).isFalse();
  }

  @Example
  void aTransactionMayEndWhatHasEndedSince() {
    PartitionProgress progress = new PartitionProgress(3, null);
    progress.read(3);
    progress.read(4);
    progress.settle(3, true);
    assertThat(progress.commitWith(List.of(3L, 4L)).offset()).isEqualTo(5);
  }

  @Example
  void anIdOfTheLowestRecordIsNotedToo() {
    PartitionProgress progress = new PartitionProgress(7, null);
    progress.settleId(7, 0);
    assertThat(progress.endedIds(7).isEmpty()).as("it has not been read").isTrue();
    progress.read(7);
    progress.settleId(7, 0);
    assertThat(progress.endedIds(7).stream()).containsExactly(0);
    progress.close();
    progress.settleId(7, 1);
    assertThat(progress.endedIds(7).stream()).containsExactly(0);
  }

  @Example
  void wakesWhoWaitsWhenTheLastRecordEndsOrIsParked() throws Exception {
    for (boolean parks : new boolean[] {true, false}) {
      PartitionProgress progress = new PartitionProgress(0, null);
      progress.read(0);
      Thread waits = new Thread(() -> progress.awaitCalls(Long.MAX_VALUE / 4));
      waits.setDaemon(true);
      waits.start();
      await().until(() -> waits.getState() == Thread.State.TIMED_WAITING);
      if (parks) {
        progress.park();
      } else {
        progress.settle(0, true);
      }
      waits.join(TimeUnit.SECONDS.toMillis(20));
      assertThat(waits.isAlive()).isFalse();
    }
  }

  @Example
  void anInterruptEndsTheWait() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.read(0);
    Thread.currentThread().interrupt();
    progress.awaitCalls(Long.MAX_VALUE / 4);
    assertThat(Thread.interrupted()).as("the caller hears of it").isTrue();
  }

  @Example
  void nothingInWorkIsNotWaitedFor() {
    PartitionProgress progress = new PartitionProgress(0, null);
    progress.awaitCalls(Long.MAX_VALUE / 4);
    assertThat(progress.open()).isZero();
  }
}
