package io.serproutes;

import java.util.Set;

/** What was given as keys, before it is read and checked. */
@FunctionalInterface
public interface Values {

  /** The text of a name exactly as given; null where none was given. */
  String value(String name);

  /** The names that were given and begin so, as far as their sources can be listed. */
  default Set<String> names(String prefix) {
    return Set.of();
  }

  /** Where a value was given, as it follows "given"; null where that is not known. */
  default String origin(String name) {
    return null;
  }
}
