package io.serproutes.sandbox;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/**
 * The tasks that were posted and whether they were collected. Thread-safe.
 *
 * <p>They may take 32 MiB, which is about 80,000 tasks. Beyond that the one that was collected
 * first is forgotten, or, where none was, the one that was posted first.
 */
final class PostedTasks {

  private static final long MOST_BYTES = 32L << 20;

  /** What a task takes on the heap beside its JSON. */
  private static final int OVERHEAD = 200;

  private final Map<String, PostedTask> uncollected = new LinkedHashMap<>();
  private final Map<String, PostedTask> collected = new LinkedHashMap<>();
  private final Clock clock;
  private final long turnaround;
  private final long mostBytes;
  private long bytes;

  /**
   * @param turnaround from when a task is posted until it is done
   */
  PostedTasks(Clock clock, Duration turnaround) {
    this(clock, turnaround, MOST_BYTES);
  }

  PostedTasks(Clock clock, Duration turnaround, long mostBytes) {
    this.clock = clock;
    this.turnaround = turnaround.toMillis();
    this.mostBytes = mostBytes;
  }

  /** The time now, in ms since 1970. */
  long now() {
    return clock.millis();
  }

  /** Keeps what was posted, under an id of its own. */
  synchronized PostedTask add(ObjectNode posted) {
    long now = now();
    PostedTask task = PostedTask.of(TaskEnvelope.newId("0066"), posted, now, now + turnaround);
    uncollected.put(task.id(), task);
    bytes += size(task);
    while (bytes > mostBytes) {
      forgetOne();
    }
    return task;
  }

  /** The task with this id; null where none was posted. */
  synchronized PostedTask find(String id) {
    PostedTask task = uncollected.get(id);
    return task == null ? collected.get(id) : task;
  }

  /** Takes a task, if it is still here, from the list of those to collect. */
  synchronized void collect(String id) {
    PostedTask task = uncollected.remove(id);
    if (task != null) {
      collected.put(id, task);
    }
  }

  /** The tasks that are done and not collected, at most {@code limit}, the oldest first. */
  synchronized List<PostedTask> ready(int limit) {
    long now = now();
    return uncollected.values().stream().filter(task -> now >= task.doneAt()).limit(limit).toList();
  }

  /** The tasks posted from {@code from} to {@code to}, both in ms since 1970, the oldest first. */
  synchronized List<PostedTask> posted(long from, long to) {
    List<PostedTask> tasks = new ArrayList<>();
    Stream.of(uncollected, collected)
        .flatMap(map -> map.values().stream())
        .filter(task -> second(task.postedAt()) >= from && second(task.postedAt()) <= to)
        .forEach(tasks::add);
    tasks.sort(Comparator.comparingLong(PostedTask::postedAt).thenComparing(PostedTask::id));
    return tasks;
  }

  /** Times are asked for, and shown, in whole seconds. */
  private static long second(long millis) {
    return millis - millis % 1000;
  }

  private void forgetOne() {
    Iterator<PostedTask> eldest =
        (collected.isEmpty() ? uncollected : collected).values().iterator();
    bytes -= size(eldest.next());
    eldest.remove();
  }

  private static long size(PostedTask task) {
    return OVERHEAD + task.json().length;
  }
}
