package io.serproutes.deliver;

import io.serproutes.ids.TaskId;
import java.time.Instant;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** Where ids wait whose task is not ready: a folder or a topic. */
public interface ParkedIds {

  /** Counts the ids here that this process asks for. */
  int size();

  /** Whether {@link #size} counts what was parked before the start. */
  default boolean isKnown() {
    return true;
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

  /** The earliest of such times of several places; null where no place has one. */
  static Instant earliest(
      Set<? extends ParkedIds> places, Function<? super ParkedIds, Instant> time) {
    return places.stream().map(time).filter(Objects::nonNull).min(Instant::compareTo).orElse(null);
  }

  /** Counts the ids of several places. */
  static int count(Set<? extends ParkedIds> places) {
    return places.stream().mapToInt(ParkedIds::size).sum();
  }
}
