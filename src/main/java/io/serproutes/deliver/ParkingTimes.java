package io.serproutes.deliver;

import io.serproutes.Settings;
import io.serproutes.fetch.AwaitTurn;
import io.serproutes.fetch.Task;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Variable;

/** When a task that is not ready is asked for again. */
public final class ParkingTimes {

  private final Duration delay;
  private final Duration maxDelay;
  private final Duration deadline;

  /** The times of {@code serp.not-ready.*}. */
  public ParkingTimes(Settings settings) {
    delay = settings.duration("serp.not-ready.delay");
    maxDelay = settings.duration("serp.not-ready.max-delay");
    deadline = settings.duration("serp.not-ready.deadline");
  }

  /** The record of a task that is parked now: doubled waits, and one last ask at the deadline. */
  public ParkedRecord record(@Variable(AwaitTurn.TASK) Task task) {
    Instant now = Instant.now();
    Instant last = task.getFirstAskedAt().plus(deadline);
    Instant due = now.plus(delay(task.getAsks()));
    return new ParkedRecord(
        task.getId().value(),
        "parked",
        task.getVerdict().statusCode(),
        task.getSource().label(),
        Times.record(task.getFirstAskedAt()),
        Times.record(due.isAfter(last) ? last : due),
        task.getAsks() + 1,
        task.getAttempts(),
        task.getTag(),
        task.getTakerName());
  }

  Duration delay(int asksBefore) {
    Duration doubled = delay.multipliedBy(1L << Math.min(asksBefore, 20));
    return doubled.compareTo(maxDelay) > 0 ? maxDelay : doubled;
  }
}
