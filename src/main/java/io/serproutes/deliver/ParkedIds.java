package io.serproutes.deliver;

import io.serproutes.ids.TaskId;
import java.time.Instant;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Objects;
import java.util.PriorityQueue;
import java.util.Queue;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;

/** Where ids wait whose task is not ready: a folder or a topic. */
public interface ParkedIds {

  /**
   * One that waits.
   *
   * @param due when it is asked for again
   * @param record null where it cannot be read
   */
  record Parked(TaskId id, Instant due, ParkedRecord record) {}

  /** Counts the ids here that this process asks for. */
  int size();

  /** Whether {@link #size} counts what was parked before the start. */
  default boolean isKnown() {
    return true;
  }

  /** Why {@link #isKnown} does not become true for now, in a few words; null where it may. */
  default String whyNotKnown() {
    return null;
  }

  /**
   * Makes those of these ids that are parked here due now.
   *
   * @return which they are, those that are asked for already included
   */
  default Set<TaskId> wake(Set<TaskId> ids) {
    return Set.of();
  }

  /** When the first of them is due; null where none waits. */
  Instant nextDue();

  /**
   * When the first of them was asked for first; null where there is none. Those that are asked for
   * now are among them. Looks at all of them: not to be called many times a second.
   */
  Instant oldest();

  /**
   * The ids that are due first, in this order, without those that are asked for now. Looks at all
   * of them and reads the records of those it returns: not to be called many times a second.
   *
   * @param most how many at most
   */
  default List<Parked> first(int most) {
    return List.of();
  }

  /** The ids of several places that are due first, in this order, at most so many. */
  static List<Parked> first(Set<? extends ParkedIds> places, int most) {
    return places.stream()
        .flatMap(place -> place.first(most).stream())
        .sorted(Comparator.comparing(Parked::due))
        .limit(most)
        .toList();
  }

  /** The least of many, in order, at most so many; needs room for these alone. */
  static <T> List<T> least(Stream<T> all, int most, Comparator<? super T> order) {
    Queue<T> least = new PriorityQueue<>(order.reversed());
    all.forEach(
        one -> {
          if (least.size() < most) {
            least.add(one);
          } else if (order.compare(one, least.element()) < 0) {
            least.remove();
            least.add(one);
          }
        });
    return least.stream().sorted(order).toList();
  }

  /** The earliest of such times of several places; null where no place has one. */
  static Instant earliest(
      Set<? extends ParkedIds> places, Function<? super ParkedIds, Instant> time) {
    return places.stream().map(time).filter(Objects::nonNull).min(Instant::compareTo).orElse(null);
  }

  /**
   * Makes those of these ids that are parked at several places due now.
   *
   * @param ids not to change meanwhile
   * @return which they are, as {@link #wake(Set)} of each place has them
   */
  static Set<TaskId> wake(Set<? extends ParkedIds> places, Set<TaskId> ids) {
    Set<TaskId> woken = new HashSet<>();
    for (ParkedIds place : places) {
      if (!ids.isEmpty() && place.size() > 0) {
        woken.addAll(place.wake(ids));
      }
    }
    return woken;
  }

  /**
   * The earliest of these times; null where there is none.
   *
   * @param waiting in seconds since 1970, or null
   */
  static Instant earliest(Long waiting, Collection<Instant> asking) {
    Stream<Instant> waits = Stream.ofNullable(waiting).map(Instant::ofEpochSecond);
    return Stream.concat(waits, asking.stream()).min(Instant::compareTo).orElse(null);
  }

  /** Counts the ids of several places. */
  static int count(Set<? extends ParkedIds> places) {
    return places.stream().mapToInt(ParkedIds::size).sum();
  }
}
