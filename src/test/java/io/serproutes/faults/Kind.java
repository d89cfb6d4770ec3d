package io.serproutes.faults;

import java.util.Set;

/** What the API has to say of an id, and how the id may end. */
enum Kind {
  GOOD("delivered"),
  PARTIAL("partial"),
  EMPTY("empty"),
  /** An answer that does not fit into memory. */
  HUGE("delivered"),
  /** One of its items is over {@link Plan#MAX_ITEM_BYTES}. */
  OVERSIZED("delivered"),
  /** Not ready a few times, then good. */
  NOT_READY("delivered"),
  /** Throttled once, then good. */
  THROTTLED("delivered"),
  /** Fails a few times, then good. */
  FLAKY("delivered"),
  UNKNOWN("not-found"),
  NO_SUCH_PAGE("not-found"),
  EXPIRED("expired"),
  FOREIGN("wrong-endpoint"),
  FAILED("task-failed"),
  STRANGE("rejected"),
  /** HTTP 500 for ever. */
  POISON("retries-exhausted"),
  /** An answer that breaks off, for ever. */
  CUT_SHORT("unreadable"),
  /** An answer over {@code serp.api.max-response-size}, for ever. */
  TOO_BIG("unreadable");

  private static final Set<String> RESULTS = Set.of("delivered", "partial", "empty");
  private static final Set<String> GIVEN_UP = Set.of("retries-exhausted", "unreadable");

  private final String outcome;

  Kind(String outcome) {
    this.outcome = outcome;
  }

  /** The outcome of its receipt, or the reason in it. */
  String outcome() {
    return outcome;
  }

  /** Whether it ends with a result. */
  boolean hasResult() {
    return RESULTS.contains(outcome);
  }

  /** Whether no call for it brings an answer that can be used. */
  boolean isPoison() {
    return GIVEN_UP.contains(outcome);
  }

  /** Whether an id that was failed by the API itself may be given up for this. */
  static boolean isGivenUp(String reason) {
    return GIVEN_UP.contains(reason);
  }
}
