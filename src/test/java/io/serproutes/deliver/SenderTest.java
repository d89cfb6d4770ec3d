package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.RejectedExecutionException;
import org.apache.camel.CamelExecutionException;
import org.apache.camel.Endpoint;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class SenderTest {

  /** Camel's cache of producers sends nothing then, and takes that for a success. */
  @Test
  void whatIsGivenToOneThatHasBeenStoppedIsNotSent() throws Exception {
    List<Throwable> failures = new ArrayList<>();
    List<Object> received = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      RouteBuilder.addRoutes(
          context,
          routes ->
              routes.from("direct:receiver").process(e -> received.add(e.getMessage().getBody())));
      context.start();
      Sender sender = new Sender(context, this);
      sender.start();
      Endpoint to = context.getEndpoint("direct:receiver");
      sender.send(with(context, "first"), to, failures::add, done -> {});
      context.stop();
      sender.send(with(context, "second"), to, failures::add, done -> {});
    }
    assertThat(received).containsExactly("first");
    assertThat(failures.get(0)).isNull();
    assertThat(failures.get(1)).isInstanceOf(RejectedExecutionException.class);
  }

  @Test
  void theErrorOfAStepIsToldAndNotWhatCamelWrapsItIn() throws Exception {
    AssertionError error = new AssertionError("of a test");
    List<Throwable> failures = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      RouteBuilder.addRoutes(
          context,
          routes -> {
            routes.from("direct:receiver").process(e -> e.setException(error));
            routes
                .from("direct:empty")
                .process(e -> e.setException(new CamelExecutionException("its own", e)));
          });
      context.start();
      Sender sender = new Sender(context, this);
      sender.start();
      for (String to : List.of("direct:receiver", "direct:empty")) {
        sender.send(with(context, "x"), context.getEndpoint(to), failures::add, done -> {});
      }
    }
    assertThat(failures.get(0)).isSameAs(error);
    assertThat(failures.get(1)).isInstanceOf(CamelExecutionException.class);
  }

  @Test
  void anEndpointThatCannotBeUsedIsAFailure() throws Exception {
    List<Throwable> failures = new ArrayList<>();
    List<Boolean> done = new ArrayList<>();
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Endpoint to =
          new FakeEndpoint(
              context,
              "fake:x",
              "http",
              (exchange, callback) -> {
                throw new IllegalStateException("of a test");
              });
      context.start();
      Sender sender = new Sender(context, this);
      sender.start();
      assertThat(sender.send(with(context, "x"), to, failures::add, done::add)).isTrue();
    }
    assertThat(failures).singleElement().isInstanceOf(IllegalStateException.class);
    assertThat(done).containsExactly(true);
  }

  private static DefaultExchange with(DefaultCamelContext context, String body) {
    DefaultExchange exchange = new DefaultExchange(context);
    exchange.getMessage().setBody(body);
    return exchange;
  }
}
