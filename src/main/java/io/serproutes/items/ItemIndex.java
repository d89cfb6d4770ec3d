package io.serproutes.items;

import java.util.Arrays;

/**
 * Where the items of an answer in memory lie: a few numbers an item, in the answer's order. It ends
 * with the first item that is one too many.
 */
final class ItemIndex {

  private static final int FIELDS = 5;
  private static final int MOST = 10_000; // of a real answer hundreds, in 330 KB of heap at most

  private int[] fields = new int[128 * FIELDS];
  private int size;
  private boolean isWhole = true;

  void add(Item item) {
    if (size == MOST) {
      isWhole = false;
      return;
    }
    int at = size * FIELDS;
    if (at == fields.length) {
      fields = Arrays.copyOf(fields, at * 2);
    }
    fields[at] = (int) item.from();
    fields[at + 1] = item.length();
    fields[at + 2] = item.type().ordinal() | (item.isObject() ? 4 : 0) | (item.hasTask() ? 8 : 0);
    fields[at + 3] = (int) item.rankFrom();
    fields[at + 4] = item.rankLength();
    size++;
  }

  int size() {
    return size;
  }

  /** Whether all items are in it. */
  boolean isWhole() {
    return isWhole;
  }

  Item get(int i) {
    int at = i * FIELDS;
    int flags = fields[at + 2];
    return new Item(
        fields[at],
        fields[at + 1],
        TYPES[flags & 3],
        (flags & 4) != 0,
        (flags & 8) != 0,
        fields[at + 3],
        fields[at + 4]);
  }

  private static final ItemType[] TYPES = ItemType.values();
}
