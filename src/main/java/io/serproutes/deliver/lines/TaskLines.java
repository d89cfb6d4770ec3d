package io.serproutes.deliver.lines;

import io.serproutes.deliver.Publication;
import io.serproutes.fetch.Task;
import io.serproutes.items.ItemBatch;
import io.serproutes.items.ItemType;
import io.serproutes.items.OneLine;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.Map;

/**
 * The lines of one task, which are made when they are committed: until then its answer is open. One
 * thread at a time.
 */
public final class TaskLines extends Publication {

  private final Map<ItemType, ItemBatch> items = new EnumMap<>(ItemType.class);
  private byte[] letter;
  private byte[] receipt;
  private byte[] committed; // the receipt that was

  private TaskLines(Task task, Path dir) {
    super(task, dir);
  }

  /** Returns the task's lines, which last as long as the task is in work. */
  static TaskLines of(Task task, Path dir) {
    return task.keep(TaskLines.class, () -> new TaskLines(task, dir));
  }

  void items(ItemBatch batch) {
    items.put(batch.getType(), batch);
  }

  void letter(byte[] json) {
    letter = json;
  }

  /** Adds the receipt; one that is committed is not committed again. */
  void receipt(byte[] json) {
    receipt = Arrays.equals(json, committed) ? null : json;
  }

  /** Whether it has lines of a kind; items only where the task is delivered. */
  boolean has(LineKind kind) {
    return switch (kind) {
      case DEAD_LETTERS -> letter != null;
      case RECEIPTS -> receipt != null;
      default -> task().getVerdict().isDeliver() && items.containsKey(type(kind));
    };
  }

  private static ItemType type(LineKind kind) {
    return ItemType.valueOf(kind.name());
  }

  /** Whether there is anything to commit. */
  boolean isEmpty() {
    return letter == null && receipt == null;
  }

  /** Writes its lines of a kind, which it has. */
  void write(LineKind kind, OutputStream out) throws IOException {
    switch (kind) {
      case DEAD_LETTERS -> writeLine(letter, out);
      case RECEIPTS -> writeLine(receipt, out);
      default -> items.get(type(kind)).writeLines(out);
    }
  }

  private static void writeLine(byte[] json, OutputStream out) throws IOException {
    new OneLine(out).write(json);
    out.write('\n');
  }

  /** Notes that all of it is committed. */
  void committed() {
    committed = receipt == null ? committed : receipt;
    discard();
  }

  @Override
  protected void discard() {
    items.clear();
    letter = null;
    receipt = null;
  }
}
