package io.serproutes;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * A step of somebody's route that throws an error: one of those that Camel takes for a failure of
 * the route, or another.
 */
public final class BrokenStep implements Processor {

  private boolean isLinkageError;

  public void setLinkageError(boolean isLinkageError) {
    this.isLinkageError = isLinkageError;
  }

  @Override
  public void process(Exchange exchange) {
    throw isLinkageError
        ? new NoClassDefFoundError("com/example/Missing")
        : new AssertionError("planned by the test");
  }
}
