package io.serproutes.fetch;

import io.serproutes.FatalErrors;
import io.serproutes.Keys;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A failure that no stage knows. As a processor it is counted and logged; as a predicate it says
 * whether the failed step is tried again, which happens as often as for a call, but not once the id
 * has ended: the step may be one that ends it.
 *
 * <p>The verdict on the answer stands meanwhile: what succeeds then is an outcome like any other.
 */
public final class UnexpectedFailure implements Processor, Predicate {

  private static final Logger LOG = LoggerFactory.getLogger("serp-work-task");

  private final Secrets secrets;
  private final int maxAttempts;

  /** The limit of {@code serp.retry.max-attempts}; quotes no secret. */
  public UnexpectedFailure(Settings settings, Secrets secrets) {
    this.secrets = secrets;
    maxAttempts = settings.get(Keys.MAX_ATTEMPTS);
  }

  @Override
  public void process(Exchange exchange) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    FatalErrors.report(failure);
    Task task = Task.of(exchange);
    task.tries().failed();
    LOG.warn(
        "{}: unexpected failure: {}; {}",
        task,
        inWords(failure),
        task.isEnded()
            ? "the id has ended before, and its outcome stands"
            : matches(exchange) ? "the step is tried again" : "the id is given up");
    LOG.debug("unexpected failure", failure);
  }

  @Override
  public boolean matches(Exchange exchange) {
    Task task = Task.of(exchange);
    return !task.isEnded() && task.tries().failures() < maxAttempts;
  }

  /** Gives a task up whose tries a failure has used up. One that was given up keeps its reason. */
  void giveUp(Task task, Exception failure) {
    task.giveUp(Reason.RETRIES_EXHAUSTED, inWords(failure));
  }

  private String inWords(Throwable failure) {
    Throwable first = failure;
    while (first.getCause() != null) {
      first = first.getCause();
    }
    return secrets.quote(first.toString());
  }
}
