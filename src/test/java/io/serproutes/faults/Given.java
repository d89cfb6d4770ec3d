package io.serproutes.faults;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the program was given so far: how often it must deliver each entry, and may. */
final class Given {

  /** How often. */
  record Times(int least, int most) {
    Times plus(int moreLeast, int moreMost) {
      return new Times(least + moreLeast, most + moreMost);
    }
  }

  private final Set<String> known;
  private final Map<String, Times> ids = new TreeMap<>();
  private final Map<String, Times> inputs = new TreeMap<>();

  /** Nothing, of these ids. */
  Given(Set<String> known) {
    this.known = known;
  }

  /** Notes entries that a file or a record has; one that it has twice counts once. */
  synchronized void add(Collection<String> entries, int least, int most) {
    for (String entry : new HashSet<>(entries.stream().map(this::name).toList())) {
      Map<String, Times> all = known.contains(entry) ? ids : inputs;
      all.merge(entry, new Times(least, most), (a, b) -> a.plus(b.least, b.most));
    }
  }

  private String name(String entry) {
    String lower = entry.toLowerCase();
    return known.contains(lower) ? lower : entry;
  }

  /** How often each id. */
  synchronized Map<String, Times> ids() {
    return new TreeMap<>(ids);
  }

  /** How often each entry that is no id. */
  synchronized Map<String, Times> inputs() {
    return new TreeMap<>(inputs);
  }

  /** The ids that must have been delivered and are not among these. */
  synchronized List<String> missing(Collection<String> done) {
    List<String> missing = new ArrayList<>();
    ids.forEach(
        (id, times) -> {
          if (times.least > 0 && !done.contains(id)) {
            missing.add(id);
          }
        });
    return missing;
  }
}
