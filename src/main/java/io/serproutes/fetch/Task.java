package io.serproutes.fetch;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Source;
import io.serproutes.ids.Taker;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.Envelope;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.ItemType;
import io.serproutes.items.Sliceable;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;

/**
 * One id while it is in work: what is known of it and what has been found.
 *
 * <p>Belongs to one exchange at a time, whose thread may change; it is handed over safely by
 * Camel's routing and the gate's lock.
 */
public final class Task implements Sliceable {

  private final TaskId id;
  private final Delivery delivery;
  private final String tag;
  private final boolean patient;
  private final Map<String, Object> hostHeaders;
  private final long startedNanos = System.nanoTime();

  private Taker taker;
  private int attempts;
  private int failures;
  private int throttles;
  private int refusals;
  private long passesAtThrottle = -1;
  private long passesAtRefusal = -1;
  private boolean probe;
  private long askedNanos;
  private Instant firstAskedAt;
  private Instant fetchedAt;
  private Answer answer;
  private Envelope envelope;
  private Verdict verdict;
  private boolean delivering;
  private int deliveredBytes;
  private boolean ended;
  private String outcome;
  private final Map<ItemType, List<Integer>> oversized = new EnumMap<>(ItemType.class);
  private final Map<Class<?>, Runnable> kept = new HashMap<>(0);

  /**
   * A task for a delivery.
   *
   * @param tag the host's own value for the receipt, or null
   * @param hostHeaders the message's headers, laid aside
   * @param patient whether the id waits while the circuit is open; a host's id does not
   */
  Task(Delivery delivery, String tag, boolean patient, Map<String, Object> hostHeaders) {
    this.id = TaskId.parse(delivery.text());
    this.delivery = delivery;
    this.tag = tag;
    this.patient = patient;
    this.hostHeaders = hostHeaders;
    if (delivery.history() != null) {
      attempts = delivery.history().attempts();
      firstAskedAt = delivery.history().firstAskedAt();
    }
    if (id == null) {
      verdict =
          new Verdict(Verdict.Kind.PERMANENT, Reason.INVALID_ID, null, "not a task id", null, -1);
    }
  }

  /** The id, or null where the delivery's text is none. */
  @Override
  public TaskId getId() {
    return id;
  }

  /** Whether the delivery's text is an id. */
  public boolean isValid() {
    return id != null;
  }

  /** The delivery that brought it. */
  public Delivery getDelivery() {
    return delivery;
  }

  /** Where it came from. */
  public Source getSource() {
    return delivery.source();
  }

  /** The host's own value for the receipt, or null. */
  public String getTag() {
    return tag;
  }

  /** Who takes what comes of it, or null: its outlet, or one that is known by its name only. */
  public Taker getTaker() {
    return taker;
  }

  /** The name of its taker, or null. */
  public String getTakerName() {
    if (taker != null) {
      return taker.getName();
    }
    return delivery.history() == null ? null : delivery.history().taker();
  }

  void takenBy(Taker newTaker) {
    taker = newTaker;
  }

  /** Whether it is parked while it is not ready; else it is given back. */
  boolean isParkable() {
    return taker == null || taker.getName() != null;
  }

  Map<String, Object> getHostHeaders() {
    return hostHeaders;
  }

  /** Whether it waits while the circuit is open. */
  public boolean isPatient() {
    return patient;
  }

  /** Whether it was parked before. */
  public boolean isParkedBefore() {
    return delivery.isParkedBefore();
  }

  /** How many times it was parked before. */
  public int getAsks() {
    return delivery.history() == null ? 0 : delivery.history().asks();
  }

  /** Calls made for it so far; those the account or a rate limit refused are not counted. */
  public int getAttempts() {
    return attempts;
  }

  /** When it was asked for the first time, or null. */
  public Instant getFirstAskedAt() {
    return firstAskedAt;
  }

  /** When its last answer was read, or null. */
  public Instant getFetchedAt() {
    return fetchedAt;
  }

  /** Milliseconds since it was taken from its source. */
  public long getElapsedMillis() {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }

  /** What the last answer means, or null before the first. */
  public Verdict getVerdict() {
    return verdict;
  }

  /** The last answer, or null where there was none. */
  @Override
  public Answer getAnswer() {
    return answer;
  }

  /** What the last answer says, or null where it could not be read. */
  public Envelope getEnvelope() {
    return envelope;
  }

  /** The asked task in the last answer, or null. */
  @Override
  public FoundTask getFound() {
    return envelope == null ? null : envelope.task();
  }

