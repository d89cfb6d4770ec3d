package io.serproutes.feed.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LogLines;
import io.serproutes.Secrets;
import io.serproutes.Settings;
import io.serproutes.feed.FedMemory;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.TestTasks;
import io.serproutes.ids.Intake;
import io.serproutes.observe.Tally;
import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import org.apache.camel.builder.RouteBuilder;
import org.apache.camel.impl.DefaultCamelContext;
import org.apache.camel.impl.engine.PooledExchangeFactory;
import org.junit.jupiter.api.Test;

/** Calls that run a route of the test. */
class SignalConsumerTest {

  private static final String TOKEN = "Wq3-kV9_tR7.pZ1~mB5xJ2";
  private static final String PING = "/pingback?token=" + TOKEN + "&id=" + TestTasks.id(1);

  private final AtomicBoolean isFull = new AtomicBoolean();

  private SignalComponent component(DefaultCamelContext context) {
    Settings settings =
        new Settings(Map.of("serp.webhooks.port", "0", "serp.webhooks.token", TOKEN)::get);
    Secrets secrets = new Secrets(settings);
    context.getRegistry().bind("fed", new FedMemory(settings, new Tally(secrets)));
    SignalComponent component = new SignalComponent();
    component.setSettings(settings);
    component.setSecrets(secrets);
    component.setCounts(new SignalCounts());
    component.setPostbacks(
        new Postbacks(settings, new Intake(), new BeginTask(), TestTasks.judgePosted(settings)));
    return component;
  }

  /** A pooled exchange knows nothing of its failure once it is given back. */
  @Test
  void anIdThatIsNotKeptIsAnsweredWith503AlsoWhereExchangesArePooled() throws Exception {
    try (LogLines log = LogLines.of("serp-ids-from-webhooks");
        DefaultCamelContext context = new DefaultCamelContext()) {
      context.getCamelContextExtension().setExchangeFactory(new PooledExchangeFactory());
      context.addComponent("serp-webhooks", component(context));
      context.addRoutes(
          new RouteBuilder() {
            @Override
            public void configure() {
              from("serp-webhooks:signals")
                  .process(
                      exchange -> {
                        if (isFull.get()) {
                          fed(context).keeping(List.of(TestTasks.id(1)));
                          throw new IOException("No space left on device");
                        }
                      });
            }
          });
      context.start();
      String port = log.lines().get(0).replaceAll(".*:(\\d+);.*", "$1");
      assertThat(RawCall.status(Integer.parseInt(port), "GET", PING)).isEqualTo(200);
      isFull.set(true);
      assertThat(RawCall.status(Integer.parseInt(port), "GET", PING)).isEqualTo(503);
      fed(context).signalsKept();
      assertThat(fed(context).isSettled(TestTasks.id(1))).as("the list feeds it").isFalse();
    }
  }

  private static FedMemory fed(DefaultCamelContext context) {
    return context.getRegistry().findSingleByType(FedMemory.class);
  }
}
