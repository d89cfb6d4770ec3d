package io.serproutes.fetch;

import io.serproutes.Keys;
import io.serproutes.Settings;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;

/** Waits {@code serp.circuit.probe-interval} between tries of a delivery. No thread waits. */
public final class NextProbe extends RedeliveryPolicy {

  /** The interval of {@code serp.circuit.probe-interval}. */
  public NextProbe(Settings settings) {
    long millis = settings.get(Keys.PROBE_INTERVAL).toMillis();
    setAsyncDelayedRedelivery(true);
    setRedeliveryDelay(millis);
    setMaximumRedeliveryDelay(millis);
    setLogExhausted(false);
  }
}
