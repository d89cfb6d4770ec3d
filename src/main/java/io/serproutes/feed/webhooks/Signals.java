package io.serproutes.feed.webhooks;

import io.serproutes.InContext;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.FedMemory;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Task;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;

/**
 * What a signal changes: an id that is queued, in work or delivered, as far as this process knows,
 * stays as it is; one that is parked is due at once, also where it is being parked just now; any
 * other is kept, and so is one in work that only a host brought, which nobody else keeps. Signals
 * come by one thread.
 */
public final class Signals extends InContext {

  private static final int MOST_NOTED = 10_000;

  private final BeginTask inWork;
  private final Tally tally;
  private final Postbacks postbacks;
  private final Set<TaskId> signalled = new LinkedHashSet<>(); // while in work; under its own lock
  private boolean isListening;

  /** Looks at the ids in work and at answers that wait; is told by {@code tally} how ids end. */
  public Signals(BeginTask inWork, Tally tally, Postbacks postbacks) {
    this.inWork = inWork;
    this.tally = tally;
    this.postbacks = postbacks;
  }

  /** The signals that are to be kept, one of an id; null for none. */
  public List<Signal> choose(@Body List<Signal> signals) throws InterruptedException {
    FedMemory fed = fed();
    if (!isListening) {
      tally.listen(this::ended);
      isListening = true;
    }
    Map<TaskId, Signal> byId = new LinkedHashMap<>();
    signals.forEach(
        signal -> byId.merge(signal.id(), signal, (a, b) -> b.answer() == null ? a : b));
    Set<TaskId> ids = new LinkedHashSet<>(byId.keySet());
    // an answer takes the place of one that came before: that one may have been no good
    Set<TaskId> again =
        ids.stream()
            .filter(id -> byId.get(id).answer() != null && postbacks.holds(id))
            .collect(Collectors.toSet());
    ids.removeAll(again);
    Set<TaskId> noted = ids.stream().filter(inWork::isKeptInWork).collect(Collectors.toSet());
    noted.forEach(this::note);
    ids.removeAll(wake(ids)); // with those in work: one may be parked, and not yet out of work
    ids.removeIf(id -> noted.contains(id) && (inWork.isKeptInWork(id) || !forget(id)));
    fed.awaitList(ids);
    ids.removeIf(id -> fed.isSettled(id) || postbacks.holds(id));
    ids.addAll(again);
    fed.keeping(List.copyOf(ids));
    return ids.isEmpty() ? null : ids.stream().map(byId::get).toList();
  }

  private void note(TaskId id) {
    synchronized (signalled) {
      if (signalled.size() >= MOST_NOTED) {
        signalled.remove(signalled.iterator().next());
      }
      signalled.add(id);
    }
  }

  /** Whether an id was still noted: where it was not, it has ended since. */
  private boolean forget(TaskId id) {
    synchronized (signalled) {
      return signalled.remove(id);
    }
  }

  // its answer may be older than the signal: it is asked again at once
  private void ended(Task task) {
    if (task.isValid() && forget(task.getId()) && task.getOutcome().equals("parked")) {
      wake(Set.of(task.getId()));
    }
  }

  private Set<TaskId> wake(Set<TaskId> ids) {
    Set<ParkedIds> places = getCamelContext().getRegistry().findByType(ParkedIds.class);
    return ParkedIds.wake(places, Set.copyOf(ids));
  }

  private FedMemory fed() {
    return getCamelContext().getRegistry().findSingleByType(FedMemory.class);
  }

  /** Notes that the ids of the signals that were chosen last are durable. */
  public void kept() {
    fed().signalsKept();
  }
}
