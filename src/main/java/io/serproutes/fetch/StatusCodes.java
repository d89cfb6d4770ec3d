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
 * What the vendor's {@code status_code}s and HTTP statuses mean for somebody who reads results: the
 * only place in the product that knows them.
 *
 * <p>Codes and meanings: docs.dataforseo.com/v3/appendix/errors; 40106 and the levels at which
 * codes stand were seen in production. A code that is not listed is judged by its family.
 */
final class StatusCodes {

  static final int OK = 20000;
  private static final int NO_RESULTS = 40102;
  private static final int PARTIAL = 40106;

  /** What a code means; reason is set where the kind is PERMANENT. */
  record Meaning(Kind kind, Reason reason) {
    private Meaning(Kind kind) {
      this(kind, null);
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
          code(40209, THROTTLED), // Too many simultaneous calls
          code(40100, ACCOUNT), // Not authorised
          code(40104, ACCOUNT), // Account not verified
          code(40200, ACCOUNT), // Payment required
          code(40201, ACCOUNT), // Account paused
          code(40203, ACCOUNT), // Cost limit exceeded
          code(40204, ACCOUNT), // Subscription needed
          code(40207, ACCOUNT), // Address not whitelisted
          code(40210, ACCOUNT), // Insufficient funds
          code(40400, ACCOUNT), // Not found: our host or path is wrong
          code(40402, ACCOUNT), // Invalid path
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
   * The meaning of an HTTP status that is no success. 404 is judged by its body first: see {@link
   * Judge}.
   */
  static Meaning ofHttp(int status) {
    if (status >= 500) {
      return new Meaning(TRANSIENT, Reason.RETRIES_EXHAUSTED);
    }
    return switch (status) {
      case 429 -> new Meaning(THROTTLED);
      case 401, 402, 403, 404, 407 -> new Meaning(ACCOUNT);
      default -> status / 100 == 3 ? new Meaning(ACCOUNT) : new Meaning(PERMANENT, Reason.REJECTED);
    };
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
