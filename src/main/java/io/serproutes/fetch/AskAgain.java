package io.serproutes.fetch;

import io.serproutes.Keys;
import io.serproutes.Settings;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.component.http.HttpProducer;
import org.apache.camel.spi.UnitOfWork;
import org.apache.camel.support.DefaultExchange;
import org.apache.camel.support.ExpressionAdapter;

/**
 * Decides whether the verdict on a call stands or the call is made again; for {@code ref} in a
 * route. Its value is the verdict that stands, in short; an exception says after what the call is
 * made again. An id whose tries are used up is given up with its reason.
 */
public final class AskAgain extends ExpressionAdapter {

  private static final int MOST_REFUSALS = 3;
  private static final int MOST_THROTTLES = 20;

  private final int maxAttempts;
  private final Duration deadline;

  /** The limits of {@code serp.retry.max-attempts} and {@code serp.not-ready.deadline}. */
  public AskAgain(Settings settings) {
    maxAttempts = settings.get(Keys.MAX_ATTEMPTS);
    deadline = settings.get(Keys.NOT_READY_DEADLINE);
  }

  @Override
  public Object evaluate(Exchange exchange) {
    Task task = Task.of(exchange);
    try {
      return decide(task);
    } catch (TransientFailureException | ThrottledException | CircuitOpenException e) {
      task.forgetAnswer(); // while it waits it costs neither heap nor a file
      if (task.waitsForCircuit()) { // a host's id does not, and its exchange may keep others' too
        forgetResponse(exchange);
      }
      exchange.setException(e);
      return null;
    }
  }

  // Camel's HTTP component keeps request, response and connection until the exchange ends, of each
  // call; the response is closed by now
  private static void forgetResponse(Exchange exchange) {
    UnitOfWork work = exchange.getUnitOfWork();
    if (work != null) {
      work.handoverSynchronization(
          new DefaultExchange(exchange.getContext()),
          made -> made.getClass().getName().startsWith(HttpProducer.class.getName()));
    }
  }

  /**
   * Decides on the verdict of the last call.
   *
   * @return the verdict that stands: {@code deliver}, {@code not-ready} or {@code given-up}; {@code
   *     given-back} for an id that is not ready and whose recipient does not wait
   * @throws TransientFailureException after a back-off
   * @throws ThrottledException when the gate lets it in again
   * @throws CircuitOpenException when the circuit closes
   */
  String decide(Task task)
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
          throw new CircuitOpenException(Halt.refused(verdict).problem());
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
}
