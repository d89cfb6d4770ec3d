package io.serproutes.deliver;

import io.serproutes.ids.TaskId;
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
  Set<TaskId> wake(Set<TaskId> ids);

  /** Counts the ids of several places. */
  static int count(Set<? extends ParkedIds> places) {
    return places.stream().mapToInt(ParkedIds::size).sum();
  }
}
