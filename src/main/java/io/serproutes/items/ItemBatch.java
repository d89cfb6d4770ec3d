package io.serproutes.items;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.LookAhead;
import io.serproutes.items.Envelope.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.util.Iterator;
import java.util.List;

/**
 * All items of one type of a task, in the answer's order.
 *
 * <p>Holds no copy: items are cut out of the answer whenever it is read, so a batch is good as long
 * as its answer is open, and may be read again when a delivery is tried again.
 */
public final class ItemBatch implements Iterable<String> {

  private static final byte[] OPENING = "[\n".getBytes(US_ASCII);
  private static final byte[] BETWEEN = ",\n".getBytes(US_ASCII);
  private static final byte[] CLOSING = "\n]\n".getBytes(US_ASCII);

  private final ItemType type;
  private final int count;
  private final Answer answer;
  private final ItemIndex index;
  private final List<Result> results;
  private final List<TaskMember> members;

  ItemBatch(
      ItemType type,
      int count,
      Answer answer,
      ItemIndex index,
      List<Result> results,
      List<TaskMember> members) {
    this.type = type;
    this.count = count;
    this.answer = answer;
    this.index = index;
    this.results = results;
    this.members = members;
  }

  /** The type all items share. */
  public ItemType getType() {
    return type;
  }

  /** How many there are; at least one. */
  public int getCount() {
    return count;
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
      members.get(walk.result()).write(out, answer, walk.item());
    }
    out.write(CLOSING);
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
              ? new ItemRecord(walk.position(), answer, walk.item(), members.get(walk.result()))
              : null;
        } catch (IOException e) {
          throw new UncheckedIOException(e);
        }
      }
    };
  }

  /** Returns the items as JSON texts, in order; made one by one. */
  @Override
  public Iterator<String> iterator() {
    Iterator<ItemRecord> records = records();
    return new Iterator<>() {
      @Override
      public boolean hasNext() {
        return records.hasNext();
      }

      @Override
      public String next() {
        return new String(records.next().json(), UTF_8);
      }
    };
  }

  private ItemWalk walk() {
    return new ItemWalk(type, answer, index, results);
  }

  /** How many items of all types the task has. */
  public int getTotal() {
    return results.stream().mapToInt(Result::itemCount).sum();
  }
}
