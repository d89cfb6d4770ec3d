package io.serproutes.feed;

import io.serproutes.Count;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.Processor;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Says that the ids of a page could not be kept, each time that this fails. */
public final class SayNotKept implements Processor {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-tasks-ready");

  @Override
  public void process(Exchange exchange) {
    Exception failure = exchange.getProperty(Exchange.EXCEPTION_CAUGHT, Exception.class);
    List<?> ids = exchange.getMessage().getBody(List.class);
    LOG.warn(
        "{} of the list of finished tasks cannot be kept, which is tried again before the next"
            + " poll: {}",
        ids == null ? "ids" : Count.of(ids.size(), "id"),
        failure.getMessage() == null ? failure.toString() : failure.getMessage());
    LOG.debug("ids cannot be kept", failure);
  }
}
