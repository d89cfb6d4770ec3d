package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.ids.TaskId;
import io.serproutes.kafka.WaitingRecords.Due;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import net.jqwik.api.Example;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import net.jqwik.api.constraints.Size;

class WaitingRecordsTest {

  private static final TaskId ID = TaskId.of(0, 7);

  private record Expected(long due, int partition, long offset) {
    byte[] value() {
      return (due + "/" + partition + "/" + offset).getBytes();
    }
  }

  /** Steps are numbers, so that they shrink: added, taken when due, partitions taken away. */
  @Property
  void givesRecordsInTheOrderTheyAreDueWhileTheirPartitionIsOurs(
      @ForAll @Size(max = 300) List<@IntRange(max = 9999) Integer> steps) throws IOException {
    PartitionProgress[] partitions = new PartitionProgress[3];
    Arrays.setAll(partitions, i -> new PartitionProgress(0, null));
    PriorityQueue<Expected> model = new PriorityQueue<>(Comparator.comparing(Expected::due));
    WaitingRecords waiting = new WaitingRecords();
    long offset = 0;
    for (int step : steps) {
      int number = step / 10;
      int partition = number % 3;
      if (step % 10 < 7) {
        Expected added = new Expected(number, partition, offset++);
        model.add(added);
        waiting.add(added.due, 0, ID, partitions[partition], added.offset, added.value());
      } else if (step % 10 < 9) {
        expectNext(waiting.poll(number), model, number, partitions);
      } else if (number % 5 == 0) {
        partitions[partition].close();
        model.removeIf(expected -> expected.partition == partition);
        partitions[partition] = new PartitionProgress(0, null);
      }
      assertThat(waiting.size()).isEqualTo(model.size());
    }
    while (!model.isEmpty()) {
      expectNext(waiting.poll(1000), model, 1000, partitions);
    }
    assertThat(waiting.poll(Integer.MAX_VALUE)).isNull();
    assertThat(waiting.size()).isZero();
  }

  /** Which of those due at the same second comes first does not matter. */
  private static void expectNext(
      Due due, PriorityQueue<Expected> model, long now, PartitionProgress[] partitions) {
    if (model.isEmpty() || model.peek().due > now) {
      assertThat(due).isNull();
      return;
    }
    Expected found =
        model.stream()
            .filter(expected -> expected.due == model.peek().due)
            .filter(expected -> expected.offset == due.offset())
            .findFirst()
            .orElseThrow();
    assertThat(due.progress()).isSameAs(partitions[found.partition]);
    assertThat(due.value()).isEqualTo(found.value());
    model.remove(found);
  }

