package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.OpenFiles;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class IdTableTest {

  private static final int MANY = 8192; // as many as the first table in the file takes

  @Property(tries = 12, seed = "1")
  void anIdIsNewOnceHoweverManyThereAre(
      @ForAll Random random, @ForAll @IntRange(min = 1, max = 4 * MANY) int different)
      throws IOException {
    Set<TaskId> expected = new HashSet<>();
    try (IdTable seen = new IdTable(0)) {
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
    try (IdTable seen = new IdTable(0)) {
      assertThat(seen.add(TaskId.of(0, 0))).isTrue();
      assertThat(seen.add(TaskId.of(0, 0))).isFalse();
      assertThat(seen.add(TaskId.of(0, 1))).isTrue();
    }
    try (IdTable seen = new IdTable(0)) {
      for (int i = 1; i <= MANY; i++) {
        seen.add(TaskId.of(i, i));
      }
      assertThat(seen.add(TaskId.of(0, 0))).isTrue();
      assertThat(seen.add(TaskId.of(0, 0))).isFalse();
    }
  }

  @Test
  void theWayFromMemoryToTheFileForgetsNothing() throws IOException {
    try (IdTable seen = new IdTable(0)) {
      for (int i = 0; i < 3 * MANY; i++) {
        assertThat(seen.add(TaskId.of(i, -i))).isTrue();
      }
      for (int i = 0; i < 3 * MANY; i++) {
        assertThat(seen.add(TaskId.of(i, -i))).isFalse();
      }
    }
  }

  @Property(tries = 6, seed = "1")
  void numbersAreThoseOfTheirId(@ForAll Random random) throws IOException {
    Map<TaskId, long[]> expected = new HashMap<>();
    try (IdTable table = new IdTable(2)) {
      for (int i = 0; i < 5 * MANY; i++) {
        TaskId id = id(random.nextInt(4 * MANY));
        long[] its = {random.nextLong(), i};
        assertThat(table.get(id)).isEqualTo(expected.get(id));
        if (table.add(id, its) || random.nextBoolean()) {
          table.set(id, its);
          expected.put(id, its);
        }
      }
      expected.forEach((id, its) -> assertThat(get(table, id)).isEqualTo(its));
    }
  }

  private static long[] get(IdTable table, TaskId id) {
    try {
      return table.get(id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void memoryDoesNotGrowWithTheIds() throws IOException {
    try (IdTable table = new IdTable(2)) {
      for (int i = 0; i < MANY; i++) {
        table.add(TaskId.of(i, i), i, i);
      }
      long few = heap();
      for (int i = 0; i < 20 * MANY; i++) {
        table.add(TaskId.of(i, i), i, i);
      }
      assertThat(heap() - few).as("of 4 MiB").isLessThan(1 << 20);
      assertThat(table.get(TaskId.of(MANY, MANY))).containsExactly(MANY, MANY);
    }
  }

  private static long heap() {
    System.gc();
    return Runtime.getRuntime().totalMemory() - Runtime.getRuntime().freeMemory();
  }

  /** Its file goes with the process, whatever ends that. */
  @Test
  void itsFileHasNoNameAndIsClosedWithIt() throws IOException {
    List<String> before = OpenFiles.tables(List.of());
    IdTable table = new IdTable(1);
    assertThat(table.isEmpty()).isTrue();
    for (int i = 0; i < 3 * MANY; i++) { // the second table in a file
      table.add(TaskId.of(i, i), i);
    }
    assertThat(table.isEmpty()).isFalse();
    assertThat(OpenFiles.tables(before)).singleElement().asString().endsWith(" (deleted)");
    table.close();
    assertThat(OpenFiles.tables(before)).isEmpty();
  }

  @Test
  void aSmallTableHasNoFile() throws IOException {
    List<String> before = OpenFiles.tables(List.of());
    try (IdTable table = new IdTable(1)) {
      for (int i = 0; i < 4000; i++) {
        table.add(TaskId.of(i, i), i);
        table.set(TaskId.of(i, i), 2 * i);
      }
      assertThat(OpenFiles.tables(before)).isEmpty();
      assertThat(table.get(TaskId.of(7, 7))).containsExactly(14);
      assertThat(table.get(TaskId.of(-1, 1))).isNull();
      table.add(TaskId.of(-1, 1), 3);
      assertThat(OpenFiles.tables(before)).hasSize(1);
    }
  }
}
