package io.serproutes.ids;

import io.serproutes.Count;
import io.serproutes.ids.Delivery.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * What became of the ids of a drop file while this process worked on it. Safe for use by many
 * threads.
 *
 * <p>A killed process leaves which ids have ended, not how: the next one counts them as such.
 */
final class FileOutcomes {

  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<String, Long> deadLetters = new TreeMap<>();
  private long endedBefore;
  private long repeated;

  /** Counts an id that has ended. */
  synchronized void add(Outcome outcome) {
    outcomes.merge(outcome, 1L, Long::sum);
  }

  /** Counts a dead letter; returns how many there are with this reason. */
  synchronized long addDeadLetter(String reason) {
    return deadLetters.merge(reason, 1L, Long::sum);
  }

  /** Counts an id that had ended before this process opened the file. */
  synchronized void addEndedBefore() {
    endedBefore++;
  }

  /** Counts an id that the file holds already. */
  synchronized void addRepeated() {
    repeated++;
  }

  /**
   * The counts that are not zero, such as {@code 2 delivered, 1 dead letter (1 invalid-id)}; empty
   * where all are.
   */
  synchronized String inWords() {
    List<String> words = new ArrayList<>();
    add(words, outcomes.getOrDefault(Outcome.DELIVERED, 0L), "delivered");
    add(words, outcomes.getOrDefault(Outcome.PARKED, 0L), "parked");
    if (!deadLetters.isEmpty()) {
      long sum = deadLetters.values().stream().mapToLong(Long::longValue).sum();
      words.add(Count.of(sum, "dead letter") + reasons());
    }
    add(words, repeated, "repeated");
    add(words, endedBefore, "ended before a restart");
    return String.join(", ", words);
  }

  private String reasons() {
    return deadLetters.entrySet().stream()
        .map(entry -> String.format(Locale.ROOT, "%,d %s", entry.getValue(), entry.getKey()))
        .collect(Collectors.joining(", ", " (", ")"));
  }

  private static void add(List<String> words, long count, String what) {
    if (count > 0) {
      words.add(String.format(Locale.ROOT, "%,d %s", count, what));
    }
  }
}
