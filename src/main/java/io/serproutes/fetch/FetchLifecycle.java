package io.serproutes.fetch;

import io.serproutes.RepeatingTask;
import io.serproutes.ids.Intake;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.support.LifecycleStrategySupport;

/**
 * Starts workers, intake, gate and HTTP client with the Camel context, before its routes, and stops
 * them before its routes: from then on every id that waits stays in its source.
 */
public final class FetchLifecycle extends LifecycleStrategySupport implements CamelContextAware {

  private static final int TICK_SECONDS = 1;

  private final Workers workers;
  private final Gate gate;
  private final TaskGetClient client;
  private final Intake intake;
  private final LongSupplier nanoTime;
  private CamelContext context;
  private volatile RepeatingTask tick;

  /** Starts and stops these. */
  public FetchLifecycle(Workers workers, Gate gate, TaskGetClient client, Intake intake) {
    this(workers, gate, client, intake, System::nanoTime);
  }

  FetchLifecycle(
      Workers workers, Gate gate, TaskGetClient client, Intake intake, LongSupplier nanoTime) {
    this.workers = workers;
    this.gate = gate;
    this.client = client;
    this.intake = intake;
    this.nanoTime = nanoTime;
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
    camelContext.addLifecycleStrategy(this);
    if (camelContext.isStarted() || camelContext.isStarting()) {
      onContextStarting(camelContext); // loaded late
    }
  }

  @Override
  public void onContextStarting(CamelContext starting) {
    workers.start(context);
    ScheduledExecutorService clock =
        context
            .getExecutorServiceManager()
            .newScheduledThreadPool(this, "serp-gate", Workers.profile("serp-gate", 1));
    intake.start();
    gate.start(workers, clock);
    client.start(clock);
    RepeatingTask newTick = new RepeatingTask("the gate's clock", gate::tick, nanoTime);
    clock.scheduleWithFixedDelay(newTick, TICK_SECONDS, TICK_SECONDS, TimeUnit.SECONDS);
    tick = newTick;
  }

  @Override
  public void onContextStopping(CamelContext stopping) {
    tick = null;
    intake.stop();
    gate.stop();
    client.stop();
  }

  /**
   * Takes no id and starts no call until {@link #resume}, also where the context is started again.
   * Calls in flight end and are delivered; what was taken waits.
   */
  public void pause() {
    intake.pause();
    gate.pause();
  }

  /** Goes on after {@link #pause}. */
  public void resume() {
    gate.resume();
    intake.resume();
  }

  /** Nanoseconds since the gate's clock last ran, a second apart; 0 while it is stopped. */
  public long nanosSinceTick() {
    RepeatingTask running = tick;
    return running == null ? 0 : running.nanosSinceRun();
  }
}
