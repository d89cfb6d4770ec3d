package io.serproutes.fetch;

import static io.serproutes.fetch.Verdict.Kind.ACCOUNT;
import static io.serproutes.fetch.Verdict.Kind.DELIVER;
import static io.serproutes.fetch.Verdict.Kind.NOT_READY;
import static io.serproutes.fetch.Verdict.Kind.PERMANENT;
import static io.serproutes.fetch.Verdict.Kind.THROTTLED;
import static io.serproutes.fetch.Verdict.Kind.TRANSIENT;

import io.serproutes.fetch.Verdict.Kind;
import java.util.Map;
import java.util.regex.Pattern;

/**
 * What the vendor's {@code status_code}s and HTTP statuses mean for a reader of results: the only
 * place in the product that knows them. Readers of other documents, such as saved answers and lists
 * of tasks, know 20000 or 20100, and no other code.
 *
 * <p>Codes and meanings: docs.dataforseo.com/v3/appendix/errors; 40106 and the levels at which
 * codes stand were seen in production. A code that is not listed is judged by its family.
 */
final class StatusCodes {

  static final int OK = 20000;
  private static final int NO_RESULTS = 40102;
  private static final int PARTIAL = 40106;
  private static final int TOO_MANY_AT_ONCE = 40209;

  /** What a code means: reason is set for PERMANENT and TRANSIENT, refusal for ACCOUNT. */
  record Meaning(Kind kind, Reason reason, Refusal refusal) {
    Meaning(Kind kind, Reason reason) {
      this(kind, reason, null);
    }

    private Meaning(Kind kind) {
      this(kind, null, null);
    }

    private Meaning(Refusal refusal) {
      this(ACCOUNT, null, refusal);
    }

    /**
     * The verdict on an answer that means this.
     *
     * @param words what it says, with no secret in it, or null
     * @param retryAfter the value of the header {@code Retry-After}, or null
     */
    Verdict verdict(Integer code, String words, Integer httpStatus, String retryAfter) {
      return new Verdict(kind, reason, code, words, httpStatus, RetryAfter.nanos(retryAfter));
    }
  }

  private static final Map<Integer, Meaning> TASK =
      Map.ofEntries(
          code(OK, DELIVER), // Ok
          code(NO_RESULTS, DELIVER), // No search results
          code(PARTIAL, DELIVER), // Completed with partial results
          code(20100, NOT_READY), // Task created
          code(40601, NOT_READY), // Task handed: received, not yet queued
          code(40602, NOT_READY), // Task in queue
          code(40202, THROTTLED), // Calls per minute exceeded
          code(TOO_MANY_AT_ONCE, THROTTLED), // Too many simultaneous calls
          code(40100, Refusal.LOGIN), // Not authorised
          code(40104, Refusal.NOT_VERIFIED), // Account not verified
          code(40200, Refusal.NO_MONEY), // Payment required
          code(40201, Refusal.PAUSED), // Account paused
          code(40203, Refusal.COST_LIMIT), // Cost limit exceeded
          code(40204, Refusal.NO_SUBSCRIPTION), // Subscription needed
          code(40207, Refusal.IP_ADDRESS), // Address not whitelisted
          code(40210, Refusal.NO_MONEY), // Insufficient funds
          code(40400, Refusal.ADDRESS), // Not found: our host or path is wrong
          code(40402, Refusal.ADDRESS), // Invalid path
          code(40401, Reason.NOT_FOUND), // Task not found
          code(40404, Reason.NOT_FOUND), // No prepared data, sandbox only
          code(40403, Reason.EXPIRED), // Results older than a month
          code(40001, Reason.WRONG_ENDPOINT), // Id of another account
          code(40002, Reason.WRONG_ENDPOINT), // Id of another search engine
          code(40003, Reason.WRONG_ENDPOINT), // Id of another search type
          code(40004, Reason.WRONG_ENDPOINT), // Id of another function
          code(40101, Reason.TASK_FAILED), // Search engine error
          code(40103, Reason.TASK_FAILED), // Task execution failed
          code(50100, Reason.REJECTED), // Not implemented
          code(50402, Reason.REJECTED)); // Target page too slow

