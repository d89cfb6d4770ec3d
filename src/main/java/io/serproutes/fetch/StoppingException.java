package io.serproutes.fetch;

/** The program stops, or another process has taken over the id; it stays in its source. */
public final class StoppingException extends Exception {

  StoppingException() {
    this("serp-routes is stopping; the id stays in its source");
  }

  /** Says why the id stays in its source. */
  public StoppingException(String why) {
    super(why, null, false, false);
  }
}
