package io.serproutes.fetch;

/**
 * What one answer means, decided once.
 *
 * @param kind what happens next
 * @param reason why the id is given up: set for {@link Kind#PERMANENT}, and for {@link
 *     Kind#TRANSIENT} and {@link Kind#NOT_READY} what it is given up for when its tries are used
 *     up; else null
 * @param statusCode the vendor's code that decided, or null where none did
 * @param statusMessage the vendor's or our own words for it, made safe for a log, or null
 * @param httpStatus the HTTP status, or null where there was no answer
 * @param retryAfter nanoseconds that a throttling answer asks to wait, at most 5 minutes, or -1
 */
public record Verdict(
    Kind kind,
    Reason reason,
    Integer statusCode,
    String statusMessage,
    Integer httpStatus,
    long retryAfter) {

  /** The six classes of answers. */
  public enum Kind {
    /** There is a result, maybe an empty or partial one: split it, deliver it. */
    DELIVER,
    /** The task is not finished: park the id and ask again when it is due. */
    NOT_READY,
    /** May go well next time: ask again after a back-off, a bounded number of times. */
    TRANSIENT,
    /** Too many calls: every caller pauses; costs the id no attempt. */
    THROTTLED,
    /** Something is wrong with the account or the address, not with this id: open the circuit. */
    ACCOUNT,
    /** Asking again cannot help: dead letter. */
    PERMANENT
  }

  /** The same finding, given up for good. */
  public Verdict givenUp(Reason why) {
    return new Verdict(Kind.PERMANENT, why, statusCode, statusMessage, httpStatus, -1);
  }

  /** Whether there is a result to split. */
  public boolean isDeliver() {
    return kind == Kind.DELIVER;
  }

  /** What routes branch on: {@code deliver}, {@code not-ready}, else {@code given-up}. */
  String inShort() {
    return switch (kind) {
      case DELIVER -> "deliver";
      case NOT_READY -> "not-ready";
      default -> "given-up";
    };
  }

  /** The codes that decided: {@code HTTP 402, 40200}. */
  String codes() {
    StringBuilder codes = new StringBuilder();
    if (httpStatus != null && httpStatus != 200) {
      codes.append("HTTP ").append(httpStatus);
    }
    if (statusCode != null) {
      codes.append(codes.isEmpty() ? "" : ", ").append(statusCode);
    }
    return codes.toString();
  }

  /** The finding in words: {@code HTTP 402, 40200 Payment Required}. */
  public String inWords() {
    StringBuilder words = new StringBuilder(codes());
    if (statusMessage != null && !statusMessage.isBlank()) {
      words.append(words.isEmpty() ? "" : " ").append(statusMessage.replaceFirst("\\.$", ""));
    }
    return words.isEmpty() ? "no answer" : words.toString();
  }
}
