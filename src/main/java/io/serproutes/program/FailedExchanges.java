package io.serproutes.program;

import io.serproutes.FatalErrors;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.spi.CamelEvent;
import org.apache.camel.spi.CamelEvent.ExchangeEvent;
import org.apache.camel.support.SimpleEventNotifierSupport;

/**
 * Reports the errors that Camel keeps as exceptions of exchanges, where an error handler would try
 * again or give an id up for a lack of memory that is none of its fault.
 *
 * <p>Hears of failed exchanges only; for any other Camel makes no event.
 */
final class FailedExchanges extends SimpleEventNotifierSupport {

  FailedExchanges() {
    setIgnoreCamelContextEvents(true);
    setIgnoreCamelContextInitEvents(true);
    setIgnoreRouteEvents(true);
    setIgnoreServiceEvents(true);
    setIgnoreExchangeEvents(false);
    setIgnoreExchangeFailedEvents(false);
    setIgnoreExchangeRedeliveryEvents(false);
  }

  @Override
  public void notify(CamelEvent event) {
    if (event instanceof ExchangeEvent of) {
      Exchange exchange = of.getExchange();
      FatalErrors.report(exchange.getException());
      FatalErrors.report(
          exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, Throwable.class));
    }
  }
}
