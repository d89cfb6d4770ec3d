package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.FatalErrors;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Exchange;
import org.apache.camel.RuntimeCamelException;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What is reported, by itself and by Camel's events of failed exchanges. */
class FatalErrorsTest {

  private static final Error NO_MEMORY = new OutOfMemoryError("of a test");

  private final List<Throwable> reported = new ArrayList<>();

  @BeforeEach
  void listen() {
    Thread.currentThread().setUncaughtExceptionHandler((thread, error) -> reported.add(error));
  }

  @AfterEach
  void forget() {
    Thread.currentThread().setUncaughtExceptionHandler(null);
  }

  @Test
  void anErrorOfTheVirtualMachineHoweverDeepItIsWrapped() {
    FatalErrors.report(new IllegalStateException(new RuntimeCamelException(NO_MEMORY)));
    assertThat(reported).containsExactly(NO_MEMORY);
  }

  @Test
  void nothingElse() {
    Exception circle = new IllegalStateException();
    circle.initCause(new IllegalStateException(circle));
    FatalErrors.report(circle);
    FatalErrors.report(new StackOverflowError());
    FatalErrors.report(new RuntimeException(new AssertionError()));
    FatalErrors.report(null);
    assertThat(reported).isEmpty();
  }

  private void send(String endpoint) throws Exception {
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      context.getManagementStrategy().addEventNotifier(new FailedExchanges());
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("direct:works").setBody(constant("x"));
              from("direct:fails").throwException(new IllegalStateException());
              from("direct:ends").process(FatalErrorsTest::fail);
              from("direct:caught")
                  .doTry()
                  .process(FatalErrorsTest::fail)
                  .doCatch(Exception.class)
                  .end();
              from("direct:again").errorHandler(noErrorHandler()).process(FatalErrorsTest::fail);
              from("direct:tried-again")
                  .onException(Exception.class)
                  .maximumRedeliveries(1)
                  .redeliveryDelay(0)
                  .handled(true)
                  .end()
                  .to("direct:again");
            }
          });
      context.start();
      context.createFluentProducerTemplate().to(endpoint).withBody("").send();
    }
  }

  // as Camel does with what a bean throws
  private static void fail(Exchange exchange) {
    exchange.setException(NO_MEMORY);
  }

  @Test
  void ofExchangesThatFailAreCaughtOrTriedAgain() throws Exception {
    for (String endpoint : List.of("direct:ends", "direct:caught", "direct:tried-again")) {
      reported.clear();
      send(endpoint);
      assertThat(reported).as(endpoint).isNotEmpty().containsOnly(NO_MEMORY);
    }
  }

  @Test
  void notOfOtherExchanges() throws Exception {
    send("direct:works");
    send("direct:fails");
    assertThat(reported).isEmpty();
  }

  @Test
  void noEventIsMadeOfAnExchangeThatWorks() {
    FailedExchanges notifier = new FailedExchanges();
    assertThat(notifier.isIgnoreExchangeCreatedEvent()).isTrue();
    assertThat(notifier.isIgnoreExchangeCompletedEvent()).isTrue();
    assertThat(notifier.isIgnoreExchangeSendingEvents()).isTrue();
    assertThat(notifier.isIgnoreExchangeSentEvents()).isTrue();
    assertThat(notifier.isIgnoreStepEvents()).isTrue();
  }
}
