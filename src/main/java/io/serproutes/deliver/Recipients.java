package io.serproutes.deliver;

import io.serproutes.IllegalSettingException;
import io.serproutes.fetch.Task;
import io.serproutes.ids.Recipient;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;

/**
 * The recipients of a context by name, so that parked ids find theirs. Safe for use by many
 * threads.
 */
public final class Recipients {

  private final Map<String, List<Recipient>> named = new ConcurrentHashMap<>();

  /**
   * Adds a recipient. One that is equal may have been added before.
   *
   * @throws IllegalSettingException where another one has its name, since parked ids could find the
   *     wrong one
   */
  public void add(Recipient recipient) {
    named.compute(
        recipient.getName(),
        (name, same) -> {
          List<Recipient> all = same == null ? new CopyOnWriteArrayList<>() : same;
          if (!all.isEmpty() && !all.get(0).equals(recipient)) {
            throw new IllegalSettingException(
                "two sinks with different endpoints have the name " + name + "; give each its own");
          }
          all.add(recipient);
          return all;
        });
  }

  /** Removes a recipient that was added, once. */
  public void remove(Recipient recipient) {
    named.computeIfPresent(
        recipient.getName(),
        (name, same) -> {
          same.remove(recipient);
          return same.isEmpty() ? null : same;
        });
  }

  /** Returns the recipient of a task, or null where it has none or its name is unknown here. */
  Recipient of(Task task) {
    if (task.getRecipient() != null) {
      return task.getRecipient();
    }
    List<Recipient> same =
        task.getRecipientName() == null ? null : named.get(task.getRecipientName());
    return same == null ? null : same.get(0);
  }
}
