package io.serproutes.items;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.LookAhead;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Envelope.FoundTask;
import io.serproutes.items.Envelope.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;

/**
 * All items of one type of a task, in the answer's order.
 *
 * <p>Holds no copy: items are cut out of the answer whenever the batch is read. It can be read as
 * often as wanted while its answer is open.
 */
public final class ItemBatch implements Iterable<String> {

  private static final byte[] OPENING = "[\n".getBytes(US_ASCII);
  private static final byte[] BETWEEN = ",\n".getBytes(US_ASCII);
  private static final byte[] CLOSING = "\n]\n".getBytes(US_ASCII);
  private static final int WRAPPING = 1024; // around an item and its task

  private final ItemType type;
  private final Answer answer;
  private final FoundTask task;
  private final Members members;

  private ItemBatch(ItemType type, Answer answer, FoundTask task, Members members) {
    this.type = type;
    this.answer = answer;
    this.task = task;
    this.members = members;
  }

  /**
   * Splits a task's items by type, a batch a type, in all its results.
   *
   * @param id the task's id as it was asked for
   * @param answer the answer that holds the task; open
   * @return at most three batches, none of them empty; none where the task has no items
   */
  public static List<ItemBatch> byType(TaskId id, Answer answer, FoundTask task) {
    Members members = new Members(id, answer, task);
    List<ItemBatch> batches = new ArrayList<>(ItemType.values().length);
    for (ItemType type : ItemType.values()) {
      if (task.count(type) > 0) {
        batches.add(new ItemBatch(type, answer, task, members));
      }
    }
    return batches;
  }

  /** The type all items share. */
  public ItemType getType() {
    return type;
  }

  /** How many there are; at least one. */
  public int getCount() {
    return task.count(type);
  }

  /**
   * Writes the items as one JSON array, an item a line.
   *
   * @throws IOException where the stream or the answer's file fails
   */
  public void writeTo(OutputStream out) throws IOException {
    byte[] separator = OPENING;
    for (ItemWalk walk = walk(); walk.next(); separator = BETWEEN) {
      out.write(separator);
      members.of(walk.result()).write(out, answer, walk.item());
    }
    out.write(CLOSING);
  }

  /**
   * Writes the items as JSON Lines.
   *
   * @throws IOException where the stream or the answer's file fails
   */
  public void writeLines(OutputStream out) throws IOException {
    OutputStream line = task.isOneLine() ? out : new OneLine(out);
    for (ItemWalk walk = walk(); walk.next(); out.write('\n')) {
      members.of(walk.result()).write(line, answer, walk.item());
    }
  }

  /**
   * The items as records, in order.
   *
   * @throws UncheckedIOException from the iterator, where the answer's file fails
   */
  public Iterator<ItemRecord> records() {
    ItemWalk walk = walk();
    return new LookAhead<>() {
      @Override
      protected ItemRecord fetch() {
        try {
          return walk.next()
              ? new ItemRecord(walk.position(), answer, walk.item(), members.of(walk.result()))
              : null;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** Whether every record is sure to be no longer than so many bytes, without a look at any. */
  public boolean isEachBelow(long bytes) {
    return answer.length() + TaskMember.MOST_BYTES + WRAPPING <= bytes;
  }

  /** Returns the items as JSON texts, in order; made one by one. */
  @Override
  public Iterator<String> iterator() {
    Iterator<ItemRecord> records = records();
    return new LookAhead<>() {
      @Override
      protected String fetch() {
        return records.hasNext() ? new String(records.next().json(), UTF_8) : null;
      }
    };
  }

  /**
   * Returns the items for a receiver that may keep them: a copy, or this batch where the answer is
   * too large for memory and lies in a file.
   */
  public Iterable<String> forReceiver() {
    return answer.isSpooled() ? this : new ItemList(this);
  }

  private ItemWalk walk() {
    return new ItemWalk(type, answer, task.index(), task.results());
  }

  /**
   * The member of each result. Only the last one asked for is held: an answer may have many
   * results, and hardly ever has more than one. Safe for use by many threads.
   */
  private record Members(TaskId id, Answer answer, FoundTask task, AtomicReference<Made> last) {

    private record Made(int result, TaskMember member) {}

    Members(TaskId id, Answer answer, FoundTask task) {
      this(id, answer, task, new AtomicReference<>());
    }

    TaskMember of(int result) throws IOException {
      Made made = last.get();
      if (made == null || made.result != result) {
        Result its = task.results().get(result);
        made = new Made(result, TaskMember.of(id, answer, task, its));
        last.set(made);
      }
      return made.member;
    }
  }

  /** How many items of all types the task has. */
  public int getTotal() {
    return task.itemCount();
  }
}
