package io.serproutes.feed.webhooks;

import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.FedMemory;
import io.serproutes.fetch.BeginTask;
import io.serproutes.ids.TaskId;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import org.apache.camel.Body;
import org.apache.camel.CamelContext;
import org.apache.camel.CamelContextAware;
import org.apache.camel.Variable;

/**
 * What a signal changes: an id that is queued, in work or delivered, as far as this process knows,
 * stays as it is; one that is parked is due at once; any other is kept. For one thread.
 */
public final class Signals implements CamelContextAware {

  private final BeginTask inWork;
  private CamelContext context;

  /** Looks at the ids in work. */
  public Signals(BeginTask inWork) {
    this.inWork = inWork;
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
    Set<TaskId> ids = new LinkedHashSet<>();
    signals.forEach(signal -> ids.add(signal.id()));
    for (ParkedIds place : context.getRegistry().findByType(ParkedIds.class)) {
      if (place.size() > 0 && !ids.isEmpty()) {
        ids.removeAll(place.wake(Set.copyOf(ids)));
      }
    }
    FedMemory fed = fed();
    fed.listen();
    ids.removeIf(id -> inWork.isInWork(id) || fed.isSettled(id));
    return ids.isEmpty() ? null : List.copyOf(ids);
  }

  private FedMemory fed() {
    return context.getRegistry().findSingleByType(FedMemory.class);
  }

  /** Notes that ids are durable. */
  public void kept(@Variable("serpSignalsToKeep") List<TaskId> ids) {
    fed().fed(ids);
  }
}
