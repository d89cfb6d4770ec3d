package io.serproutes.observe;

import io.serproutes.fetch.FetchLifecycle;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.Consumer;
import org.apache.camel.Route;
import org.apache.camel.component.timer.TimerConsumer;
import org.apache.camel.health.HealthCheckResultBuilder;
import org.apache.camel.support.DefaultConsumer;
import org.apache.camel.support.ScheduledPollConsumer;

/**
 * Liveness: down when an internal loop, the gate's clock or the timer or poll of a route, has not
 * run for a minute; only a restart helps then. An open circuit does not count, nor does a loop that
 * waits for room for its next id.
 */
public final class LoopHealth extends ContextHealth {

  private static final long PATIENCE_NANOS = TimeUnit.MINUTES.toNanos(1);

  private final LongSupplier nanosSinceTick;
  private final LongSupplier nanoTime;
  private final Map<String, Round> rounds = new ConcurrentHashMap<>(); // probes overlap

  /** How often a loop had run, and when that was first seen. */
  private record Round(long count, long sinceNanos) {}

  /** The health of the gate's clock and of the routes in its context. */
  public LoopHealth(FetchLifecycle fetch) {
    this(fetch::nanosSinceTick, System::nanoTime);
  }

  LoopHealth(LongSupplier nanosSinceTick, LongSupplier nanoTime) {
    super("serp-loops");
    this.nanosSinceTick = nanosSinceTick;
    this.nanoTime = nanoTime;
  }

  @Override
  public boolean isReadiness() {
    return false;
  }

  @Override
  public boolean isLiveness() {
    return true;
  }

  @Override
  protected void doCall(HealthCheckResultBuilder builder, Map<String, Object> options) {
    List<String> stuck = new ArrayList<>();
    if (nanosSinceTick.getAsLong() > PATIENCE_NANOS) {
      stuck.add("serp-gate");
    }
    for (Route route : getCamelContext().getRoutes()) {
      if (route.getId().startsWith("serp-") && isStuck(route.getId(), route.getConsumer())) {
        stuck.add(route.getId());
      }
    }
    if (stuck.isEmpty()) {
      builder.up();
    } else {
      String words =
          "loops that have not run for over a minute: "
              + String.join(", ", stuck)
              + "; only a restart helps, and it loses nothing";
      builder.detail("loops", words).message(words).down(); // Spring shows details, no messages
    }
  }

  private boolean isStuck(String route, Consumer consumer) {
    long period = period(consumer);
    if (period < 0 || !((DefaultConsumer) consumer).isStarted() || isBusy(consumer)) {
      rounds.remove(route);
      return false;
    }
    long now = nanoTime.getAsLong();
    long count = count(consumer);
    Round last = rounds.get(route);
    if (last == null || last.count != count) {
      rounds.put(route, new Round(count, now));
      return false;
    }
    return now - last.sinceNanos > PATIENCE_NANOS + 2 * TimeUnit.MILLISECONDS.toNanos(period);
  }

  // in milliseconds; -1 for what does not repeat
  private static long period(Consumer consumer) {
    if (consumer instanceof TimerConsumer timer) {
      return timer.getRepeatCount() > 0 ? -1 : timer.getPeriod();
    }
    if (consumer instanceof ScheduledPollConsumer poll) {
      return poll.getRepeatCount() > 0 ? -1 : poll.getTimeUnit().toMillis(poll.getDelay());
    }
    return -1;
  }

  private static boolean isBusy(Consumer consumer) {
    return consumer instanceof TimerConsumer timer
        ? timer.isPolling()
        : ((ScheduledPollConsumer) consumer).isPolling();
  }

  private static long count(Consumer consumer) {
    return consumer instanceof TimerConsumer timer
        ? timer.getCounter()
        : ((ScheduledPollConsumer) consumer).getCounter();
  }
}
