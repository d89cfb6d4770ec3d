package io.serproutes;

import java.util.Map;
import java.util.Timer;
import java.util.TimerTask;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.component.timer.TimerComponent;
import org.apache.camel.component.timer.TimerConsumer;
import org.apache.camel.spi.ExecutorServiceManager;

/**
 * Camel's timer on a clock that nobody sets: {@code serp-timer:name} with its options, but for
 * {@code time}. Camel's own waits for a time of the system's clock: where that is set back an hour,
 * it rests for an hour.
 *
 * <p>No round is interrupted: that would close files and give up their locks. Thread-safe.
 */
public final class SerpTimerComponent extends TimerComponent {

  private final Map<TimerConsumer, Timer> timers = new ConcurrentHashMap<>();

  @Override
  public Timer getTimer(TimerConsumer consumer) {
    return timers.computeIfAbsent(consumer, SteadyTimer::new);
  }

  @Override
  public void removeTimer(TimerConsumer consumer) {
    Timer timer = timers.remove(consumer);
    if (timer != null) {
      timer.cancel();
    }
  }

  @Override
  protected void doStop() throws Exception {
    timers.keySet().forEach(this::removeTimer);
    super.doStop();
  }

  /** The timer of one consumer; an executor has its thread and its clock. */
  private static final class SteadyTimer extends Timer {

    private final String name;
    private final ExecutorServiceManager threads;
    private final ScheduledExecutorService executor;

    SteadyTimer(TimerConsumer consumer) {
      super(true);
      super.cancel(); // ends the thread that would wait for a time
      name = consumer.getTimerName();
      threads = consumer.getEndpoint().getCamelContext().getExecutorServiceManager();
      executor = threads.newSingleThreadScheduledExecutor(consumer, "timer://" + name);
    }

    @Override
    public void schedule(TimerTask task, long delay) {
      executor.schedule(repeating(task), delay, TimeUnit.MILLISECONDS);
    }

    @Override
    public void schedule(TimerTask task, long delay, long period) {
      executor.scheduleWithFixedDelay(repeating(task), delay, period, TimeUnit.MILLISECONDS);
    }

    @Override
    public void scheduleAtFixedRate(TimerTask task, long delay, long period) {
      executor.scheduleAtFixedRate(repeating(task), delay, period, TimeUnit.MILLISECONDS);
    }

    private RepeatingTask repeating(TimerTask task) {
      return new RepeatingTask("the timer " + name, task);
    }

    @Override
    public void cancel() {
      threads.shutdown(executor);
    }
  }
}