  /** Notes that its answer waits for a way out; whether it did not before. */
  boolean startsDelivery() {
    boolean starts = !delivering && verdict != null && verdict.isDeliver();
    if (starts) {
      delivering = true;
      deliveredBytes = answer == null ? 0 : answer.heapBytes();
    }
    return starts;
  }

  /** Notes that it does no longer; whether it did. */
  boolean endsDelivery() {
    boolean ends = delivering;
    delivering = false;
    return ends;
  }

  /** Bytes of the heap that its answer kept when its delivery started. */
  int getDeliveredBytes() {
    return deliveredBytes;
  }

  /** Whether its receipt, its parking record or its dead letter is durable. */
  public boolean isEnded() {
    return ended;
  }

  /** What its receipt or parking record says of it; null before that is made. */
  public String getOutcome() {
    return outcome;
  }

  /** Notes what its receipt or parking record says of it. */
  public void setOutcome(String newOutcome) {
    outcome = newOutcome;
  }

  /** Notes that its outcome is durable. */
  void end() {
    ended = true;
  }

  /** Notes that a call starts. */
  void asked(boolean asProbe, long now) {
    probe = asProbe;
    askedNanos = now;
    verdict = null;
    replaceAnswer(null, null);
    if (firstAskedAt == null) {
      firstAskedAt = Instant.now();
    }
  }

  /** When the last call started, by {@link System#nanoTime}. */
  long getAskedNanos() {
    return askedNanos;
  }

  boolean isProbe() {
    return probe;
  }

  /** Notes what a call brought. */
  void judged(Verdict found, Answer body, Envelope read) {
    verdict = found;
    fetchedAt = Instant.now();
    replaceAnswer(body, read);
  }

  private void replaceAnswer(Answer body, Envelope read) {
    if (answer != null && answer != body) {
      answer.close();
    }
    answer = body;
    envelope = read;
  }

  /** Gives it up; the next step is a dead letter. */
  void giveUp(Reason reason) {
    verdict = verdict.givenUp(reason);
  }

  void charge(boolean failed) {
    attempts++;
    failures += failed ? 1 : 0;
  }

  /** Notes a failure outside the call; how many times the work on it has failed in this going. */
  int failed() {
    return ++failures;
  }

  /** Gives it up for a failure outside the call; a reason that it was given up for before stays. */
  void giveUp(Reason reason, String words) {
    if (verdict == null || verdict.kind() != Verdict.Kind.PERMANENT) {
      Integer status = verdict == null ? null : verdict.httpStatus();
      Integer code = verdict == null ? null : verdict.statusCode();
      verdict = new Verdict(Verdict.Kind.PERMANENT, reason, code, words, status, -1);
    }
  }

  /** Calls in this going that failed as transient. */
  int getFailures() {
    return failures;
  }

  /** Notes that it was throttled when this many other ids had passed. */
  void throttled(long passes) {
    throttles += passes > passesAtThrottle ? 1 : 0;
    passesAtThrottle = passes;
  }

  /** How many times it was throttled with another id passing in between. */
  int getThrottles() {
    return throttles;
  }

  /** Notes that it got an account answer when this many other ids had passed. */
  void refused(long passes) {
    refusals += passes > passesAtRefusal ? 1 : 0;
    passesAtRefusal = passes;
  }

  /** How many times it got an account answer with another id passing in between. */
  int getRefusals() {
    return refusals;
  }

  /** Notes an item that is too large for a record. */
  public void noteOversized(ItemType type, int position) {
    oversized.computeIfAbsent(type, key -> new ArrayList<>()).add(position);
  }

  /** Forgets what was noted of a type: it is delivered once more. */
  public void clearOversized(ItemType type) {
    oversized.remove(type);
  }

  /** How many items are too large for a record. */
  public int getOversized() {
    return oversized.values().stream().mapToInt(List::size).sum();
  }

  /** The positions of the items that are too large for a record. */
  public List<Integer> getOversizedPositions() {
    return oversized.values().stream().flatMap(List::stream).sorted().toList();
  }

  /**
   * What another stage keeps with it, one of a class, made when it is first asked for. It is run
   * once the work on the task is over, however that went, and must not throw.
   */
  public <T extends Runnable> T keep(Class<T> type, Supplier<T> maker) {
    return type.cast(kept.computeIfAbsent(type, key -> maker.get()));
  }

  /** The work on it is over: runs what is kept with it and closes the answer. */
  void close() {
    kept.values().forEach(Runnable::run);
    kept.clear();
    replaceAnswer(null, null);
  }

  @Override
  public String toString() {
    return isValid() ? id.value() : "invalid id of " + getSource();
  }
}
