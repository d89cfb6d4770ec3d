package io.serproutes.fetch;

import org.apache.camel.Exchange;
import org.apache.camel.Processor;

/**
 * Does nothing when a failure occurs. Where a step fails again in another way, Camel goes on with
 * what the policy of the failure before had it do, unless that of the new one names something.
 */
public final class NothingMore implements Processor {

  @Override
  public void process(Exchange exchange) {}
}
