package io.serproutes.items;

import java.util.Locale;

/** Where an item goes, by its {@code type}: to OTHER where it has none or one that is new. */
public enum ItemType {
  ORGANIC,
  PAID,
  OTHER;

  private final String text = name().toLowerCase(Locale.ROOT);

  /** The type with this name; null and unknown names are OTHER. */
  static ItemType of(String type) {
    if ("organic".equals(type)) {
      return ORGANIC;
    }
    return "paid".equals(type) ? PAID : OTHER;
  }

  /** The folder, topic key and metric label: {@code organic}, {@code paid}, {@code other}. */
  @Override
  public String toString() {
    return text;
  }
}
