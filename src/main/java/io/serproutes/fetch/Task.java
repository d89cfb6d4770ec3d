package io.serproutes.fetch;

import io.serproutes.ids.Delivery;
import io.serproutes.ids.Recipient;
import io.serproutes.ids.Source;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Answer;
import io.serproutes.items.Envelope;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.ItemType;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.camel.Exchange;

/**
 * One id while it is in work: what is known of it and what has been found.
 *
 * <p>Belongs to one exchange at a time, whose thread may change; it is handed over safely by
 * Camel's routing and the gate's lock. Each part has its writers:
 *
 * <ul>
 *   <li>who it is, by {@link BeginTask}, once;
 *   <li>its {@link Tries}, by the {@link Gate};
 *   <li>its {@code CallResult}, by the {@link Judge}, once a call; the gate clears it when a call
 *       starts, and {@link AskAgain} may turn its verdict into a last one;
 *   <li>that its outcome is durable, by {@link MarkDurable};
 *   <li>items too large for a record by the output to Kafka, and what is to be done at its end by
 *       the output to files.
 * </ul>
 */
public final class Task extends Call {

  /** The exchange variable that holds it. */
  public static final String VARIABLE = "serpTask";

  private static final Verdict NO_ID =
      new Verdict(Verdict.Kind.PERMANENT, Reason.INVALID_ID, null, "not a task id", null, -1);

  private final TaskId id;
  private final Delivery delivery;
  private final String tag;
  private final boolean waitsForCircuit;
  private final Recipient recipient;
  private final HostMessage host;
  private final long startedNanos = System.nanoTime();

  private Instant firstAskedAt;
  private Path answerFile;
  private CallResult result;

  private boolean ended;
  private final Map<ItemType, List<Integer>> oversized = new EnumMap<>(ItemType.class);
  private final Map<Class<?>, Runnable> kept = new HashMap<>(0);

  /**
   * A task for a delivery.
   *
   * @param tag the host's own value for the receipt, or null
   * @param waitsForCircuit whether the id waits while the circuit is open; a host's id does not
   * @param recipient as for {@link #getRecipient}
   * @param host what the message held that brought it
   */
  Task(
      Delivery delivery,
      String tag,
      boolean waitsForCircuit,
      Recipient recipient,
      HostMessage host) {
    super(delivery.history() == null ? 0 : delivery.history().attempts());
    this.id = TaskId.parse(delivery.text());
    this.delivery = delivery;
    this.tag = tag;
    this.waitsForCircuit = waitsForCircuit;
    this.recipient = recipient;
    this.host = host;
    Delivery.History history = delivery.history();
    firstAskedAt = history == null ? null : history.firstAskedAt();
    answerFile = id == null ? null : delivery.answer();
    result = id == null ? CallResult.ofNoCall(NO_ID) : null;
  }

  /** The task of an exchange, from {@link BeginTask} to {@link SettleTask}. */
  public static Task of(Exchange exchange) {
    return exchange.getVariable(VARIABLE, Task.class);
  }

  /** The id, or null if the delivery's text is none. */
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

  /**
   * Who receives its results; null for the outputs of the context, or if only its name is known.
   */
  public Recipient getRecipient() {
    return recipient;
  }

  /** The name of its recipient, or null. */
  public String getRecipientName() {
    if (recipient != null) {
      return recipient.getName();
    }
    return delivery.history() == null ? null : delivery.history().recipient();
  }

  /** Whether it is parked if it is not ready; if not, it is given back. */
  boolean isParkable() {
    return recipient == null || recipient.getName() != null;
  }

  HostMessage host() {
    return host;
  }

  /** Whether it waits while the circuit is open. */
  public boolean waitsForCircuit() {
    return waitsForCircuit;
  }

  /** Whether it was parked before. */
  public boolean isParkedBefore() {
    return delivery.isParkedBefore();
  }

  /** How many times it was parked before. */
  public int getAsks() {
    return delivery.history() == null ? 0 : delivery.history().asks();
  }

  /** Milliseconds since it was taken from its source. */
  public long getElapsedMillis() {
    return (System.nanoTime() - startedNanos) / 1_000_000;
  }

  /** Calls made for it in this delivery, before it was parked included, whatever they brought. */
  public int getAttempts() {
    return tries().calls();
  }

  /** When it was asked for the first time in this delivery, or null. */
  public Instant getFirstAskedAt() {
    return firstAskedAt;
  }

  /** Notes that a call starts, and forgets the result of the last one. */
  @Override
  void asked(boolean asProbe, long now) {
    super.asked(asProbe, now);
    forgetResult();
    if (firstAskedAt == null) {
      firstAskedAt = Instant.now();
    }
  }

