package io.serproutes.fetch;

import java.util.ArrayDeque;
import java.util.HashMap;
import java.util.Map;
import java.util.Queue;

/**
 * Ids in work: an id that is given twice is worked on once at a time.
 *
 * <p>Waiting holds no thread. Safe for use by many threads.
 */
final class IdLocks {

  private final Map<String, Queue<Runnable>> inWork = new HashMap<>();

  /**
   * Locks an id.
   *
   * @param go run once the id is free, by the thread that frees it; not if it is free now
   * @return whether it was free and is locked now
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

  /** Frees an id, or passes it on to the next that waits for it. */
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
