package io.serproutes.fetch;

/**
 * An output refuses the items of one id while it accepts those of others; the id is given up. The
 * message says why, in words that may go into logs and records.
 */
public final class ItemsRejectedException extends Exception {

  /** Says which output refuses the items and why. */
  public ItemsRejectedException(String why, Throwable cause) {
    super(why, cause);
  }
}
