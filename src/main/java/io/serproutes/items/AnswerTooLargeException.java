package io.serproutes.items;

import java.io.IOException;

/** An answer went on beyond {@code serp.api.max-response-size}. */
public final class AnswerTooLargeException extends IOException {

  AnswerTooLargeException(long maxBytes) {
    super("the answer is larger than serp.api.max-response-size (" + maxBytes + " bytes)");
  }
}
