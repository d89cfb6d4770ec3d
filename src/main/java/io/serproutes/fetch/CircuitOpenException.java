package io.serproutes.fetch;

/**
 * No call can be made or nothing can be delivered now, whatever the id; keep the id and give it
 * again later. The message says why in plain words.
 */
public class CircuitOpenException extends Exception {

  /** Says why the circuit is open; null where it closed in the meantime. */
  public CircuitOpenException(String why) {
    this(why, null);
  }

  /** Says why the circuit is open, and what came first. */
  public CircuitOpenException(String why, Throwable cause) {
    super(why == null ? "the circuit was open" : "the circuit is open: " + why, cause);
  }
}
