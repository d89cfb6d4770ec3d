package io.serproutes.reconcile;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.ids.TaskId;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Random;
import java.util.Set;
import org.junit.jupiter.api.Test;

class ListedIdsTest {

  @Test
  void eachIdOnceInItsOrderWithItsState() {
    ListedIds ids = new ListedIds();
    Random random = new Random(7);
    Set<TaskId> expected = new HashSet<>();
    for (int i = 0; i < 100_000; i++) {
      TaskId id = TaskId.of(random.nextInt(4), random.nextInt(30_000));
      assertThat(ids.add(id)).isEqualTo(expected.add(id));
      if (ids.size() % 7 == 0) {
        ids.state(ids.find(id), (byte) 100);
      }
    }
    assertThat(ids.size()).isEqualTo(expected.size());
    for (int place = 0; place < ids.size(); place++) {
      assertThat(ids.find(ids.id(place))).isEqualTo(place);
      assertThat(expected.remove(ids.id(place))).isTrue();
    }
    assertThat(ids.find(TaskId.of(5, 1))).isEqualTo(-1);
  }

  @Test
  void theIdOfZerosIsOneLikeOthers() {
    ListedIds ids = new ListedIds();
    assertThat(ids.find(TaskId.of(0, 0))).isEqualTo(-1);
    assertThat(ids.add(TaskId.of(0, 0))).isTrue();
    assertThat(ids.add(TaskId.of(0, 0))).isFalse();
    assertThat(ids.find(TaskId.of(0, 0))).isZero();
  }

  @Test
  void aMillionIdsFitIntoASmallHeap() throws Exception {
    Process process =
        new ProcessBuilder(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseSerialGC",
                "-Xmx48m",
                "-cp",
                System.getProperty("java.class.path"),
                Million.class.getName())
            .inheritIO()
            .start();
    assertThat(process.waitFor()).isZero();
  }

  /** Lists a million ids, each with a state. */
  static final class Million {
    public static void main(String[] args) {
      Findings findings = new Findings("x", null, null);
      Random random = new Random(1);
      for (int i = 0; i < 1_000_000; i++) {
        TaskId id = TaskId.of(random.nextLong(), random.nextLong());
        findings.listed(new IdListPage.Row(id, true, true));
        findings.waits(id, Findings.INBOX);
      }
      List<Integer> counts = List.of(findings.finished(), findings.inInbox(), findings.missing());
      if (!counts.equals(List.of(1_000_000, 1_000_000, 0))) {
        throw new AssertionError(counts);
      }
    }
  }
}
