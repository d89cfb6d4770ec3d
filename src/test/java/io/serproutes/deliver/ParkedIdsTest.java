package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.deliver.ParkedIds.Parked;
import io.serproutes.ids.TaskId;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ParkedIdsTest {

  /** A place where these ids wait, each due at the second of its number. */
  private static final class Place implements ParkedIds {

    private final List<Long> numbers;
    private final List<Set<TaskId>> woken = new ArrayList<>();

    Place(long... numbers) {
      this.numbers = LongStream.of(numbers).boxed().toList();
    }

    @Override
    public int size() {
      return numbers.size();
    }

    @Override
    public Set<TaskId> wake(Set<TaskId> ids) {
      woken.add(ids);
      Set<TaskId> here = new LinkedHashSet<>(ids(numbers));
      here.retainAll(ids);
      return here;
    }

    @Override
    public Instant nextDue() {
      return numbers.stream().min(Long::compare).map(Instant::ofEpochSecond).orElse(null);
    }

    @Override
    public Instant oldest() {
      return numbers.isEmpty() ? null : Instant.EPOCH.minusSeconds(numbers.size());
    }

    @Override
    public List<Parked> first(int most) {
      return numbers.stream()
          .sorted()
          .limit(most)
          .map(n -> new Parked(TaskId.of(0, n), Instant.ofEpochSecond(n), null))
          .toList();
    }
  }

  private static Set<TaskId> ids(List<Long> numbers) {
    Set<TaskId> ids = new LinkedHashSet<>();
    numbers.forEach(n -> ids.add(TaskId.of(0, n)));
    return ids;
  }

  private final Place one = new Place(5, 1, 9);
  private final Place other = new Place(7, 2);
  private final Place empty = new Place();
  private final Set<ParkedIds> places = new LinkedHashSet<>(List.of(one, other, empty));

  @Test
  void theFirstOfSeveralPlacesComeByTheirTime() {
    assertThat(ParkedIds.first(places, 3))
        .extracting(p -> p.id().low())
        .containsExactly(1L, 2L, 5L);
    assertThat(ParkedIds.first(places, 9)).hasSize(5);
    assertThat(ParkedIds.first(Set.of(), 9)).isEmpty();
  }

  @Test
  void theEarliestTimeOfSeveralPlacesIsThatOfOneThatHasOne() {
    assertThat(ParkedIds.earliest(places, ParkedIds::nextDue)).isEqualTo(Instant.ofEpochSecond(1));
    assertThat(ParkedIds.earliest(places, ParkedIds::oldest))
        .isEqualTo(Instant.EPOCH.minusSeconds(3));
    assertThat(ParkedIds.earliest(Set.of(empty), ParkedIds::nextDue)).isNull();
  }

  @Test
  void theEarliestOfThoseThatWaitAndThoseThatAreAskedForCounts() {
    Instant asked = Instant.ofEpochSecond(100);
    assertThat(ParkedIds.earliest(99L, List.of(asked))).isEqualTo(Instant.ofEpochSecond(99));
    assertThat(ParkedIds.earliest(101L, List.of(asked.plusSeconds(9), asked))).isEqualTo(asked);
    assertThat(ParkedIds.earliest(null, List.of(asked))).isEqualTo(asked);
    assertThat(ParkedIds.earliest(7L, List.of())).isEqualTo(Instant.ofEpochSecond(7));
    assertThat(ParkedIds.earliest(null, List.of())).isNull();
  }

  @Test
  void theIdsOfAllPlacesAreCounted() {
    assertThat(ParkedIds.count(places)).isEqualTo(5);
    assertThat(ParkedIds.count(Set.of())).isZero();
  }

  /** To wake an id a place looks at all that it has. */
  @Test
  void onlyPlacesThatHaveIdsAreAskedToWakeSome() {
    Set<TaskId> wanted = ids(List.of(1L, 2L, 3L));
    assertThat(ParkedIds.wake(places, wanted)).isEqualTo(ids(List.of(1L, 2L)));
    assertThat(one.woken).containsExactly(wanted);
    assertThat(other.woken).containsExactly(wanted);
    assertThat(empty.woken).isEmpty();
    assertThat(ParkedIds.wake(places, Set.of())).isEmpty();
    assertThat(one.woken).hasSize(1);
  }

  @Test
  void theLeastAreNoMoreThanWanted() {
    Comparator<Integer> order = Comparator.naturalOrder();
    assertThat(ParkedIds.least(Stream.of(3, 1, 2, 1, 3), 3, order)).containsExactly(1, 1, 2);
    assertThat(ParkedIds.least(Stream.of(3, 1), 3, order)).containsExactly(1, 3);
  }

  @Test
  void aPlaceThatTellsNoMoreIsKnownAndHasNothingToWakeOrShow() {
    ParkedIds plain =
        new ParkedIds() {
          @Override
          public int size() {
            return 1;
          }

          @Override
          public Instant nextDue() {
            return null;
          }

          @Override
          public Instant oldest() {
            return null;
          }
        };
    assertThat(plain.isKnown()).isTrue();
    assertThat(plain.wake(ids(List.of(1L)))).isEmpty();
    assertThat(plain.first(1)).isEmpty();
  }
}
