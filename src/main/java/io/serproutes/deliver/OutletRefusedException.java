package io.serproutes.deliver;

import io.serproutes.fetch.CircuitOpenException;

/** A way out does not take what it is given: disk full, folder not writable, broker away. */
public final class OutletRefusedException extends CircuitOpenException {

  /** Says which way out refuses and why. */
  public OutletRefusedException(String why, Throwable cause) {
    super("cannot deliver: " + why, cause);
    this.why = why;
  }

  private final String why;

  /** Why, without the fact that the circuit is open. */
  public String why() {
    return why;
  }
}
