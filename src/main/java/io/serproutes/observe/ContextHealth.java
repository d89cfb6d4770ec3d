package io.serproutes.observe;

import io.serproutes.InContext;
import java.util.Map;
import org.apache.camel.CamelContext;
import org.apache.camel.health.HealthCheck;
import org.apache.camel.health.HealthCheckRegistry;
import org.apache.camel.health.HealthCheckResultBuilder;

/**
 * A health check of the routes, known to the registry of its Camel context where that has one.
 *
 * <p>Of Camel's API only: camel-health, which has a base class for this, need not be there.
 */
abstract class ContextHealth extends InContext implements HealthCheck {

  private final String id;
  private volatile boolean enabled = true;

  ContextHealth(String id) {
    this.id = id;
  }

  @Override
  protected final void given(CamelContext context) {
    HealthCheckRegistry registry = HealthCheckRegistry.get(context);
    if (registry != null) {
      // Camel 4.18.0 makes beans twice (CAMEL-23982); the last is the one in use
      registry.getCheck(id).ifPresent(registry::unregister);
      registry.register(this);
    }
  }

  @Override
  public final String getGroup() {
    return "serp-routes";
  }

  @Override
  public final String getId() {
    return id;
  }

  @Override
  public final boolean isEnabled() {
    return enabled;
  }

  @Override
  public final void setEnabled(boolean isEnabled) {
    enabled = isEnabled;
  }

  @Override
  public final Result call(Map<String, Object> options) {
    HealthCheckResultBuilder builder = HealthCheckResultBuilder.on(this);
    if (enabled) {
      doCall(builder, options);
    } else {
      builder.message("disabled").unknown();
    }
    return builder.build();
  }

  /** Says up or down, and why. */
  protected abstract void doCall(HealthCheckResultBuilder builder, Map<String, Object> options);
}
