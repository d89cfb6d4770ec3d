package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.ExchangeExtension;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class HostMessageTest {

  @AutoClose private final DefaultCamelContext context = new DefaultCamelContext();
  private final Exchange exchange = new DefaultExchange(context);

  @BeforeEach
  void start() {
    context.start();
    exchange.getMessage().setBody("an id");
  }

  @Test
  void noneOfItsHeadersReachesTheCoreAndAllComeBack() {
    exchange.getMessage().setHeader("Order", 42);
    exchange.getMessage().setHeader("serp.tag", "t");
    HostMessage host = HostMessage.layAside(exchange);
    assertThat(host.body()).isEqualTo("an id");
    assertThat(exchange.getMessage().getHeaders()).isEmpty();
    exchange.getMessage().setHeader("CamelHttpPath", "/x");
    host.giveBack(exchange);
    assertThat(exchange.getMessage().getHeaders())
        .containsExactlyInAnyOrderEntriesOf(Map.of("Order", 42, "serp.tag", "t"));
  }

  @Test
  void headersIgnoreCaseInTheCore() {
    HostMessage.layAside(exchange);
    exchange.getMessage().setHeader("retry-after", "7");
    assertThat(exchange.getMessage().getHeader("Retry-After")).isEqualTo("7");
  }

  @Test
  void onlyTheCoresVariablesGo() {
    exchange.setVariable("serpMine", "the host's");
    exchange.setVariable("order", 42);
    HostMessage host = HostMessage.layAside(exchange);
    exchange.setVariable("serpTaskId", "x");
    exchange.setVariable("serpVerdict", "deliver");
    exchange.setVariable("later", "set by a step that the host put between");
    host.giveBack(exchange);
    assertThat(exchange.getVariables()).containsOnlyKeys("serpMine", "order", "later");
  }

  @Test
  void whereTheHostHasNoVariableNoneStays() {
    HostMessage host = HostMessage.layAside(exchange);
    exchange.setVariable("serpTaskId", "x");
    host.giveBack(exchange);
    assertThat(exchange.getVariables()).isEmpty();
  }

  /** Else the host's route would end here, or its error handler would not try again. */
  @Test
  void whatTheCoreHandledIsNotTakenForTheHostsFailure() {
    HostMessage host = HostMessage.layAside(exchange);
    ExchangeExtension state = exchange.getExchangeExtension();
    state.setErrorHandlerHandled(true);
    state.setRedeliveryExhausted(true);
    state.setFailureHandled(true);
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new IllegalStateException("the core's"));
    host.giveBack(exchange);
    assertThat(state.isErrorHandlerHandledSet()).isFalse();
    assertThat(state.isRedeliveryExhausted()).isFalse();
    assertThat(state.isFailureHandled()).isFalse();
    assertThat(exchange.getProperty(Exchange.EXCEPTION_CAUGHT)).isNull();
  }

  @Test
  void whatTheHostIsHandlingComesBack() {
    Exception ofHost = new IllegalStateException("the host's");
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, ofHost);
    HostMessage host = HostMessage.layAside(exchange);
    exchange.setProperty(Exchange.EXCEPTION_CAUGHT, new IllegalStateException("the core's"));
    host.giveBack(exchange);
    assertThat(exchange.getProperty(Exchange.EXCEPTION_CAUGHT)).isSameAs(ofHost);
  }
}
