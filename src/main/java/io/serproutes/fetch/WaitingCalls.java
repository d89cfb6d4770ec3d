package io.serproutes.fetch;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Predicate;

/**
 * The calls that wait to be let in, in the order they came. While fresh ids wait, at most every
 * other call is for an id that was parked. Polls go before ids. Ids that came with their answers
 * wait beside them. Not thread-safe: the gate calls it under its lock.
 */
final class WaitingCalls {

  /**
   * A call that waits.
   *
   * @param go run when the call may start
   * @param refuse told if it may not wait any longer
   */
  record Waiting(Call call, Runnable go, Consumer<Exception> refuse) {}

  private final Deque<Waiting> fresh = new ArrayDeque<>();
  private final Deque<Waiting> parked = new ArrayDeque<>();
  private final Deque<Waiting> polls = new ArrayDeque<>();
  private final Deque<Waiting> answered = new ArrayDeque<>();
  private boolean lastWasParked;

  private Deque<Waiting> line(Waiting call) {
    if (call.call instanceof Task task) {
      if (task.getAnswerFile() != null) {
        return answered;
      }
      return task.isParkedBefore() ? parked : fresh;
    }
    return polls;
  }

  void add(Waiting call) {
    line(call).add(call);
  }

  /** Removes a call; whether it still waited. */
  boolean remove(Waiting call) {
    return line(call).remove(call);
  }

  /** Removes the calls for some tasks; returns who is to be told. */
  List<Consumer<Exception>> removeIf(Predicate<Task> which) {
    List<Consumer<Exception>> removed = new ArrayList<>();
    for (Deque<Waiting> line : List.of(fresh, parked, answered)) {
      line.removeIf(call -> which.test((Task) call.call) && removed.add(call.refuse));
    }
    return removed;
  }

  /** Removes all calls, polls included; returns who is to be told. */
  List<Consumer<Exception>> removeAll() {
    List<Consumer<Exception>> removed = removeIf(task -> true);
    polls.forEach(call -> removed.add(call.refuse));
    polls.clear();
    return removed;
  }

  /**
   * The call that is let in next; null where none waits.
   *
   * @param isProbe whether it is the probe of an open circuit: a poll is that only where no id
   *     waits
   */
  Waiting next(boolean isProbe) {
    if (!polls.isEmpty() && !(isProbe && size() > 0)) {
      return polls.peek();
    }
    boolean takesParked = fresh.isEmpty() || !parked.isEmpty() && !lastWasParked;
    return takesParked ? parked.peek() : fresh.peek();
  }

  /** Removes the call that {@link #next} names, because it is let in. */
  void letIn(Waiting call) {
    Deque<Waiting> line = line(call);
    lastWasParked = line == polls ? lastWasParked : line == parked;
    line.remove();
  }

  /** Whether an id waits that came with its answer. */
  boolean hasAnswered() {
    return !answered.isEmpty();
  }

  /** Removes the first id that came with its answer, because it is let in. */
  Waiting letInAnswered() {
    return answered.remove();
  }

  /** Counts the ids that wait for a call. */
  int size() {
    return fresh.size() + parked.size();
  }
}
