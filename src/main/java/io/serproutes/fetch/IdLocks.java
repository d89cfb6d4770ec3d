package io.serproutes.fetch;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Ids in work: the same id given twice is done one after the other.
 *
 * <p>Whoever waits holds no thread. Safe for use by many threads.
 */
final class IdLocks {

  private final Map<String, Queue<Runnable>> inWork = new HashMap<>();

  /**
   * Takes the turn of an id.
   *
   * @param go run later, by whoever has the turn now, where it is taken
   * @return whether the turn is there at once; then {@code go} is not run
   */
  synchronized boolean enter(String id, Runnable go) {
    Queue<Runnable> waiting = inWork.get(id);
    if (waiting == null) {
      inWork.put(id, new ArrayDeque<>(0));
      return true;
    }
    waiting.add(go);
    return false;
  }

  /** Gives the turn to the next who waits for the id, if any. */
  void leave(String id) {
    Runnable next;
    synchronized (this) {
      next = inWork.get(id).poll();
      if (next == null) {
        inWork.remove(id);
      }
    }
    if (next != null) {
      next.run();
    }
  }

  synchronized int size() {
    return inWork.size();
  }
}
