package io.serproutes.reconcile;

import io.serproutes.deliver.ReceiptOutcome;
import io.serproutes.ids.IdPlaces;
import io.serproutes.ids.TaskId;
import java.io.IOException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.stream.IntStream;
import org.apache.camel.util.function.ThrowingConsumer;

/**
 * What is known of each listed id, and what was counted. An id that was delivered once counts as
 * delivered, whatever became of it when it was given again. Not thread-safe.
 */
public final class Findings {

  // the states of an id; those above are places in the list of outcomes
  private static final byte MISSING = 0;
  static final byte INBOX = 1;
  static final byte PARKED = 2;
  static final byte POSTED = 3;
  static final byte TOPIC = 4;
  private static final byte FIRST_OUTCOME = 5;
  // there are a dozen; what is beyond counts as the last
  private static final int MOST_OUTCOMES = 100;

  final String engine;
  final Instant start;
  final Instant end;
  private final IdPlaces ids = new IdPlaces(); // in the order of the list
  private byte[] states = new byte[1024]; // by place
  private int finished;
  private final List<ReceiptOutcome> outcomes = new ArrayList<>();
  private long rowsOfOthers;
  private long unfinished;
  private long malformed;

  /** Records of the topic of ids that the group has not committed. */
  long lag;

  /** Whether these records were read, so that no missing id is among them. */
  boolean isLagRead;

  /** Before which receipts of that time may have been removed; null where none was. */
  Instant receiptsSince;

  /** The file or topic that took the missing ids; null where none did. */
  String fedTo;

  Findings(String engine, Instant start, Instant end) {
    this.engine = engine;
    this.start = start;
    this.end = end;
  }

  void listed(IdListPage.Row row) {
    if (!row.isOfEngine()) {
      rowsOfOthers++;
    } else if (row.id() == null) {
      malformed++;
    } else if (!row.isDone()) {
      unfinished++;
    } else if (ids.find(row.id()) < 0) {
      ids.put(finished++, row.id());
      states = finished > states.length ? Arrays.copyOf(states, 2 * states.length) : states;
    }
  }

  void forEach(ThrowingConsumer<TaskId, IOException> visitor) throws IOException {
    for (int place = 0; place < finished; place++) {
      visitor.accept(ids.id(place));
    }
  }

  /** Notes that an id is in a source or parked; of one that is not listed nothing is noted. */
  void waits(TaskId id, byte where) {
    int place = id == null ? -1 : ids.find(id);
    if (place >= 0) {
      states[place] = where;
    }
  }

  /**
   * Notes what the receipt of an id says; null for none. One that is parked was given again after
   * it was dead-lettered.
   */
  void ended(TaskId id, ReceiptOutcome outcome) {
    int place = id == null || outcome == null ? -1 : ids.find(id);
    if (place < 0) {
      return;
    }
    byte state = states[place];
    if (state == PARKED && !outcome.isDelivered()) {
      return;
    }
    boolean wasDelivered =
        state >= FIRST_OUTCOME && outcomes.get(state - FIRST_OUTCOME).isDelivered();
    if (outcome.isDelivered() || !wasDelivered) {
      states[place] = (byte) (FIRST_OUTCOME + index(outcome));
    }
  }

  private int index(ReceiptOutcome outcome) {
    int index = outcomes.indexOf(outcome);
    if (index < 0 && outcomes.size() < MOST_OUTCOMES) {
      outcomes.add(outcome);
    }
    return index < 0 ? outcomes.size() - 1 : index;
  }

  /** Tasks of the engine that are finished, each once. */
  int finished() {
    return finished;
  }

  long rowsOfOthers() {
    return rowsOfOthers;
  }

  long unfinished() {
    return unfinished;
  }

  long malformed() {
    return malformed;
  }

  /** Finished tasks without a receipt that do not wait anywhere. */
  public int missing() {
    return count(MISSING);
  }

  /** How many ids wait at a place; in the topic 0 where its records were not read. */
  int count(byte state) {
    return (int) IntStream.range(0, finished).filter(at -> states[at] == state).count();
  }

  /** How many ids were delivered, by outcome. */
  Map<String, Integer> delivered() {
    return counts(true, ReceiptOutcome::outcome);
  }

  /** How many ids were dead-lettered, by reason. */
  Map<String, Integer> deadLettered() {
    return counts(false, outcome -> String.valueOf(outcome.reason()));
  }

  private Map<String, Integer> counts(boolean delivered, Function<ReceiptOutcome, String> name) {
    Map<String, Integer> counts = new TreeMap<>();
    for (int i = 0; i < outcomes.size(); i++) {
      int count = count((byte) (FIRST_OUTCOME + i));
      if (outcomes.get(i).isDelivered() == delivered && count > 0) {
        counts.merge(name.apply(outcomes.get(i)), count, Integer::sum);
      }
    }
    return counts;
  }

  /** The missing ids in the order of the list. */
  Iterable<TaskId> missingIds() {
    return () ->
        IntStream.range(0, finished)
            .filter(at -> states[at] == MISSING)
            .mapToObj(ids::id)
            .iterator();
  }
}
