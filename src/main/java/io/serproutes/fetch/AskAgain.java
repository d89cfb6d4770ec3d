package io.serproutes.fetch;

import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.ExchangeException;
import org.apache.camel.Variable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Decides whether the work on a task goes on or its call is made again.
 *
 * <p>An exception means again, and says after what; a return means that the verdict stands. An id
 * whose tries are used up is given up with its reason.
 */
public final class AskAgain {

  private static final int MOST_REFUSALS = 3;
  private static final int MOST_THROTTLES = 20;

  private static final Logger LOG = LoggerFactory.getLogger("serp-work-task");

  private final Secrets secrets;
  private final int maxAttempts;
  private final Duration deadline;

  /** The limits of {@code serp.retry.max-attempts} and {@code serp.not-ready.deadline}. */
  public AskAgain(Settings settings, Secrets secrets) {
    this.secrets = secrets;
    maxAttempts = settings.get(Keys.MAX_ATTEMPTS);
    deadline = settings.get(Keys.NOT_READY_DEADLINE);
  }

  /**
   * Lets a verdict stand or has the call made again.
   *
   * @return the verdict that stands: {@code deliver}, {@code not-ready} or {@code given-up}; {@code
   *     given-back} for an id that is not ready and whose recipient does not wait
   * @throws TransientFailureException after a back-off
   * @throws ThrottledException when the gate lets it in again
   * @throws CircuitOpenException when the circuit closes
   */
  public String decide(@Variable(Task.VARIABLE) Task task)
      throws TransientFailureException, ThrottledException, CircuitOpenException {
    Verdict verdict = task.getVerdict();
    switch (verdict.kind()) {
      case TRANSIENT -> {
        if (task.tries().failures() < maxAttempts) {
          throw new TransientFailureException(verdict);
        }
        task.decide(verdict.givenUp(verdict.reason()));
      }
      case THROTTLED -> {
        if (task.tries().throttles() < MOST_THROTTLES) {
          throw new ThrottledException(verdict);
        }
        task.decide(verdict.givenUp(Reason.REJECTED));
      }
      case ACCOUNT -> {
        if (task.tries().refusals() < MOST_REFUSALS) {
          throw new CircuitOpenException("account refused: " + verdict.inWords());
        }
        task.decide(verdict.givenUp(Reason.REJECTED));
      }
      case NOT_READY -> {
        if (!task.isParkable()) {
          return "given-back";
        }
        if (!Instant.now().isBefore(task.getFirstAskedAt().plus(deadline))) {
          task.decide(verdict.givenUp(Reason.NOT_READY));
        }
      }
      default -> {}
    }
    return task.getVerdict().inShort();
  }

  /**
   * Decides on a failure that none of the stages knows. The verdict on the answer stands while the
   * failed step is tried again: what succeeds then is an outcome like any other.
   *
   * @return whether the failed step is tried again; if not, the task is given up
   */
  public boolean unforeseen(
      @Variable(Task.VARIABLE) Task task, @ExchangeException Exception failure) {
    FatalErrors.report(failure);
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    String words = secrets.quote(first.toString());
    boolean again = task.tries().failed() < maxAttempts;
    if (!again) {
      giveUp(task, words);
    }
    LOG.warn(
        "{} failed unforeseen: {}; {}",
        task,
        words,
        again ? "tried again after a back-off" : "given up");
    LOG.debug("unforeseen failure", failure);
    return again;
  }

  // an id that was given up before, and whose dead letter is what fails, keeps its reason
  private static void giveUp(Task task, String words) {
    Verdict last = task.getVerdict();
    Integer code = last == null ? null : last.statusCode();
    Integer status = last == null ? null : last.httpStatus();
    if (last == null || last.kind() != Verdict.Kind.PERMANENT) {
      task.decide(
          new Verdict(Verdict.Kind.PERMANENT, Reason.RETRIES_EXHAUSTED, code, words, status, -1));
    }
  }
}
