package io.serproutes.deliver;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.ObjectWriter;
import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.fetch.Task;
import java.time.Duration;
import java.time.Instant;
import org.apache.camel.Variable;

/** When a task that is not ready is asked for again. */
public final class ParkingTimes {

  // not the context's data format: a host may have configured it for its own records
  private static final ObjectWriter JSON = new ObjectMapper().writer();

  private final Duration delay;
  private final Duration maxDelay;
  private final Duration deadline;

  /** The times of {@code serp.not-ready.*}. */
  public ParkingTimes(Settings settings) {
    delay = settings.get(Keys.NOT_READY_DELAY);
    maxDelay = settings.get(Keys.NOT_READY_MAX_DELAY);
    deadline = settings.get(Keys.NOT_READY_DEADLINE);
  }

  /** Returns the record of a task that is parked now, as JSON. */
  public byte[] parked(@Variable(Task.VARIABLE) Task task) throws JsonProcessingException {
    return JSON.writeValueAsBytes(record(task));
  }

  /**
   * Returns the record of a task that is parked now: waits double, and the last ask is at the
   * deadline.
   */
  ParkedRecord record(Task task) {
    Instant now = Instant.now();
    Instant last = task.getFirstAskedAt().plus(deadline);
    Instant due = now.plus(delay(task.getAsks()));
    return new ParkedRecord(
        task.getId().value(),
        task.getOutcome(),
        task.getVerdict().statusCode(),
        task.getSource().label(),
        Times.record(task.getFirstAskedAt()),
        Times.record(due.isAfter(last) ? last : due),
        task.getAsks() + 1,
        task.getAttempts(),
        task.getTag(),
        task.getRecipientName(),
        task.getDelivery().headers());
  }

  /**
   * Returns how long an id still waits, never negative: until it is due, but no longer than the
   * longest delay and not beyond its deadline. A clock that was ahead when the id was parked, or is
   * behind now, does not prolong the wait.
   */
  Duration wait(ParkedRecord record, Instant now) {
    Instant due = earlier(Instant.parse(record.dueAt()), now.plus(maxDelay));
    Instant first = earlier(Instant.parse(record.firstAskedAt()), now);
    Duration wait = Duration.between(now, earlier(due, first.plus(deadline)));
    return wait.isNegative() ? Duration.ZERO : wait;
  }

  private static Instant earlier(Instant one, Instant other) {
    return one.isBefore(other) ? one : other;
  }

  Duration delay(int asksBefore) {
    Duration doubled = delay.multipliedBy(1L << Math.min(Math.max(asksBefore, 0), 20));
    return doubled.compareTo(maxDelay) > 0 ? maxDelay : doubled;
  }
}
