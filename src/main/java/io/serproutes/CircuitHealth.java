package io.serproutes;

import io.serproutes.fetch.Gate;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.impl.health.AbstractHealthCheck;

/**
 * Readiness: down while the circuit is open, saying why in plain words. Liveness is not concerned:
 * a restart would not help.
 */
public final class CircuitHealth extends AbstractHealthCheck {

  private final Gate gate;

  /** The health of this gate's circuit. */
  public CircuitHealth(Gate gate) {
    super("serp-routes", "serp-circuit");
    this.gate = gate;
  }

  @Override
  public void setCamelContext(CamelContext context) {
    boolean known = getCamelContext() != null; // registering sets the context once more
    super.setCamelContext(context);
    if (known) {
      return;
    }
    HealthCheckRegistry registry = HealthCheckRegistry.get(context);
    if (registry != null) {
      registry.register(this);
    }
  }

  @Override
  public boolean isLiveness() {
    return false;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    String why = gate.whyOpen();
    if (why == null) {
      builder.up();
    } else {
      String words = "circuit open: " + why + "; " + gate.waiting() + " ids are waiting";
      builder.detail("circuit", words).message(words).down(); // Spring shows details, no messages
    }
  }
}
