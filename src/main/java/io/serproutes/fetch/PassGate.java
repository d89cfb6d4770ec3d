package io.serproutes.fetch;

import io.serproutes.Keys;
import io.serproutes.RepeatingTask;
import io.serproutes.Settings;
import io.serproutes.ids.Intake;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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

  private static final int TICK_SECONDS = 1;

  private final Gate gate;
  private final TaskGetClient client;
  private final Intake intake;
  private final int threads;
  private final LongSupplier nanoTime;
  private CamelContext context;
  private volatile RepeatingTask tick;

  /** The way through a gate; calls are made by {@code client}, ids come through {@code intake}. */
  public PassGate(Settings settings, Gate gate, TaskGetClient client, Intake intake) {
    this(settings, gate, client, intake, System::nanoTime);
  }

  PassGate(
      Settings settings, Gate gate, TaskGetClient client, Intake intake, LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    this.gate = gate;
    this.client = client;
    this.intake = intake;
    // a thread goes on with delivery when its call is over and the next one may start
    this.threads = 2 * settings.get(Keys.MAX_CONCURRENT);
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
            tick = null;
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
    RepeatingTask newTick = new RepeatingTask("the gate's clock", gate::tick, nanoTime);
    clock.scheduleWithFixedDelay(newTick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    tick = newTick;
  }

  /** Nanoseconds since the gate's clock last came by, a second apart; 0 while it is not running. */
  public long nanosSinceTick() {
    RepeatingTask running = tick;
    return running == null ? 0 : running.nanosSinceRun();
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
