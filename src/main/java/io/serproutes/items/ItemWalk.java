package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.items.Envelope.Result;
import java.io.IOException;
import java.util.List;

/**
 * One walk over the items of a type, in the answer's order. Those of an answer in memory were noted
 * when it was read; those of an answer in a file, or of one with very many, are found again. Not
 * thread-safe.
 */
final class ItemWalk {

  private final ItemType type;
  private final Answer answer;
  private final ItemIndex index;
  private final List<Result> results;

  private int result = -1;
  private int left;
  private int position = -1;
  private int noted;
  private JsonParser parser;
  private ItemReader reader;
  private Item item;

  ItemWalk(ItemType type, Answer answer, ItemIndex index, List<Result> results) {
    this.type = type;
    this.answer = answer;
    this.index = index;
    this.results = results;
  }

  /**
   * Goes to the next item.
   *
   * @return false at the end, and from then on
   * @throws IOException where the answer's file fails
   */
  boolean next() throws IOException {
    do {
      while (left == 0) {
        if (!nextResult()) {
          return false;
        }
      }
      left--;
      position++;
      item = parser == null ? index.get(noted++) : reader.next();
    } while (item.type() != type);
    return true;
  }

  private boolean nextResult() throws IOException {
    if (parser != null) {
      parser.close();
      parser = null;
    }
    if (result + 1 >= results.size()) {
      return false;
    }
    Result begun = results.get(++result);
    left = begun.itemCount();
    noted = begun.firstItem();
    if (left > 0 && (answer.isSpooled() || !index.isWhole())) {
      parser = answer.parse(begun.items().from(), begun.items().length());
      if (parser.nextToken() != JsonToken.START_ARRAY) {
        throw new IOException("the answer changed");
      }
      reader = new ItemReader(parser, begun.items().from());
    }
    return true;
  }

  Item item() {
    return item;
  }

  /** The place of the current item, 0-based, among all items of the task. */
  int position() {
    return position;
  }

  /** The place of its result, 0-based. */
  int result() {
    return result;
  }
}