  /** A clock was wrong, or the record is of another program. */
  @Example
  void whatWasDueBefore1970IsDue() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    waiting.add(-1, -1, ID, new PartitionProgress(0, null), 0, new byte[0]);
    assertThat(waiting.nextSecond()).isZero();
    assertThat(waiting.oldestSecond()).isZero();
    assertThat(waiting.poll(0)).isNotNull();
  }

  @Example
  void tellsWhichOfOursAreDueFirst() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    PartitionProgress ours = new PartitionProgress(0, null);
    PartitionProgress revoked = new PartitionProgress(0, null);
    for (int i = 0; i < 50; i++) {
      waiting.add(i * 37 % 50, 0, ID, i * 37 % 50 < 5 ? revoked : ours, i, new byte[] {(byte) i});
    }
    revoked.close();
    assertThat(waiting.first(2))
        .extracting(WaitingRecords.Value::dueSecond)
        .containsExactly(5L, 6L);
    assertThat(waiting.first(1).get(0).value()).isEqualTo(waiting.poll(5).value());
    assertThat(waiting.size()).isEqualTo(44);
  }

  @Example
  void waitsBeyondTheYear2038() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    PartitionProgress partition = new PartitionProgress(0, null);
    waiting.add(3_000_000_000L, 0, ID, partition, 1, new byte[] {1});
    waiting.add(2_000_000_000L, 0, ID, partition, 0, new byte[] {0});
    assertThat(waiting.poll(2_500_000_000L).offset()).isZero();
    assertThat(waiting.poll(2_999_999_999L)).isNull();
    assertThat(waiting.poll(3_000_000_000L).offset()).isEqualTo(1);
  }

  @Example
  void tellsWhichIdWasAskedForFirstOfThoseWhosePartitionIsOurs() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    assertThat(waiting.oldestSecond()).isNull();
    PartitionProgress partition = new PartitionProgress(0, null);
    PartitionProgress other = new PartitionProgress(0, null);
    waiting.add(9, 3_000_000_000L, ID, partition, 0, new byte[0]);
    waiting.add(8, 700, ID, partition, 1, new byte[0]);
    waiting.add(7, 500, ID, other, 0, new byte[0]);
    waiting.add(6, -500, ID, other, 1, new byte[0]);
    assertThat(waiting.oldestSecond()).isZero();
    other.close();
    assertThat(waiting.oldestSecond()).isEqualTo(700);
    waiting.poll(8);
    assertThat(waiting.oldestSecond()).isEqualTo(3_000_000_000L);
  }

  /** The contract allows 100 bytes of heap for a parked id. */
  @Example
  void takesFewBytesOfHeap() throws IOException {
    int count = 400_000;
    byte[] value = new byte[250];
    WaitingRecords waiting = new WaitingRecords();
    PartitionProgress partition = new PartitionProgress(0, null);
    long before = usedHeap();
    for (int i = 0; i < count; i++) {
      partition.read(i);
      waiting.add(i * 7919L % count, 0, ID, partition, i, value);
    }
    assertThat((usedHeap() - before) / count).isLessThan(60);
    assertThat(waiting.size()).isEqualTo(count);
  }

  private static long usedHeap() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  /** A file that counts when it is closed. */
  private static class Counted extends ValueFile {
    private final AtomicInteger closed;

    Counted(AtomicInteger closed) {
      this.closed = closed;
    }

    @Override
    public void close() throws IOException {
      closed.incrementAndGet();
      super.close();
    }
  }

  /** Some ids are always parked: the file of their values must not grow for that. */
  @Example
  void takesNoMoreDiskThanWhatWaitsNeeds() throws IOException {
    List<ValueFile> files = new ArrayList<>();
    AtomicInteger closed = new AtomicInteger();
    WaitingRecords waiting =
        new WaitingRecords(
            () -> {
              files.add(new Counted(closed));
              return files.get(files.size() - 1);
            });
    PartitionProgress partition = new PartitionProgress(0, null);
    List<Long> taken = new ArrayList<>();
    for (long i = 0; i < 200_000; i++) {
      partition.read(i);
      waiting.add(i, 0, ID, partition, i, ByteBuffer.allocate(200).putLong(i).array());
      if (i >= 1000) {
        Due due = waiting.poll(i);
        assertThat(ByteBuffer.wrap(due.value()).getLong()).isEqualTo(due.offset());
        partition.settle(due.offset(), true);
        taken.add(due.offset());
      }
    }
    assertThat(taken).isSorted().hasSize(199_000);
    assertThat(files.get(files.size() - 1).values()).isLessThan(40_000);
    assertThat(closed).hasValue(files.size() - 1);
  }

  /** A file on a disk that is full whenever it is told so. */
  private static class OnFullDisk extends ValueFile {
    private final AtomicBoolean isFull;

    OnFullDisk(AtomicBoolean isFull) {
      this.isFull = isFull;
    }

    @Override
    long append(byte[] value) throws IOException {
      if (isFull.get()) {
        throw new IOException("no space left");
      }
      return super.append(value);
    }
  }

  @Example
  void whatCannotBeKeptIsNotAdded() throws IOException {
    AtomicBoolean isFull = new AtomicBoolean();
    WaitingRecords waiting = new WaitingRecords(() -> new OnFullDisk(isFull));
    PartitionProgress partition = new PartitionProgress(0, null);
    waiting.add(5, 0, ID, partition, 0, new byte[] {0});
    isFull.set(true);
    assertThatThrownBy(() -> waiting.add(4, 0, ID, partition, 1, new byte[] {1}))
        .hasMessage("no space left");
    assertThat(waiting.size()).isEqualTo(1);
    isFull.set(false);
    waiting.add(4, 0, ID, partition, 2, new byte[] {2});
    assertThat(waiting.poll(9).value()).containsExactly(2);
    assertThat(waiting.poll(9).value()).containsExactly(0);
    assertThat(waiting.poll(9)).isNull();
  }

  /** The disk is full while the file is written anew without the values of the past. */
  @Example
  void valuesStayWhereTheyAreWhileTheyCannotBeMoved() throws IOException {
    AtomicBoolean isFull = new AtomicBoolean();
    AtomicInteger files = new AtomicInteger();
    AtomicInteger closed = new AtomicInteger();
    WaitingRecords waiting =
        new WaitingRecords(
            () ->
                files.getAndIncrement() == 0
                    ? new Counted(closed)
                    : new OnFullDisk(isFull) {
                      @Override
                      public void close() throws IOException {
                        closed.incrementAndGet();
                        super.close();
                      }

                      private int count;

                      @Override
                      long append(byte[] value) throws IOException {
                        isFull.set(files.get() == 2 && count++ > 3); // in the middle, once
                        return super.append(value);
                      }
                    });
    PartitionProgress partition = new PartitionProgress(0, null);
    for (long i = 0; i < 50_000; i++) {
      partition.read(i);
      waiting.add(i, 0, ID, partition, i, ByteBuffer.allocate(8).putLong(i).array());
      if (i >= 10) {
        Due due = waiting.poll(i);
        assertThat(ByteBuffer.wrap(due.value()).getLong()).isEqualTo(due.offset());
        partition.settle(due.offset(), true);
      }
    }
    assertThat(files.get()).as("one failed, and each 10,000 another is tried").isEqualTo(5);
    assertThat(closed).hasValue(4);
  }

  @Example
  void whatCannotBeReadIsGivenWithoutItsValue() throws IOException {
    WaitingRecords waiting =
        new WaitingRecords(
            () ->
                new ValueFile() {
                  @Override
                  byte[] read(long place) throws IOException {
                    throw new IOException("bad block");
                  }
                });
    PartitionProgress partition = new PartitionProgress(0, null);
    waiting.add(5, 0, ID, partition, 7, new byte[] {0});
    Due due = waiting.poll(5);
    assertThat(due.offset()).isEqualTo(7);
    assertThat(due.value()).isNull();
    assertThat(waiting.size()).isZero();
  }

  @Example
  void whatNoCommitCouldTellOfWaitsForLowerOnes() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    PartitionProgress partition = new PartitionProgress(0, null);
    long far = EndedOffsets.ALWAYS_TOLD;
    for (long offset : new long[] {0, 1, far, far + 1}) {
      partition.read(offset);
    }
    waiting.add(1, 0, ID, partition, far, new byte[] {2});
    waiting.add(2, 0, ID, partition, far - 1, new byte[] {1});
    waiting.add(500, 0, ID, partition, 0, new byte[] {0});
    assertThat(waiting.poll(10).offset()).isEqualTo(far - 1);
    assertThat(waiting.poll(10)).isNull();
    assertThat(waiting.size()).isEqualTo(2);
    partition.settle(0, true);
    assertThat(waiting.poll(10)).isNull();
    assertThat(waiting.poll(15).offset()).isEqualTo(far);
  }

  @Example
  void recordsOfTheseIdsAreMadeDueAtOnce() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    PartitionProgress partition = new PartitionProgress(0, null);
    PartitionProgress revoked = new PartitionProgress(0, null);
    for (byte i = 0; i < 10; i++) {
      TaskId id = TaskId.of(0, i);
      waiting.add(1000 + i, 0, id, i == 9 ? revoked : partition, i, new byte[] {i});
    }
    revoked.close();
    Set<TaskId> wanted = Set.of(TaskId.of(0, 4), TaskId.of(0, 9), TaskId.of(0, 77));
    assertThat(waiting.wake(wanted, value -> TaskId.of(0, value[0])))
        .containsExactly(TaskId.of(0, 4));
    assertThat(waiting.size()).isEqualTo(9);
    assertThat(waiting.poll(5).offset()).isEqualTo(4);
    assertThat(waiting.poll(5)).isNull();
    assertThat(waiting.poll(1000).offset()).isZero();
  }

  /** Ids of which another has the hash. */
  @Example
  void aRecordOfAnotherIdStays() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    waiting.add(1000, 0, ID, new PartitionProgress(0, null), 0, new byte[] {0});
    assertThat(waiting.wake(Set.of(ID), value -> null)).isEmpty();
    assertThat(waiting.poll(5)).isNull();
  }

  @Example
  void whatWasRevokedIsForgottenWithTheNextPartition() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    assertThat(waiting.nextSecond()).isNull();
    PartitionProgress revoked = new PartitionProgress(0, null);
    PartitionProgress ours = new PartitionProgress(0, null);
    waiting.add(5, 0, ID, revoked, 0, new byte[0]);
    assertThat(waiting.nextSecond()).isEqualTo(5);
    revoked.close();
    assertThat(waiting.size()).isZero();
    waiting.add(9, 0, ID, ours, 0, new byte[0]);
    assertThat(waiting.nextSecond()).isEqualTo(9);
    waiting.add(7, 0, ID, ours, 1, new byte[0]);
    assertThat(waiting.size()).isEqualTo(2);
    assertThat(waiting.nextSecond()).isEqualTo(7);
  }

  @Example
  void theFileIsEmptyWhenNothingWaits() throws IOException {
    ValueFile file = new ValueFile();
    WaitingRecords waiting = new WaitingRecords(() -> file);
    PartitionProgress partition = new PartitionProgress(0, null);
    waiting.add(5, 0, ID, partition, 0, new byte[100]);
    waiting.add(6, 0, ID, partition, 1, new byte[100]);
    waiting.poll(6);
    assertThat(file.values()).isEqualTo(2);
    waiting.poll(6);
    assertThat(file.values()).isZero();
  }

  @Example
  void aRecordWhoseValueIsOfAnotherIdStays() throws IOException {
    WaitingRecords waiting = new WaitingRecords();
    waiting.add(1000, 0, ID, new PartitionProgress(0, null), 0, new byte[] {0});
    assertThat(waiting.wake(Set.of(ID), value -> TaskId.of(0, 99))).isEmpty();
    assertThat(waiting.nextSecond()).isEqualTo(1000);
    assertThat(waiting.wake(Set.of(ID), value -> ID)).containsExactly(ID);
    assertThat(waiting.nextSecond()).isZero();
    assertThat(waiting.size()).isOne();
  }
}
