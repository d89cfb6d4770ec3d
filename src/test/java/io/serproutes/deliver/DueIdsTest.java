package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.TaskId;
import java.lang.management.ManagementFactory;
import java.lang.management.MemoryMXBean;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class DueIdsTest {

  private record Due(long second, TaskId id) {}

  private final DueIds due = new DueIds();

  @Property(tries = 100, seed = "1")
  void idsComeByTheTimeTheyAreDue(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 2000) int most) {
    DueIds ids = new DueIds();
    PriorityQueue<Due> expected = new PriorityQueue<>(Comparator.comparing(Due::second));
    Map<TaskId, Long> seconds = new HashMap<>();
    int growing = 1 + random.nextInt(9);
    for (int i = 0; i < 3 * most; i++) {
      if (random.nextInt(10) < growing) {
        Due one = new Due(second(random), TaskId.of(random.nextLong(), i));
        seconds.put(one.id, one.second);
        expected.add(one);
        ids.add(one.id, one.second, 0);
      } else {
        long now = second(random);
        TaskId id = ids.poll(now);
        boolean isDue = !expected.isEmpty() && expected.peek().second <= now;
        assertThat(id != null).isEqualTo(isDue);
        if (isDue) {
          // of several that are due in one second any may be first
          assertThat(seconds.get(id)).isEqualTo(expected.peek().second);
          expected.remove(new Due(seconds.get(id), id));
        }
      }
      assertThat(ids.size()).isEqualTo(expected.size());
    }
  }

  private static long second(Random random) {
    return random.nextBoolean() ? random.nextInt(50) : random.nextLong(1L << 31);
  }

  @Test
  void anIdIsNotDueBeforeItsSecond() {
    TaskId id = TaskId.of(1, 2);
    assertThat(due.poll(Long.MAX_VALUE)).isNull();
    due.add(id, 2_000_000_000L, 0);
    assertThat(due.poll(1_999_999_999L)).isNull();
    assertThat(due.poll(2_000_000_000L)).isEqualTo(id);
    assertThat(due.poll(Long.MAX_VALUE)).isNull();
    assertThat(due.size()).isZero();
  }

  @Test
  void aTimeOutOfBoundsIsTheNearestWithin() {
    due.add(TaskId.of(1, 1), -5, 0);
    assertThat(due.poll(0)).isEqualTo(TaskId.of(1, 1));
    due.add(TaskId.of(1, 2), Long.MAX_VALUE, 0);
    assertThat(due.poll((1L << 31) - 2)).isNull();
    assertThat(due.poll((1L << 31) - 1)).isEqualTo(TaskId.of(1, 2));
  }

  @Test
  void itTellsWhichIdsAreHere() {
    due.add(TaskId.of(1, 2), 5, 0);
    due.add(TaskId.of(3, 4), 1, 0);
    assertThat(due.contains(TaskId.of(1, 2))).isTrue();
    assertThat(due.contains(TaskId.of(3, 4))).isTrue();
    assertThat(due.contains(TaskId.of(1, 4))).isFalse();
    due.poll(1);
    assertThat(due.contains(TaskId.of(3, 4))).isFalse();
  }

  @Test
  void itTellsWhichIdWasAskedForFirst() {
    assertThat(due.oldestSecond()).isNull();
    due.add(TaskId.of(1, 1), 9, 3_000_000_000L);
    due.add(TaskId.of(1, 2), 5, 700);
    assertThat(due.oldestSecond()).isEqualTo(700);
    due.wake(Set.of(TaskId.of(1, 2)));
    assertThat(due.oldestSecond()).isEqualTo(700);
    due.poll(0);
    assertThat(due.oldestSecond()).isEqualTo(3_000_000_000L);
    due.add(TaskId.of(1, 3), 9, -1);
    assertThat(due.oldestSecond()).isZero();
  }

  /** The contract allows 100 bytes of heap for a parked id. */
  @Test
  void anIdCostsFarLessThanAHundredBytes() {
    int count = 400_000;
    long before = usedHeap();
    for (int i = 0; i < count; i++) {
      due.add(TaskId.of(i, -i), i * 7919L % count, 0);
    }
    assertThat((usedHeap() - before) / count).isBetween(1L, 52L);
    assertThat(due.size()).isEqualTo(count);
  }

  private static long usedHeap() {
    MemoryMXBean memory = ManagementFactory.getMemoryMXBean();
    memory.gc();
    return memory.getHeapMemoryUsage().getUsed();
  }

  @Test
  void tellsWhichAreDueFirst() {
    for (int i = 0; i < 1000; i++) {
      due.add(TaskId.of(3, i), i * 7919L % 1000, 0);
    }
    assertThat(due.first(3).values()).containsExactly(0, 1, 2);
    assertThat(due.first(3).keySet()).containsExactly(due.poll(0), due.poll(1), due.poll(2));
    assertThat(due.first(5000)).hasSize(997);
    assertThat(due.size()).isEqualTo(997);
  }

  /** Nobody can park or take an id meanwhile. */
  @Test
  void theFirstOfManyAreFoundWithHardlyMoreThanOneLookAtEach() {
    List<Integer> many = new ArrayList<>(IntStream.range(0, 100_000).boxed().toList());
    Collections.shuffle(many, new Random(1));
    AtomicInteger looks = new AtomicInteger();
    Comparator<Integer> order =
        (one, other) -> {
          looks.incrementAndGet();
          return one.compareTo(other);
        };
    List<Integer> first = ParkedIds.least(many.stream(), 100, order);
    assertThat(first).isEqualTo(IntStream.range(0, 100).boxed().toList());
    assertThat(looks.get()).isLessThan(2 * many.size());
  }

  @Test
  void theseAreMadeDueAtOnce() {
    for (int i = 0; i < 100; i++) {
      due.add(TaskId.of(3, i), 1000 + i, 0);
    }
    Set<TaskId> wanted = Set.of(TaskId.of(3, 50), TaskId.of(3, 7), TaskId.of(4, 7));
    assertThat(due.wake(wanted)).containsExactlyInAnyOrder(TaskId.of(3, 50), TaskId.of(3, 7));
    assertThat(due.size()).isEqualTo(100);
    assertThat(Set.of(due.poll(0), due.poll(0)))
        .containsExactlyInAnyOrder(TaskId.of(3, 50), TaskId.of(3, 7));
    assertThat(due.poll(999)).isNull();
    assertThat(due.poll(1000)).isEqualTo(TaskId.of(3, 0));
  }

  @Test
  void anIdThatWasAddedTwiceIsWokenOnce() {
    due.add(TaskId.of(3, 1), 1000, 0);
    due.add(TaskId.of(3, 1), 2000, 0);
    assertThat(due.wake(Set.of(TaskId.of(3, 1)))).containsExactly(TaskId.of(3, 1));
    assertThat(due.poll(0)).isEqualTo(TaskId.of(3, 1));
    assertThat(due.size()).isZero();
  }
}
