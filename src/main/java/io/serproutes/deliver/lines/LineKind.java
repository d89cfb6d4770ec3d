package io.serproutes.deliver.lines;

import io.serproutes.items.ItemType;
import java.util.Locale;

/** What the files of a set hold, in the order in which they get their names. */
public enum LineKind {
  ORGANIC,
  PAID,
  OTHER,
  DEAD_LETTERS,
  RECEIPTS;

  /** That of items of a type. */
  public static LineKind of(ItemType type) {
    return valueOf(type.name());
  }

  /** The folder under {@code serp.files.dir}. */
  @Override
  public String toString() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }
}
