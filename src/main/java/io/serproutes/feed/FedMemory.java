package io.serproutes.feed;

import io.serproutes.Keys;
import io.serproutes.Settings;
import io.serproutes.fetch.Task;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.util.Collections;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;

/**
 * What this process knows of the ids that its feeders fed: one memory, so that no id is fed by the
 * list and by a signal. Thread-safe.
 *
 * <p>Beside webhooks it also remembers what was delivered of other sources, since signals come for
 * these ids, too.
 */
public final class FedMemory {

  // what another process of a group makes of an id may never be heard of here
  private static final int PATIENCE_IN_GROUP = (int) TimeUnit.MINUTES.toSeconds(10);

  private static final long MOST_WAITED = TimeUnit.SECONDS.toNanos(1);

  private final Tally tally;
  private final LongSupplier nanoTime;
  private final long startedAt;
  private final boolean hasWebhooks;
  private final int patience;
  private final FedIds fed = new FedIds();
  private final Set<TaskId> notKept = new HashSet<>(); // chosen from the list, not yet durable
  private final Set<TaskId> signalled = new HashSet<>(); // about to be kept, and not ended since
  private boolean isListening;

  /** A memory of nothing, told by {@code tally} what became of ids in this process. */
  public FedMemory(Settings settings, Tally tally) {
    this(settings, tally, System::nanoTime);
  }

  FedMemory(Settings settings, Tally tally, LongSupplier nanoTime) {
    this.tally = tally;
    this.nanoTime = nanoTime;
    startedAt = nanoTime.getAsLong();
    hasWebhooks = settings.get(Keys.FROM).contains(Settings.WEBHOOKS);
    patience = settings.feed().equals("kafka") ? PATIENCE_IN_GROUP : Integer.MAX_VALUE;
  }

  /** Begins to listen, before any id is fed; once, however often it is called. */
  public synchronized void listen() {
    if (!isListening && hasWebhooks) {
      tally.listen(this::ended);
    }
    isListening = true;
  }

  private synchronized void ended(Task task) {
    String outcome = task.getOutcome();
    if (task.getId() != null && !outcome.equals("parked")) {
      noteSignalled(task.getId());
      fed.ended(task.getId(), outcome.equals("dead-lettered"), seconds());
    }
  }

  /** Notes that an id has a receipt, whatever it says. */
  synchronized void ended(TaskId id) {
    noteSignalled(id);
    fed.ended(id, seconds());
  }

  /**
   * What to do with an id that is listed now. One that is to be fed is noted as fed and not yet
   * kept: a signal for it waits for {@link #kept}. One that is being kept for a signal is fed by
   * that.
   *
   * @param period seconds that an id may still be listed after it ended
   * @param isParked whether it is parked here: then it is not fed where it is new
   */
  synchronized FedIds.Choice choose(TaskId id, int period, boolean isParked) {
    if (signalled.contains(id)) {
      return FedIds.Choice.FED_BEFORE;
    }
    FedIds.Choice choice = fed.choose(id, period, seconds());
    if (choice == FedIds.Choice.FEED_AGAIN || choice == FedIds.Choice.FEED && !isParked) {
      notKept.add(id);
    }
    return choice;
  }

  /** The ids that were about to be kept are durable. */
  synchronized void kept() {
    notKept.clear();
    notifyAll();
  }

  /** The ids that were about to be kept are not: they are taken for new ones; returns them. */
  synchronized Set<TaskId> notKept() {
    Set<TaskId> ids = Set.copyOf(notKept);
    ids.forEach(id -> fed.notFed(id, seconds()));
    kept();
    return ids;
  }

  /** Waits until none of these ids is about to be kept for the list; no longer than a second. */
  public synchronized void awaitList(Set<TaskId> ids) throws InterruptedException {
    long end = System.nanoTime() + MOST_WAITED;
    long left = MOST_WAITED;
    while (left > 0 && !Collections.disjoint(notKept, ids)) {
      TimeUnit.NANOSECONDS.timedWait(this, left);
      left = end - System.nanoTime();
    }
  }

  /** Whether a signal for an id changes nothing: it is delivered, or durable in its source. */
  public synchronized boolean isSettled(TaskId id) {
    return !notKept.contains(id) && fed.isOpenOrDelivered(id, patience, seconds());
  }

  /** Whether an id was delivered, as far as this process knows. */
  public synchronized boolean isDelivered(TaskId id) {
    return fed.isOpenOrDelivered(id, -1, seconds());
  }

  /** Ids are about to be kept for signals, those before them no longer. */
  public synchronized void keeping(List<TaskId> ids) {
    signalled.clear();
    signalled.addAll(ids);
  }

  /** The ids that were about to be kept for signals are durable; some may have ended meanwhile. */
  public synchronized void signalsKept() {
    List.copyOf(signalled).forEach(this::noteSignalled);
  }

  /** The ids that were about to be kept for signals are not: a poll that lists them feeds them. */
  public synchronized void signalsNotKept() {
    signalled.clear();
  }

  private void noteSignalled(TaskId id) {
    if (signalled.remove(id)) {
      fed.fed(id, seconds());
    }
  }

  private int seconds() {
    return (int) TimeUnit.NANOSECONDS.toSeconds(nanoTime.getAsLong() - startedAt);
  }
}
