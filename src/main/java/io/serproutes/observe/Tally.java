package io.serproutes.observe;

import io.serproutes.Count;
import io.serproutes.Secrets;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.Task;
import io.serproutes.items.ItemType;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts, since the start, the ids that ended or were parked and the items delivered, and logs one
 * line for each dead letter. Safe for use by many threads.
 */
public final class Tally {

  private static final Logger LOG = LoggerFactory.getLogger("serp-dead-letter");
  private static final int LONGEST_INPUT = 80;
  private static final List<Ended> ENDS = ends();

  /**
   * How an id ended, or that it was parked.
   *
   * @param outcome {@code delivered}, {@code partial}, {@code empty}, {@code dead-lettered} or
   *     {@code parked}
   * @param reason of a dead letter; {@code none} for any other outcome
   */
  public record Ended(String outcome, String reason) {

    @Override
    public String toString() {
      return reason.equals("none") ? outcome : outcome + " " + reason;
    }
  }

  private final Map<Ended, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<ItemType, LongAdder> items = new ConcurrentHashMap<>();
  private final LongAdder tooLarge = new LongAdder();
  private final List<Consumer<Task>> listeners = new CopyOnWriteArrayList<>();
  private final Secrets secrets;

  /** A tally that starts at zero. */
  public Tally(Secrets secrets) {
    this.secrets = secrets;
  }

  private static List<Ended> ends() {
    List<Ended> ends = new ArrayList<>();
    for (String outcome : List.of("delivered", "partial", "empty")) {
      ends.add(new Ended(outcome, "none"));
    }
    for (Reason reason : Reason.values()) {
      if (reason != Reason.TOO_LARGE) { // the id itself is delivered
        ends.add(new Ended("dead-lettered", reason.toString()));
      }
    }
    ends.add(new Ended("parked", "none"));
    return List.copyOf(ends);
  }

  /** All ways in which an id may end, and that it is parked. */
  public static List<Ended> all() {
    return ENDS;
  }

  /** Adds one that is told of each task whose outcome is durable, on the thread of the task. */
  public void listen(Consumer<Task> listener) {
    listeners.add(listener);
  }

  /** Notes that a task's receipt or parking record is durable. */
  public void ended(Task task) {
    String outcome = task.getOutcome();
    Reason reason = outcome.equals("dead-lettered") ? task.getVerdict().reason() : null;
    increment(counts, new Ended(outcome, reason == null ? "none" : reason.toString()), 1);
    if (task.getVerdict().isDeliver()) {
      for (ItemType type : ItemType.values()) {
        increment(items, type, task.getFound().count(type));
      }
    }
    if (reason != null) {
      report(task, reason, task.isValid() ? task.getVerdict().inWords() : "not a task id");
    }
    if (task.getOversized() > 0) {
      tooLarge.increment();
      String omitted = Count.of(task.getOversized(), "item");
      report(task, Reason.TOO_LARGE, omitted + " over serp.kafka.max-item-bytes");
    }
    listeners.forEach(listener -> tell(listener, task));
  }

  // the outcome is durable: a listener that fails must not have the task delivered again
  private static void tell(Consumer<Task> listener, Task task) {
    try {
      listener.accept(task);
    } catch (RuntimeException e) {
      LOG.debug("the end of {} was not noted", task, e);
    }
  }

  private static <K> void increment(Map<K, LongAdder> counts, K key, long by) {
    counts.computeIfAbsent(key, k -> new LongAdder()).add(by);
  }

  private void report(Task task, Reason reason, String why) {
    if (!task.getDelivery().settlement().logsDeadLetter(reason.toString())) {
      return;
    }
    String what = task.isValid() ? task.getId().value() : quote(task.getDelivery().text());
    LOG.warn(
        "dead letter {}: {} ({}): {}{}; {}",
        reason,
        what,
        task.getSource(),
        why,
        task.getAttempts() > 1 ? ", " + Count.of(task.getAttempts(), "attempt") : "",
        reason.advice());
  }

  private String quote(String text) {
    return '"' + secrets.quote(text == null ? "" : text, LONGEST_INPUT) + '"';
  }

  /** Ids that ended so, or were parked. */
  public long count(Ended ended) {
    LongAdder count = counts.get(ended);
    return count == null ? 0 : count.sum();
  }

  /** Ids that ended in a receipt or, without an id, in a dead letter. */
  public long done() {
    return all().stream().filter(e -> !e.outcome().equals("parked")).mapToLong(this::count).sum();
  }

  /** Dead letters: of ids that ended in one, and of items too large for a record. */
  public long deadLetters() {
    return tooLarge()
        + all().stream()
            .filter(e -> e.outcome().equals("dead-lettered"))
            .mapToLong(this::count)
            .sum();
  }

  /** Ids that were delivered without some items, which are too large for a record. */
  public long tooLarge() {
    return tooLarge.sum();
  }

  public long items(ItemType type) {
    LongAdder count = items.get(type);
    return count == null ? 0 : count.sum();
  }

  public long items() {
    return items.values().stream().mapToLong(LongAdder::sum).sum();
  }
}
