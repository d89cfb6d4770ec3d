package io.serproutes.deliver;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.serproutes.IllegalSettingException;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Task;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import java.time.Instant;
import org.apache.camel.Exchange;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.support.DefaultExchange;
import org.junit.jupiter.api.Test;

class RecipientsTest {

  /** A sink; equal to another one with the same name and endpoint. */
  private record Sink(String getName, String uri) implements Recipient {

    @Override
    public String endpoint(String kind) {
      return uri;
    }
  }

  private static final Sink SHOP = new Sink("shop", "direct:shop");

  private final Recipients recipients = new Recipients();

  /** A task that was parked with the name of its sink, as after a restart. */
  private static Task parkedFor(String name) {
    Delivery.History history = new Delivery.History(Instant.EPOCH, 1, 1, null, name);
    return TestTasks.of(
        new Delivery(TestTasks.id(1).value(), Source.named("test"), history, ended -> {}));
  }

  @Test
  void aParkedIdFindsItsRecipientByName() {
    recipients.add(SHOP);
    recipients.add(new Sink("other", "direct:other"));
    assertThat(recipients.of(parkedFor("shop"))).isSameAs(SHOP);
    assertThat(recipients.of(parkedFor("gone"))).isNull();
    assertThat(recipients.of(parkedFor(null))).isNull();
  }

  @Test
  void aTaskThatHasItsRecipientNeedsNoName() throws Exception {
    Sink own = new Sink(null, "direct:own");
    try (DefaultCamelContext context = new DefaultCamelContext()) {
      Exchange exchange = new DefaultExchange(context);
      exchange.setVariable(Recipient.VARIABLE, own);
      exchange.getMessage().setBody(TestTasks.id(1).value());
      new BeginTask().process(exchange, doneSync -> {});
      assertThat(recipients.of(Task.of(exchange))).isSameAs(own);
    }
  }

  /** Two routes may send to the same sink: it is known until both are gone. */
  @Test
  void anEqualOneMayBeAddedAndEachIsRemovedOnce() {
    recipients.add(SHOP);
    recipients.add(new Sink("shop", "direct:shop"));
    recipients.remove(SHOP);
    assertThat(recipients.of(parkedFor("shop"))).isEqualTo(SHOP);
    recipients.remove(SHOP);
    assertThat(recipients.of(parkedFor("shop"))).isNull();
    recipients.remove(SHOP);
    recipients.add(new Sink("shop", "direct:elsewhere"));
    assertThat(recipients.of(parkedFor("shop")).endpoint("organic")).isEqualTo("direct:elsewhere");
  }

  @Test
  void anotherOneOfTheSameNameIsRefused() {
    recipients.add(SHOP);
    assertThatExceptionOfType(IllegalSettingException.class)
        .isThrownBy(() -> recipients.add(new Sink("shop", "direct:elsewhere")))
        .withMessageContaining("the name shop;");
    assertThat(recipients.of(parkedFor("shop"))).isSameAs(SHOP);
  }
}
