package io.serproutes.feed;

import io.serproutes.Count;
import io.serproutes.Failures;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.Gate;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Says that the ids of a page could not be kept, each time that this fails. In a run once it also
 * opens the circuit, for which such a run waits no longer than {@code serp.once.wait-circuit}.
 */
public final class SayNotKept implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");

  private final boolean once;
  private final Gate gate;

  /** Opens the circuit of this gate. */
  public SayNotKept(Settings settings, Gate gate) {
    once = settings.get(Keys.ONCE);
    this.gate = gate;
  }

  @Override
  public void process(Exchange exchange) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    String why = Failures.inWords(failure);
    int ids = exchange.getMessage().getBody(List.class).size();
    LOG.warn(
        "{} of the list of finished tasks cannot be kept; this is tried again before the next poll:"
            + " {}",
        Count.of(ids, "id"),
        why);
    LOG.debug("ids cannot be kept", failure);
    if (once) {
      gate.cannotDeliver(
          "ids of the list of finished tasks cannot be kept: " + why,
          "Make the inbox or the topic of ids writable");
    }
  }
}
