package io.serproutes.deliver;

import io.serproutes.IllegalSettingException;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Taker;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The takers of a context by their names, so that ids that were parked find theirs.
 *
 * <p>Safe for use by many threads.
 */
public final class Takers {

  private final Map<String, List<Taker>> named = new ConcurrentHashMap<>();

  /**
   * Makes a taker known; one that is equal may be known already.
   *
   * @throws IllegalSettingException where another has its name: parked ids could find the wrong one
   */
  public void add(Taker taker) {
    named.compute(
        taker.getName(),
        (name, same) -> {
          List<Taker> all = same == null ? new CopyOnWriteArrayList<>() : same;
          if (!all.isEmpty() && !all.get(0).equals(taker)) {
            throw new IllegalSettingException(
                "two sinks with different endpoints have the name " + name + "; give each its own");
          }
          all.add(taker);
          return all;
        });
  }

  /** Forgets a taker as often as it was added. */
  public void remove(Taker taker) {
    named.computeIfPresent(
        taker.getName(),
        (name, same) -> {
          same.remove(taker);
          return same.isEmpty() ? null : same;
        });
  }

  /** Who takes what comes of a task; null where it has no taker, or one that is not here. */
  Taker of(Task task) {
    if (task.getTaker() != null) {
      return task.getTaker();
    }
    List<Taker> same = task.getTakerName() == null ? null : named.get(task.getTakerName());
    return same == null ? null : same.get(0);
  }
}