  /** The file with the answer that came with the id, which takes the place of a call; or null. */
  public Path getAnswerFile() {
    return answerFile;
  }

  /** Passes over the answer that came with the id: it is asked for like any other. */
  void passOverAnswerFile() {
    answerFile = null;
    forgetResult();
  }

  /** Notes what a call brought, or what the answer says that came with the id. */
  void judged(Verdict verdict, Answer answer, Envelope envelope) {
    forgetResult();
    result = new CallResult(verdict, answer, envelope, Instant.now());
  }

  /** Closes the last answer and keeps the verdict: a further call is to be made. */
  void forgetAnswer() {
    if (result != null) {
      result.close();
      result = new CallResult(result.verdict(), null, null, result.at());
    }
  }

  private void forgetResult() {
    if (result != null) {
      result.close();
    }
    result = null;
  }

  /** Replaces the verdict of the last call; its answer stays. */
  void decide(Verdict verdict) {
    result = result == null ? CallResult.ofNoCall(verdict) : result.withVerdict(verdict);
  }

  /** Gives it up for a reason that is not in its answer. One that was given up keeps its reason. */
  void giveUp(Reason reason, String words) {
    Verdict last = getVerdict();
    if (last == null || last.kind() != Verdict.Kind.PERMANENT) {
      Integer code = last == null ? null : last.statusCode();
      Integer status = last == null ? null : last.httpStatus();
      decide(new Verdict(Verdict.Kind.PERMANENT, reason, code, words, status, -1));
    }
  }

  @Override
  public Verdict getVerdict() {
    return result == null ? null : result.verdict();
  }

  /** The last answer, or null where there was none. */
  public Answer getAnswer() {
    return result == null ? null : result.answer();
  }

  /** What the last answer says, or null where it could not be read. */
  public Envelope getEnvelope() {
    return result == null ? null : result.envelope();
  }

  /** When the last answer was judged, or null. */
  public Instant getFetchedAt() {
    return result == null ? null : result.at();
  }

  /** The asked task in the last answer, or null. */
  public FoundTask getFound() {
    return getEnvelope() == null ? null : getEnvelope().task();
  }

  /**
   * How it ends by the verdict that stands: {@code delivered}, {@code partial}, {@code empty},
   * {@code parked} or {@code dead-lettered}; null before the first.
   */
  public String getOutcome() {
    Verdict verdict = getVerdict();
    if (verdict == null) {
      return null;
    }
    return switch (verdict.kind()) {
      case DELIVER -> StatusCodes.outcome(verdict.statusCode(), getFound().itemCount());
      case NOT_READY -> "parked";
      default -> "dead-lettered";
    };
  }

  /** Whether its receipt, its parking record or its dead letter is durable. */
  public boolean isEnded() {
    return ended;
  }

  /** Notes that its outcome is durable. */
  void end() {
    ended = true;
  }

  /** Notes an item that is too large for a record. */
  public void noteOversized(ItemType type, int position) {
    oversized.computeIfAbsent(type, key -> new ArrayList<>()).add(position);
  }

  /** Forgets what was noted of a type, because it is delivered again. */
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
   * What another stage keeps with it, one of each class, made on first use. It is run when the work
   * on the task ends, however that went, and must not throw.
   */
  public synchronized <T extends Runnable> T keep(Class<T> type, Supplier<T> maker) {
    return type.cast(kept.computeIfAbsent(type, key -> maker.get()));
  }

  /** Ends the work on it: runs what is kept with it and closes the answer. */
  void close() {
    kept.values().forEach(Runnable::run);
    kept.clear();
    forgetResult();
  }

  /**
   * What one call brought.
   *
   * @param verdict what it means
   * @param answer the body, or null where none came whole; closed with the next call or the task
   * @param envelope what the body says, or null where it could not be read
   * @param at when it was judged, or null where the verdict is ours and not that of a call
   */
  private record CallResult(Verdict verdict, Answer answer, Envelope envelope, Instant at) {

    /** A verdict on an id that no answer has been read for. */
    static CallResult ofNoCall(Verdict verdict) {
      return new CallResult(verdict, null, null, null);
    }

    CallResult withVerdict(Verdict other) {
      return new CallResult(other, answer, envelope, at);
    }

    void close() {
      if (answer != null) {
        answer.close();
      }
    }
  }

  @Override
  public String toString() {
    return isValid() ? id.value() : "invalid id of " + getSource();
  }
}
