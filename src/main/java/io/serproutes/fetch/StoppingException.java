package io.serproutes.fetch;

/** The program stops; the id stays in its source. */
public final class StoppingException extends Exception {

  StoppingException() {
    super("serp-routes is stopping; the id stays in its source", null, false, false);
  }
}
