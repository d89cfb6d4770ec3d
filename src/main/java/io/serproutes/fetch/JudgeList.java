package io.serproutes.fetch;

import io.serproutes.fetch.StatusCodes.Meaning;
import io.serproutes.fetch.Verdict.Kind;

/**
 * Decides what the answer to a call for a list means, such as one to {@code id_list}: HTTP status
 * first, then the {@code status_code}.
 */
public final class JudgeList {

  private JudgeList() {}

  /**
   * Judges an answer.
   *
   * @param code the {@code status_code}; null where there is none, which is transient
   * @param message the {@code status_message}, made safe for a log, or null
   * @param retryAfter the value of the header {@code Retry-After}, or null
   */
  public static Verdict judge(int httpStatus, Integer code, String message, String retryAfter) {
    return meaning(httpStatus, code).verdict(code, message, httpStatus, retryAfter);
  }

  static Meaning meaning(int httpStatus, Integer code) {
    if (httpStatus / 100 != 2) {
      return StatusCodes.ofHttp(httpStatus, code);
    }
    return code == null ? new Meaning(Kind.TRANSIENT, Reason.UNREADABLE) : StatusCodes.ofCode(code);
  }

  /** What an account answer says is wrong, and what a person can do about it; one line. */
  public static String refusal(Verdict verdict) {
    Halt halt = Halt.refused(verdict);
    return halt.problem() + ". " + halt.cure();
  }
}
