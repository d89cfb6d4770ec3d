package io.serproutes.observe;

import io.serproutes.fetch.Gate;
import java.util.Map;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * Readiness: down while the circuit is open, with the sentence of the log. Liveness is not
 * concerned: a restart would not help.
 */
public final class CircuitHealth extends ContextHealth {

  private final Gate gate;

  /** The health of this gate's circuit. */
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
      builder.detail("circuit", words).message(words).down(); // Spring shows details, no messages
    }
  }
}
