package io.serproutes.items;

import java.util.ArrayList;

/**
 * The items of a batch in memory, each a JSON text, in order. Unlike the batch it outlives the
 * answer. Camel converts it as it does an {@link ItemBatch}.
 */
public final class ItemList extends ArrayList<String> {

  private static final long serialVersionUID = 1;

  /** Copies a batch whose answer is open. */
  public ItemList(ItemBatch batch) {
    super(batch.getCount());
    batch.forEach(this::add);
  }

  /** Returns one JSON array, an item a line. */
  @Override
  public String toString() {
    return "[\n" + String.join(",\n", this) + "\n]\n";
  }
}
