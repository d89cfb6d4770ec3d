package io.serproutes.items;

import io.serproutes.ids.TaskId;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.Envelope.Result;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.apache.camel.Variable;

/**
 * Splits the items of a task by type without rebuilding a byte of them.
 *
 * <p>All results of the task count; positions run over all of them. Stateless.
 */
public final class Slicer {

  /**
   * The task's items, a batch a type.
   *
   * @return at most three batches, none of them empty; none where the task has no items
   * @throws IOException where the file of a large answer cannot be read
   */
  public List<ItemBatch> byType(@Variable(Sliceable.VARIABLE) Sliceable sliceable)
      throws IOException {
    return batches(sliceable.getId(), sliceable.getAnswer(), sliceable.getFound());
  }

  /** The same from its parts. */
  public List<ItemBatch> batches(TaskId id, Answer answer, FoundTask task) throws IOException {
    List<TaskMember> members = new ArrayList<>(task.results().size());
    for (Result result : task.results()) {
      members.add(TaskMember.of(id, answer, task, result));
    }
    List<ItemBatch> batches = new ArrayList<>(ItemType.values().length);
    for (ItemType type : ItemType.values()) {
      int count = count(task, type);
      if (count > 0) {
        batches.add(new ItemBatch(type, count, answer, task.index(), task.results(), members));
      }
    }
    return batches;
  }

  /** How many items of a type a task has. */
  public static int count(FoundTask task, ItemType type) {
    return task.results().stream().mapToInt(result -> result.counts()[type.ordinal()]).sum();
  }
}
