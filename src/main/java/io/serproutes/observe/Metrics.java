package io.serproutes.observe;

import io.serproutes.InContext;
import io.serproutes.fetch.Gate;
import org.apache.camel.CamelContext;
import org.apache.camel.spi.OnCamelContextStarting;
import org.apache.camel.support.LifecycleStrategySupport;

/** Registers the meters of the routes with Micrometer, where the context has a registry of it. */
public final class Metrics extends InContext {

  private static final String MICROMETER = "io.micrometer.core.instrument.MeterRegistry";

  private final Tally tally;
  private final Gate gate;

  public Metrics(Tally tally, Gate gate) {
    this.tally = tally;
    this.gate = gate;
  }

  @Override
  protected void given(CamelContext context) {
    OnCamelContextStarting onStarting = starting -> register();
    context.addLifecycleStrategy(LifecycleStrategySupport.adapt(onStarting));
  }

  /** Registers them now; in a context that has yet to start this happens by itself. */
  public void register() {
    CamelContext context = getCamelContext();
    // Camel 4.18.0 makes the beans of all YAML files but the first twice (CAMEL-23982)
    boolean isInUse = context.getRegistry().findSingleByType(Metrics.class) == this;
    if (isInUse && context.getClassResolver().resolveClass(MICROMETER) != null) {
      new Meters(context, tally, gate).register();
    }
  }
}
