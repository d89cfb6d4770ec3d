package io.serproutes.observe;

import io.serproutes.fetch.Gate;
import java.util.Map;
import org.apache.camel.health.HealthCheck.State;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Readiness: down while the circuit is open, with the sentence of the log. Where the next id is the
 * probe it is up all the same: a host that gets no request while it is down would never be tried
 * again. Liveness is not concerned: a restart would not help.
 */
public final class CircuitHealth extends ContextHealth {

  private final Gate gate;

  public CircuitHealth(Gate gate) {
    super("serp-circuit");
    this.gate = gate;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    String words = gate.halted();
    if (words == null) {
      builder.up();
    } else {
      builder.detail("circuit", words).message(words); // Spring shows details, no messages
      builder.state(gate.awaitsId() ? State.UP : State.DOWN);
    }
  }
}
