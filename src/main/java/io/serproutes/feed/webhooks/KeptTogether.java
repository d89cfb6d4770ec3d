package io.serproutes.feed.webhooks;

import io.serproutes.feed.webhooks.Caller.Phase;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.Executor;
import java.util.function.BiConsumer;
import java.util.function.Predicate;

/**
 * Has the ids of calls kept, one batch at a time: what comes meanwhile is kept together after that.
 * Thread-safe.
 */
final class KeptTogether {

  private final Executor keeper;
  private final Predicate<List<Signal>> keep;
  private final BiConsumer<List<Caller>, Boolean> done;
  private final Queue<Caller> waiting = new ArrayDeque<>();
  private boolean isKeeping;

  /**
   * Nothing yet.
   *
   * @param keep makes ids durable and says whether they are; run by {@code keeper}
   * @param done told whether the ids of these calls are kept, by {@code keeper}
   */
  KeptTogether(
      Executor keeper, Predicate<List<Signal>> keep, BiConsumer<List<Caller>, Boolean> done) {
    this.keeper = keeper;
    this.keep = keep;
    this.done = done;
  }

  /** Keeps the id of a call; throws where the executor takes no more work. */
  void add(Caller caller) {
    synchronized (this) {
      waiting.add(caller);
      if (isKeeping) {
        return;
      }
      isKeeping = true;
    }
    keeper.execute(this::keepAll);
  }

  private void keepAll() {
    try {
      for (List<Caller> batch; !(batch = nextBatch()).isEmpty(); ) {
        done.accept(batch, keep.test(batch.stream().map(Caller::signal).toList()));
      }
    } catch (Error e) {
      synchronized (this) {
        isKeeping = false; // a host may live on
      }
      throw e;
    }
  }

  private synchronized List<Caller> nextBatch() {
    List<Caller> batch = new ArrayList<>(waiting);
    waiting.clear();
    batch.removeIf(caller -> caller.phase != Phase.KEEPING); // answered in the meantime
    isKeeping = !batch.isEmpty();
    return batch;
  }
}
