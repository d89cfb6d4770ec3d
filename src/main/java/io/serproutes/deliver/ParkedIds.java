package io.serproutes.deliver;

import java.util.Set;

/** A place where ids wait whose task is not ready. */
public interface ParkedIds {

  /** How many ids wait here, as far as this process asks for them. */
  int size();

  /** How many ids wait in several places. */
  static int count(Set<? extends ParkedIds> places) {
    return places.stream().mapToInt(ParkedIds::size).sum();
  }
}
