package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.items.Envelope.Result;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Iterator;
import java.util.List;

/**
 * All items of one type of a task, in the answer's order.
 *
 * <p>Holds no copy: items are cut out of the answer whenever it is read, so a lot is good as long
 * as its answer is open, and may be read again when a delivery is tried again.
 */
public final class ItemLot {

  private final ItemType type;
  private final int count;
  private final Answer answer;
  private final ItemIndex index;
  private final List<Result> results;
  private final List<TaskMember> members;

  ItemLot(
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
    String[] separator = {"[\n"};
    forEach(
        (position, item, member) -> {
          out.write(separator[0].getBytes(java.nio.charset.StandardCharsets.US_ASCII));
          separator[0] = ",\n";
          member.write(out, answer, item);
        });
    out.write("\n]\n".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
  }

  /**
   * The items as records, in order.
   *
   * @throws java.io.UncheckedIOException from the iterator, where the answer's file fails
   */
  public Iterator<ItemRecord> records() {
    return new ItemRecords(this, answer, index, results, members);
  }

  /** How many items of all types the task has. */
  public int getTotal() {
    return results.stream().mapToInt(Result::itemCount).sum();
  }

  /** Hands out the items of the type with their position among all items of the task. */
  void forEach(Visitor visitor) throws IOException {
    int before = 0;
    for (int i = 0; i < results.size(); i++) {
      Result result = results.get(i);
      if (answer.isSpooled()) {
        findAgain(result, members.get(i), before, visitor);
      } else {
        recall(result, members.get(i), before, visitor);
      }
      before += result.itemCount();
    }
  }

  private void recall(Result result, TaskMember member, int before, Visitor visitor)
      throws IOException {
    for (int i = 0; i < result.itemCount(); i++) {
      Item item = index.get(result.firstItem() + i);
      if (item.type() == type) {
        visitor.visit(before + i, item, member);
      }
    }
  }

  private void findAgain(Result result, TaskMember member, int before, Visitor visitor)
      throws IOException {
    if (result.items() == null) {
      return;
    }
    try (JsonParser p = answer.parse(result.items().from(), result.items().length())) {
      if (p.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("the spooled answer changed");
      }
      ItemReader reader = new ItemReader(p, result.items().from());
      int position = before;
      for (Item item; (item = reader.next()) != null; position++) {
        if (item.type() == type) {
          visitor.visit(position, item, member);
        }
      }
    }
  }

  /** Takes one item. */
  interface Visitor {
    void visit(int position, Item item, TaskMember member) throws IOException;
  }
}
