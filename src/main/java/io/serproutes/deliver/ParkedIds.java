package io.serproutes.deliver;

import java.util.Set;

/** A place where ids wait whose task is not ready. */
public interface ParkedIds {

  /** How many ids wait here, as far as this process asks for them. */
  int size();

  /** Whether what was parked before the start is counted in {@link #size} by now. */
  default boolean isKnown() {
    return true;
  }

  /** How many ids wait in several places. */
  static int count(Set<? extends ParkedIds> places) {
    return places.stream().mapToInt(ParkedIds::size).sum();
  }
}
