package io.serproutes.fetch;

import java.util.Map;
import java.util.Set;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangePattern;
import org.apache.camel.ExchangePropertyKey;
import org.apache.camel.Message;
import org.apache.camel.util.CaseInsensitiveMap;

/**
 * What an exchange holds when it enters the core, laid aside until it leaves: none of the headers
 * reaches the API or an output, and a host's route goes on with all of them.
 *
 * @param body an id, or the delivery that brings it; the text of what can be read only once
 * @param failure what the host is handling, or null
 * @param charset what the host converts bytes to text with, or null for UTF-8
 * @param variables the names of the variables that are not the core's
 * @param pattern whether the host wants an answer; our routes are sent one way, since with pooled
 *     exchanges Camel 4.18.0 shows no part of a split where one is wanted
 */
record HostMessage(
    Object body,
    Map<String, Object> headers,
    Object failure,
    Object charset,
    Set<String> variables,
    ExchangePattern pattern) {

  private static final String OURS = "serp";

  /** Takes the message's headers out and notes the rest. */
  static HostMessage layAside(Exchange exchange) {
    Message message = exchange.getMessage();
    HostMessage host =
        new HostMessage(
            message.getBody(),
            message.getHeaders(),
            exchange.getProperty(ExchangePropertyKey.EXCEPTION_CAUGHT),
            exchange.removeProperty(ExchangePropertyKey.CHARSET_NAME),
            exchange.hasVariables() ? Set.copyOf(exchange.getVariables().keySet()) : Set.of(),
            exchange.getPattern());
    exchange.setPattern(ExchangePattern.InOnly);
    message.setHeaders(new CaseInsensitiveMap());
    return host;
  }

  /** Gives the headers back and removes the variables {@code serp…} that have been set since. */
  void giveBack(Exchange exchange) {
    exchange.getMessage().setHeaders(headers);
    exchange.setPattern(pattern);
    exchange.setProperty(ExchangePropertyKey.CHARSET_NAME, charset);
    for (String name : Set.copyOf(exchange.getVariables().keySet())) {
      if (name.startsWith(OURS) && !variables.contains(name)) {
        exchange.removeVariable(name);
      }
    }
    forgetFailures(exchange);
  }

  // a failure that our routes handled would end the host's route, and one that they tell of would
  // not be tried again by the host's error handler
  private void forgetFailures(Exchange exchange) {
    exchange.getExchangeExtension().setErrorHandlerHandled(null);
    exchange.getExchangeExtension().setRedeliveryExhausted(false);
    exchange.getExchangeExtension().setFailureHandled(false);
    exchange.setProperty(ExchangePropertyKey.EXCEPTION_CAUGHT, failure);
  }
}
