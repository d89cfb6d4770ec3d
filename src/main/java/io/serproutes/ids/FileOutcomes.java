package io.serproutes.ids;

import io.serproutes.Count;
import io.serproutes.ids.Delivery.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;

/**
 * What became of the ids of a drop file while this process worked on it, and when all have ended.
 * Safe for use by many threads.
 *
 * <p>A killed process leaves which ids have ended, not how: the next one counts them as such.
 */
final class FileOutcomes {

  private final CompletableFuture<Void> ended = new CompletableFuture<>();
  private final Map<Outcome, Long> outcomes = new EnumMap<>(Outcome.class);
  private final Map<String, Long> deadLetters = new TreeMap<>();
  private long inWork;
  private boolean isRead;
  private boolean isKept;
  private long endedBefore;
  private long repeated;

  /** Notes that work on an id begins. */
  synchronized void begin() {
    inWork++;
  }

  /** Notes that the work on an id is over. */
  void end(Outcome outcome) {
    synchronized (this) {
      inWork--;
      outcomes.merge(outcome, 1L, Long::sum);
      isKept |= !outcome.isAcknowledged();
    }
    completeIfEnded();
  }

  /** Notes that no more ids follow. */
  void endReading() {
    synchronized (this) {
      isRead = true;
    }
    completeIfEnded();
  }

  private void completeIfEnded() {
    boolean isOver;
    synchronized (this) {
      isOver = isRead && inWork == 0;
    }
    if (isOver) {
      ended.complete(null);
    }
  }

  /** Completes when the file has been read and the work on all its ids is over. */
  CompletableFuture<Void> ended() {
    return ended;
  }

  /** Notes that ids of the file were not read and must be delivered again. */
  synchronized void keep() {
    isKept = true;
  }

  /** Whether an id must be delivered again, so that the file has to stay. */
  synchronized boolean isKept() {
    return isKept;
  }

  synchronized long inWork() {
    return inWork;
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
