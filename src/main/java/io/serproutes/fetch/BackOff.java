package io.serproutes.fetch;

import io.serproutes.Keys;
import io.serproutes.Settings;
import org.apache.camel.processor.errorhandler.RedeliveryPolicy;

/**
 * Waits between calls that failed: {@code serp.retry.first-delay}, doubled each time up to {@code
 * serp.retry.max-delay}, give or take 15 %. No thread waits.
 */
public final class BackOff extends RedeliveryPolicy {

  /** The back-off of {@code serp.retry.*}. */
  public BackOff(Settings settings) {
    setAsyncDelayedRedelivery(true);
    setRedeliveryDelay(settings.get(Keys.FIRST_DELAY).toMillis());
    setMaximumRedeliveryDelay(settings.get(Keys.MAX_DELAY).toMillis());
    setUseExponentialBackOff(true);
    setBackOffMultiplier(2);
    setUseCollisionAvoidance(true);
    setLogExhausted(false);
  }
}
