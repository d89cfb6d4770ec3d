package io.serproutes.fetch;

import io.serproutes.Settings;
import io.serproutes.ids.Intake;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import org.apache.camel.AsyncCallback;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Exchange;
import org.apache.camel.builder.ThreadPoolProfileBuilder;
import org.apache.camel.spi.ThreadPoolProfile;
import org.apache.camel.support.AsyncProcessorSupport;
import org.apache.camel.support.LifecycleStrategySupport;
import org.apache.camel.util.concurrent.ThreadPoolRejectedPolicy;

/**
 * Waits, without holding a thread, until the gate lets a call in; the route goes on from here on a
 * thread of the pool {@code serp-fetch}. Starts and stops the gate with the Camel context.
 */
public final class PassGate extends AsyncProcessorSupport implements CamelContextAware {

  private final Gate gate;
  private final TaskGetClient client;
  private final Intake intake;
  private final int threads;
  private CamelContext context;

  /** The way through a gate; calls are made by {@code client}, ids come through {@code intake}. */
  public PassGate(Settings settings, Gate gate, TaskGetClient client, Intake intake) {
    this.gate = gate;
    this.client = client;
    this.intake = intake;
    // a thread goes on with delivery when its call is over and the next one may start
    this.threads = 2 * settings.number("serp.api.max-concurrent", 1, 10_000);
  }

  @Override
  public boolean process(Exchange exchange, AsyncCallback callback) {
    Task task = exchange.getVariable(AwaitTurn.TASK, Task.class);
    gate.enter(
        task,
        () -> callback.done(false),
        refusal -> {
          exchange.setException(refusal);
          callback.done(false);
        });
    return false;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    if (camelContext == context) {
      return; // told twice
    }
    context = camelContext;
    camelContext.addLifecycleStrategy(
        new LifecycleStrategySupport() {
          @Override
          public void onContextStarting(CamelContext starting) {
            open();
          }

          @Override
          public void onContextStopping(CamelContext stopping) {
            intake.stop();
            gate.stop();
            client.stop();
          }
        });
    if (camelContext.isStarted() || camelContext.isStarting()) {
      open(); // loaded late
    }
  }

  private void open() {
    ExecutorService workers =
        context
            .getExecutorServiceManager()
            .newThreadPool(this, "serp-fetch", threads("serp-fetch", threads));
    ScheduledExecutorService clock =
        context.getExecutorServiceManager().newScheduledThreadPool(this, "serp-gate", 1);
    intake.start();
    gate.start(workers, clock);
    client.start(clock);
  }

  /**
   * So many threads that stay. What comes after their end is refused: Camel's default would drop it
   * without a word, and run in the caller what comes while 1,000 wait.
   */
  public static ThreadPoolProfile threads(String name, int count) {
    return new ThreadPoolProfileBuilder(name)
        .poolSize(count)
        .maxPoolSize(count)
        .allowCoreThreadTimeOut(false)
        .maxQueueSize(Integer.MAX_VALUE)
        .rejectedPolicy(ThreadPoolRejectedPolicy.Abort)
        .build();
  }
}