  private static final Pattern CODE_ABOUT_THE_ID =
      Pattern.compile("(?<![\\w.-])(40401|40404)(?![\\w-])");

  private StatusCodes() {}

  private static Map.Entry<Integer, Meaning> code(int code, Kind kind) {
    return Map.entry(code, new Meaning(kind));
  }

  private static Map.Entry<Integer, Meaning> code(int code, Refusal refusal) {
    return Map.entry(code, new Meaning(refusal));
  }

  private static Map.Entry<Integer, Meaning> code(int code, Reason reason) {
    return Map.entry(code, new Meaning(PERMANENT, reason));
  }

  /** The meaning of a code at the top or at a task: 5xxxx is transient, the rest permanent. */
  static Meaning ofCode(int code) {
    Meaning listed = TASK.get(code);
    if (listed != null) {
      return listed;
    }
    return code / 10000 == 5
        ? new Meaning(TRANSIENT, Reason.RETRIES_EXHAUSTED)
        : new Meaning(PERMANENT, Reason.REJECTED);
  }

  /**
   * The meaning of an HTTP status that is no success, where the body does not say more: see {@link
   * Judge}.
   *
   * @param code the {@code status_code} of its body, or null. With one, a 4xx that is not listed
   *     speaks of the id, unless the code is about the account or the rate. Without, it may come
   *     from what stands before the API and be that of all ids, so the id is asked for again, and
   *     many of them in a row open the circuit
   */
  static Meaning ofHttp(int status, Integer code) {
    if (status >= 500) {
      return new Meaning(TRANSIENT, Reason.RETRIES_EXHAUSTED);
    }
    return switch (status) {
      case 429 -> new Meaning(THROTTLED);
      case 401 -> new Meaning(Refusal.LOGIN);
      case 402 -> new Meaning(Refusal.NO_MONEY);
      case 403 -> new Meaning(Refusal.FORBIDDEN);
      case 404 -> new Meaning(Refusal.ADDRESS);
      case 407 -> new Meaning(Refusal.PROXY);
      case 408, 425 -> new Meaning(TRANSIENT, Reason.RETRIES_EXHAUSTED);
      default ->
          status / 100 == 3
              ? new Meaning(Refusal.ADDRESS)
              : code == null ? new Meaning(TRANSIENT, Reason.REJECTED) : ofUnlistedHttp(code);
    };
  }

  private static Meaning ofUnlistedHttp(int code) {
    Meaning meaning = ofCode(code);
    boolean isOfAll = meaning.kind() == ACCOUNT || meaning.kind() == THROTTLED;
    return isOfAll ? meaning : new Meaning(PERMANENT, Reason.REJECTED);
  }

  /**
   * What an account answer says is wrong: by its code where that tells, else by its HTTP status.
   */
  static Refusal refusal(Integer code, Integer httpStatus) {
    Refusal byCode = code == null ? null : ofCode(code).refusal;
    Refusal byHttp = httpStatus == null ? null : ofHttp(httpStatus, null).refusal;
    return byCode != null ? byCode : byHttp != null ? byHttp : Refusal.FORBIDDEN;
  }

  /** Whether a throttling answer is about the calls at one time, not those of a minute. */
  static boolean isTooManyAtOnce(Verdict verdict) {
    return verdict.statusCode() != null && verdict.statusCode() == TOO_MANY_AT_ONCE;
  }

  /** How a task with a result ends: {@code delivered}, {@code partial} or {@code empty}. */
  static String outcome(int code, int items) {
    if (code == NO_RESULTS || items == 0) {
      return "empty";
    }
    return code == PARTIAL ? "partial" : "delivered";
  }

  /** Whether a text names a code that speaks of the id, as a number of its own. */
  static boolean namesCodeAboutTheId(String text) {
    return CODE_ABOUT_THE_ID.matcher(text).find();
  }

  /** Whether a 404 with this code in its body speaks of the id and not of our address. */
  static boolean isAboutTheId(int code) {
    return code == 40401 || code == 40404;
  }
}
