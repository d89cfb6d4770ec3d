package io.serproutes.fetch;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Locale;

/** Why an id ended as a dead letter; {@link #toString} is the word users script against. */
public enum Reason {
  INVALID_ID,
  NOT_FOUND,
  EXPIRED,
  WRONG_ENDPOINT,
  TASK_FAILED,
  NOT_READY,
  RETRIES_EXHAUSTED,
  UNREADABLE,
  TOO_LARGE,
  REJECTED;

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
