package io.serproutes.fetch;

import java.time.Duration;
import java.util.List;
import java.util.PriorityQueue;
import java.util.concurrent.AbstractExecutorService;
import java.util.concurrent.Callable;
import java.util.concurrent.Delayed;
import java.util.concurrent.FutureTask;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.ScheduledFuture;
import java.util.concurrent.TimeUnit;

/** A clock that moves when it is told to, and runs what is due on the way. */
final class FakeTime extends AbstractExecutorService implements ScheduledExecutorService {

  // System.nanoTime may be negative
  private long now = -1_234_567_890L;
  private final PriorityQueue<Due> due = new PriorityQueue<>();

  long nanos() {
    return now;
  }

  void advance(Duration time) {
    long until = now + time.toNanos();
    while (!due.isEmpty() && due.peek().at - until <= 0) {
      Due next = due.remove();
      now = Math.max(now, next.at);
      next.run();
    }
    now = until;
  }

  @Override
  public ScheduledFuture<?> schedule(Runnable command, long delay, TimeUnit unit) {
    Due next = new Due(command, now + unit.toNanos(delay));
    due.add(next);
    return next;
  }

  private final class Due extends FutureTask<Void> implements ScheduledFuture<Void> {
    private final long at;

    Due(Runnable command, long at) {
      super(command, null);
      this.at = at;
    }

    @Override
    public long getDelay(TimeUnit unit) {
      return unit.convert(at - now, TimeUnit.NANOSECONDS);
    }

    @Override
    public int compareTo(Delayed other) {
      return Long.compare(at, ((Due) other).at);
    }
  }

  @Override
  public void execute(Runnable command) {
    command.run();
  }

  @Override
  public <V> ScheduledFuture<V> schedule(Callable<V> callable, long delay, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleAtFixedRate(
      Runnable command, long initialDelay, long period, TimeUnit unit) {
    throw new UnsupportedOperationException();
  }

  @Override
  public ScheduledFuture<?> scheduleWithFixedDelay(
      Runnable command, long initialDelay, long delay, TimeUnit unit) {
    Runnable again =
        () -> {
          command.run();
          scheduleWithFixedDelay(command, delay, delay, unit);
        };
    return schedule(again, initialDelay, unit); // a cancel ends it before its first run only
  }

  @Override
  public void shutdown() {
    due.clear();
  }

  @Override
  public List<Runnable> shutdownNow() {
    due.clear();
    return List.of();
  }

  @Override
  public boolean isShutdown() {
    return false;
  }

  @Override
  public boolean isTerminated() {
    return false;
  }

  @Override
  public boolean awaitTermination(long timeout, TimeUnit unit) {
    return true;
  }
}
