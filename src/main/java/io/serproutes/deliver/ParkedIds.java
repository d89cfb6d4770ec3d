package io.serproutes.deliver;

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

  /** When the first of them is due; null where none waits. */
  Instant nextDue();

  /** Counts the ids of several places. */
  static int count(Set<? extends ParkedIds> places) {
    return places.stream().mapToInt(ParkedIds::size).sum();
  }
}
