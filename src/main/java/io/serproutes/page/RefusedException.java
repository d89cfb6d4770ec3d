package io.serproutes.page;

import java.io.Serial;

/** A request is refused; the message is a sentence for the person who sent it. */
final class RefusedException extends Exception {

  @Serial private static final long serialVersionUID = 1L;

  private final int status;

  /**
   * A refusal.
   *
   * @param status the HTTP status that says so
   */
  RefusedException(int status, String message) {
    super(message);
    this.status = status;
  }

  int status() {
    return status;
  }
}
