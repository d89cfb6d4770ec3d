package io.serproutes;

import java.util.Collection;
import java.util.Comparator;
import java.util.stream.IntStream;

/** What a person may have meant by a name that nothing has. */
public final class Suggestion {

  private static final int LEAST_TYPOS = 2;
  private static final int CHARACTERS_A_TYPO = 4;

  private Suggestion() {}

  /** {@code ; did you mean X?} for the most similar name; empty where none is similar. */
  public static String of(String name, Collection<String> known) {
    int most = Math.max(LEAST_TYPOS, name.length() / CHARACTERS_A_TYPO);
    return known.stream()
        .min(Comparator.comparingInt(candidate -> distance(name, candidate)))
        .filter(nearest -> distance(name, nearest) <= most)
        .filter(nearest -> distance(name, nearest) < name.length()) // something of it is kept
        .map(nearest -> "; did you mean " + nearest + "?")
        .orElse("");
  }

  /** Levenshtein's distance: characters to insert, remove or replace. */
  static int distance(String a, String b) {
    int[] row = IntStream.rangeClosed(0, b.length()).toArray();
    for (int i = 1; i <= a.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= b.length(); j++) {
        int replaced = diagonal + (a.charAt(i - 1) == b.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[b.length()];
  }
}
