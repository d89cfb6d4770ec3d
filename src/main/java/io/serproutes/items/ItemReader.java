package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import java.io.IOException;

/** Finds the items of an array one after the other. */
final class ItemReader {

  private final JsonParser p;
  private final long base;

  private ItemType type;
  private boolean hasTask;
  private long rankFrom;
  private int rankLength;

  /**
   * A reader behind the array's opening bracket.
   *
   * @param base added to the parser's offsets
   */
  ItemReader(JsonParser p, long base) {
    this.p = p;
    this.base = base;
  }

  /** The next item, or null at the end of the array. */
  Item next() throws IOException {
    JsonToken token = p.nextToken();
    if (token == JsonToken.END_ARRAY) {
      return null;
    }
    long from = Tokens.start(p);
    type = ItemType.OTHER;
    hasTask = false;
    rankFrom = 0;
    rankLength = 0;
    boolean isObject = token == JsonToken.START_OBJECT;
    if (isObject) {
      readMembers();
    } else {
      p.skipChildren();
      p.finishToken();
    }
    int length = (int) (Tokens.end(p) - from);
    return new Item(base + from, length, type, isObject, hasTask, rankFrom, rankLength);
  }

  private void readMembers() throws IOException {
    while (p.nextToken() != JsonToken.END_OBJECT) {
      String name = p.currentName();
      JsonToken value = p.nextToken();
      switch (name) {
        case "type" -> type = ItemType.of(Tokens.text(p));
        case "rank_absolute" -> noteRank(value);
        case "task" -> {
          hasTask = true;
          p.skipChildren();
        }
        default -> p.skipChildren();
      }
    }
  }

  private void noteRank(JsonToken value) throws IOException {
    rankFrom = 0;
    rankLength = 0;
    if (value == JsonToken.VALUE_NUMBER_INT || value == JsonToken.VALUE_NUMBER_FLOAT) {
      Part rank = Tokens.skip(p);
      rankFrom = base + rank.from();
      rankLength = (int) rank.length();
    } else {
      p.skipChildren();
    }
  }
}
