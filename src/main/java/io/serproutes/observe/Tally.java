package io.serproutes.observe;

import io.serproutes.Count;
import io.serproutes.Secrets;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.Reason;
import io.serproutes.fetch.Task;
import io.serproutes.items.ItemType;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.LongAdder;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts what has ended since the start, and says so: one plain line a dead letter.
 *
 * <p>Safe for use by many threads.
 */
public final class Tally {

  private static final Logger LOG = LoggerFactory.getLogger("serp-dead-letter");

  /** Told of every id that ends. */
  @FunctionalInterface
  public interface Listener {
    /**
     * An id ended.
     *
     * @param outcome {@code delivered}, {@code partial}, {@code empty}, {@code dead-lettered},
     *     {@code parked}
     * @param reason of a dead letter, else null
     */
    void ended(Task task, String outcome, String reason);
  }

  private final Map<String, LongAdder> outcomes = new ConcurrentHashMap<>();
  private final LongAdder tooLarge = new LongAdder();
  private final LongAdder[] items = new LongAdder[ItemType.values().length];
  private final CopyOnWriteArrayList<Listener> listeners = new CopyOnWriteArrayList<>();
  private final Secrets secrets;

  /** A tally that starts at zero. */
  public Tally(Secrets secrets) {
    this.secrets = secrets;
    for (int i = 0; i < items.length; i++) {
      items[i] = new LongAdder();
    }
  }

  /** Adds somebody to be told. */
  public void listen(Listener listener) {
    listeners.add(listener);
  }

  /** Notes that a task's receipt or parking record is durable. */
  public void ended(Task task) {
    String outcome = task.getOutcome();
    Reason reason = outcome.equals("dead-lettered") ? task.getVerdict().reason() : null;
    outcomes.computeIfAbsent(outcome, key -> new LongAdder()).increment();
    if (task.getVerdict().isDeliver()) {
      for (ItemType type : ItemType.values()) {
        items[type.ordinal()].add(task.getFound().count(type));
      }
    }
    if (reason != null) {
      report(task, reason, task.isValid() ? task.getVerdict().inWords() : "not a task id");
    }
    if (task.getOversized() > 0) {
      tooLarge.increment();
      String items = Count.of(task.getOversized(), "item");
      report(task, Reason.TOO_LARGE, items + " over serp.kafka.max-item-bytes");
    }
    for (Listener listener : listeners) {
      tell(listener, task, outcome, reason == null ? null : reason.toString());
    }
  }

  // the outcome is durable: a registry of figures that refuses one must not have it delivered again
  private static void tell(Listener listener, Task task, String outcome, String reason) {
    try {
      listener.ended(task, outcome, reason);
    } catch (RuntimeException e) {
      LOG.debug("the end of {} was not noted", task, e);
    }
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
    String quoted = secrets.quote(text == null ? "" : text);
    return '"' + (quoted.length() > 80 ? quoted.substring(0, 80) + "…" : quoted) + '"';
  }

  /** Ids that ended with an outcome. */
  public long count(String outcome) {
    LongAdder count = outcomes.get(outcome);
    return count == null ? 0 : count.sum();
  }

  /** Ids that ended in a receipt or, without an id, in a dead letter. */
  public long done() {
    return count("delivered") + count("partial") + count("empty") + count("dead-lettered");
  }

  /** Dead letters: of ids that ended in one, and of items too large for a record. */
  public long deadLetters() {
    return count("dead-lettered") + tooLarge.sum();
  }

  /** Items delivered of a type. */
  public long items(ItemType type) {
    return items[type.ordinal()].sum();
  }

  /** Items delivered. */
  public long items() {
    long sum = 0;
    for (LongAdder type : items) {
      sum += type.sum();
    }
    return sum;
  }

  /** Circuit state for one that reports; kept with the counts so that a line reads as one. */
  public static String circuit(Gate gate) {
    String why = gate.whyOpen();
    return why == null ? "" : ", halted: " + why;
  }
}
