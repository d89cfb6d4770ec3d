package io.serproutes.fetch;

import com.fasterxml.jackson.annotation.JsonValue;
import java.util.Arrays;
import java.util.Locale;

/** Why an id ended as a dead letter; {@link #toString} is the word users script against. */
public enum Reason {
  INVALID_ID("correct it and give it again"),
  NOT_FOUND("check that it was posted with this account and at this host"),
  EXPIRED("post the task again"),
  WRONG_ENDPOINT("check serp.api.path and the login"),
  TASK_FAILED("post the task again"),
  NOT_READY("replay it later, or post the task again"),
  RETRIES_EXHAUSTED("replay it when the cause is gone"),
  UNREADABLE("replay it; if it stays so, ask the vendor"),
  TOO_LARGE("take the items from oversized/, or raise serp.kafka.max-item-bytes"),
  REJECTED("see what the code means");

  private final String advice;

  Reason(String advice) {
    this.advice = advice;
  }

  /** The reason with this word; null where there is none. */
  public static Reason find(String word) {
    return Arrays.stream(values())
        .filter(reason -> reason.toString().equals(word))
        .findFirst()
        .orElse(null);
  }

  /** Whether asking for the id again, with nothing else changed than time or a key, may help. */
  public boolean mayAskAgain() {
    return switch (this) {
      case NOT_FOUND, WRONG_ENDPOINT, NOT_READY, RETRIES_EXHAUSTED, UNREADABLE, REJECTED -> true;
      case INVALID_ID, EXPIRED, TASK_FAILED, TOO_LARGE -> false;
    };
  }

  /** What a person can do, in a few words. */
  public String advice() {
    return advice;
  }

  @JsonValue
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
