package io.serproutes.feed.webhooks;

import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.FedMemory;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Task;
import io.serproutes.ids.TaskId;
import io.serproutes.observe.Tally;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Variable;

/**
 * What a signal changes: an id that is queued, in work or delivered, as far as this process knows,
 * stays as it is; one that is parked is due at once, also where it is being parked just now; any
 * other is kept. Signals come by one thread.
 */
public final class Signals implements CamelContextAware {

  private static final int MOST_NOTED = 10_000;

  private final BeginTask inWork;
  private final Tally tally;
  private final Set<TaskId> signalled = new LinkedHashSet<>(); // while in work; under its own lock
  private CamelContext context;
  private boolean isListening;

  /** Looks at the ids in work, and is told by {@code tally} how they end. */
  public Signals(BeginTask inWork, Tally tally) {
    this.inWork = inWork;
    this.tally = tally;
  }

  @Override
  public CamelContext getCamelContext() {
    return context;
  }

  @Override
  public void setCamelContext(CamelContext camelContext) {
    context = camelContext;
  }

  /** The ids that are to be kept, none twice; null for none. */
  public List<TaskId> choose(@Body List<Signal> signals) {
    FedMemory fed = fed();
    if (!isListening) {
      tally.listen(this::ended);
      isListening = true;
    }
    Set<TaskId> ids = new LinkedHashSet<>();
    signals.forEach(signal -> ids.add(signal.id()));
    Set<TaskId> noted = ids.stream().filter(inWork::isInWork).collect(Collectors.toSet());
    noted.forEach(this::note);
    ids.removeAll(wake(ids)); // with those in work: one may be parked, and not yet out of work
    ids.removeIf(id -> noted.contains(id) && (inWork.isInWork(id) || !forget(id)));
    ids.removeIf(fed::isSettled);
    return ids.isEmpty() ? null : List.copyOf(ids);
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
    Set<TaskId> woken = new HashSet<>();
    for (ParkedIds place : context.getRegistry().findByType(ParkedIds.class)) {
      if (!ids.isEmpty() && place.size() > 0) {
        woken.addAll(place.wake(Set.copyOf(ids)));
      }
    }
    return woken;
  }

  private FedMemory fed() {
    return context.getRegistry().findSingleByType(FedMemory.class);
  }

  /** Notes that ids are durable. */
  public void kept(@Variable("serpSignalsToKeep") List<TaskId> ids) {
    fed().fed(ids);
  }
}
