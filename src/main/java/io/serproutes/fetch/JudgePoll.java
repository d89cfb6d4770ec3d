package io.serproutes.fetch;

import io.serproutes.FatalErrors;
import io.serproutes.Secrets;
import io.serproutes.fetch.StatusCodes.Meaning;
import io.serproutes.fetch.Verdict.Kind;

/**
 * Decides what the answer to a {@link Poll} means: HTTP status first, then the {@code status_code}.
 * Stateless.
 *
 * <p>What speaks of the address, such as HTTP 3xx and 404, is about the path of the list alone,
 * which may be wrong while that of the tasks is right: such an answer neither opens the circuit nor
 * closes it.
 */
public final class JudgePoll {

  private final TaskGetClient client;
  private final Secrets secrets;

  /** A judge that quotes no secret; {@code client} knows which calls took too long. */
  public JudgePoll(TaskGetClient client, Secrets secrets) {
    this.client = client;
    this.secrets = secrets;
  }

  /**
   * Judges an answer.
   *
   * @param code the {@code status_code} in its body, or null
   * @param message the {@code status_message} that goes with it, or null
   * @param broken why its body could not be read to its end, or null
   * @param retryAfter the value of the header {@code Retry-After}, or null
   */
  public void answered(
      Poll poll, int httpStatus, Integer code, String message, String broken, String retryAfter) {
    boolean isRefused = httpStatus / 100 != 2 || code != null && code != StatusCodes.OK;
    String unreadable = client.isLate() ? client.late() : broken;
    if (unreadable == null && code == null) {
      unreadable = "the list has no status_code";
    }
    Meaning meaning =
        isRefused
            ? meaning(httpStatus, code)
            : new Meaning(unreadable == null ? Kind.DELIVER : Kind.TRANSIENT, Reason.UNREADABLE);
    String words = quote(isRefused ? message : unreadable);
    poll.judged(meaning.verdict(code, words, httpStatus, retryAfter));
  }

  private static Meaning meaning(int httpStatus, Integer code) {
    Meaning meaning = JudgeList.meaning(httpStatus, code);
    return meaning.refusal() == Refusal.ADDRESS
        ? new Meaning(Kind.PERMANENT, Reason.WRONG_ENDPOINT)
        : meaning;
  }

  /** Judges a poll that brought no answer; not one that was aborted as the program stops. */
  public void noAnswer(Poll poll, Exception failure) {
    FatalErrors.report(failure);
    if (client.isStopped()) {
      return;
    }
    String words = quote(client.isLate() ? client.late() : NoAnswer.inWords(failure));
    Meaning meaning = new Meaning(Kind.TRANSIENT, Reason.RETRIES_EXHAUSTED);
    poll.judged(meaning.verdict(null, words, null, null));
  }

  private String quote(String words) {
    return words == null ? null : secrets.quote(words);
  }
}
