package io.serproutes.deliver;

import io.serproutes.fetch.Task;
import org.apache.camel.Exchange;
import org.apache.camel.Predicate;

/** Whether an item of the task is too large for a record; for {@code ref} in a route. */
public final class HasOversized implements Predicate {

  @Override
  public boolean matches(Exchange exchange) {
    return Task.of(exchange).getOversized() > 0;
  }
}
