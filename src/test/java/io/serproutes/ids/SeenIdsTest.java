package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.util.HashSet;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class SeenIdsTest {

  private static final int MANY = 8192; // as many as the first table in the file takes

  @Property(tries = 12, seed = "1")
  void anIdIsNewOnceHoweverManyThereAre(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 4 * MANY) int different)
      throws IOException {
    Set<TaskId> expected = new HashSet<>();
    try (SeenIds seen = new SeenIds()) {
      for (int i = 0; i < 5 * MANY; i++) {
        TaskId id = id(random.nextInt(different));
        assertThat(seen.add(id)).isEqualTo(expected.add(id));
      }
    }
  }

  // ids as the vendor makes them: much alike, some with one half zero
  private static TaskId id(int number) {
    return switch (number % 4) {
      case 0 -> TaskId.of(0, number);
      case 1 -> TaskId.of((long) number << 32, 0);
      case 2 -> TaskId.of(0x0317132406960066L, 0xd4f3_0000_0000_0000L | number);
      default -> TaskId.of(number, (long) number * 0x5851F42D4C957F2DL);
    };
  }

  @Test
  void theZeroIdIsAnIdLikeAnyOther() throws IOException {
    try (SeenIds seen = new SeenIds()) {
      assertThat(seen.add(TaskId.of(0, 0))).isTrue();
      assertThat(seen.add(TaskId.of(0, 0))).isFalse();
      assertThat(seen.add(TaskId.of(0, 1))).isTrue();
    }
    try (SeenIds seen = new SeenIds()) {
      for (int i = 1; i <= MANY; i++) {
        seen.add(TaskId.of(i, i));
      }
      assertThat(seen.add(TaskId.of(0, 0))).isTrue();
      assertThat(seen.add(TaskId.of(0, 0))).isFalse();
    }
  }

  @Test
  void theWayFromMemoryToTheFileForgetsNothing() throws IOException {
    try (SeenIds seen = new SeenIds()) {
      for (int i = 0; i < 3 * MANY; i++) {
        assertThat(seen.add(TaskId.of(i, -i))).isTrue();
      }
      for (int i = 0; i < 3 * MANY; i++) {
        assertThat(seen.add(TaskId.of(i, -i))).isFalse();
      }
    }
  }
}
