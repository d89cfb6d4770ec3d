package io.serproutes.deliver;

import io.serproutes.ids.TaskId;
import java.time.Instant;
import java.util.Set;

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

  /** Counts the ids of several places. */
  static int count(Set<? extends ParkedIds> places) {
    return places.stream().mapToInt(ParkedIds::size).sum();
  }
}
