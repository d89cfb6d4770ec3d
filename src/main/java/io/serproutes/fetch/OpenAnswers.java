package io.serproutes.fetch;

import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * The answers that wait for an output, and whether they leave room for another call. Not
 * thread-safe: the gate calls it under its lock. Times are {@link System#nanoTime}.
 *
 * <p>Everything requested and not yet settled is requested again after a crash, so it is capped: to
 * the calls that may be in flight plus half of the last second's completions. An output that keeps
 * up delays no call. Waiting answers take heap, so they are also capped by count and by bytes.
 */
final class OpenAnswers {

  private static final long SECOND = TimeUnit.SECONDS.toNanos(1);

  private final int most;
  private final long mostBytes;
  private final Map<Task, Integer> heapBytes = new HashMap<>();
  private long allBytes;
  private long second;
  private int endedNow;
  private int endedBefore;

  OpenAnswers(int most, long mostBytes) {
    this.most = most;
    this.mostBytes = mostBytes;
  }

  /** Notes that the answer of a task waits for an output until its task has ended. */
  void add(Task task) {
    int bytes = task.getAnswer() == null ? 0 : task.getAnswer().heapBytes();
    if (heapBytes.putIfAbsent(task, bytes) == null) {
      allBytes += bytes;
    }
  }

  /** Notes that the work on a task has ended, whether or not it had an answer to deliver. */
  void ended(Task task, long now) {
    turn(now);
    endedNow++;
    Integer bytes = heapBytes.remove(task);
    allBytes -= bytes == null ? 0 : bytes;
  }

  /** Whether another call may start beside so many in flight, of so many that may be. */
  boolean leaveRoom(int inFlight, int concurrency, long now) {
    turn(now);
    int open = heapBytes.size();
    return inFlight + open < concurrency + Math.max(endedNow, endedBefore) / 2
        && open < most
        && (open == 0 || allBytes < mostBytes);
  }

  // counts are of whole seconds: the running one, and the one before
  private void turn(long now) {
    long current = Math.floorDiv(now, SECOND);
    if (current != second) {
      endedBefore = current == second + 1 ? endedNow : 0;
      endedNow = 0;
      second = current;
    }
  }
}
