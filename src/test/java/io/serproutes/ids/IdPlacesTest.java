package io.serproutes.ids;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class IdPlacesTest {

  @Test
  void eachIdIsFoundAtItsPlace() {
    IdPlaces ids = new IdPlaces();
    Random random = new Random(7);
    Map<TaskId, Integer> expected = new HashMap<>();
    for (int i = 0; i < 100_000; i++) {
      TaskId id = TaskId.of(random.nextInt(4), random.nextInt(30_000));
      assertThat(ids.find(id)).isEqualTo(expected.getOrDefault(id, -1));
      if (!expected.containsKey(id)) {
        ids.put(expected.size(), id);
        expected.put(id, expected.size());
      }
    }
    expected.forEach(
        (id, place) -> {
          assertThat(ids.find(id)).isEqualTo(place);
          assertThat(ids.id(place)).isEqualTo(id);
        });
    assertThat(ids.find(TaskId.of(5, 1))).isEqualTo(-1);
  }

  @Test
  void placesThatAreFreedAreUsedAgain() {
    IdPlaces ids = new IdPlaces();
    Random random = new Random(7);
    TaskId[] expected = new TaskId[2 * IdPlaces.CHUNK];
    for (int i = 0; i < 100_000; i++) {
      int place = random.nextInt(expected.length);
      if (expected[place] != null) {
        ids.remove(place);
        assertThat(ids.find(expected[place])).isEqualTo(-1);
        expected[place] = null;
      } else {
        TaskId id = TaskId.of(i, random.nextInt(4));
        ids.put(place, id);
        expected[place] = id;
      }
    }
    for (int place = 0; place < expected.length; place++) {
      if (expected[place] != null) {
        assertThat(ids.find(expected[place])).isEqualTo(place);
        ids.remove(place);
      }
    }
    ids.release(0);
    ids.put(0, TaskId.of(1, 1));
    assertThat(ids.find(TaskId.of(1, 1))).isZero();
  }

  @Test
  void theIdOfZerosIsOneLikeOthers() {
    IdPlaces ids = new IdPlaces();
    assertThat(ids.find(TaskId.of(0, 0))).isEqualTo(-1);
    ids.put(0, TaskId.of(0, 0));
    assertThat(ids.find(TaskId.of(0, 0))).isZero();
  }
}
