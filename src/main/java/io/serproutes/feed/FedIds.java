package io.serproutes.feed;

import io.serproutes.ids.IdPlaces;
import io.serproutes.ids.TaskId;
import java.util.Arrays;
import java.util.Objects;

/**
 * Which ids were fed, for four days, at most the last million. An id takes 28 bytes of heap: 16 for
 * itself, 4 for its note and 8 for its place in the index; less while there are few. Not
 * thread-safe.
 *
 * <p>Times are whole seconds of one clock that starts at 0 or later.
 */
final class FedIds {

  /** What is to be done with an id that is listed. */
  enum Choice {
    /** It was not fed before: it is noted as fed. */
    FEED,
    /** It is still listed one period after it ended: it is noted as fed once more. */
    FEED_AGAIN,
    /** It was fed, and is in work or ended not long ago. */
    FED_BEFORE,
    /** It is still listed one period after it ended for the second time. */
    STILL_LISTED
  }

  static final int MOST = 1_000_000;

  private static final int KEPT_SECONDS = 4 * 24 * 60 * 60;
  private static final int CHUNK = IdPlaces.CHUNK; // divides MOST

  // the lower bits of a note; the others are the second in which it was made
  private static final int FED = 0;
  private static final int ENDED = 1;
  private static final int FED_AGAIN = 2;
  private static final int ENDED_AGAIN = 3;
  private static final int STATE = 3;
  private static final int DEAD = 4; // or that is not known: a signal asks anew
  private static final int STATE_BITS = 3;
  private static final int NOT_FED = FED | DEAD; // it was to be fed, and could not be kept

  private final int most;
  private final IdPlaces ids = new IdPlaces();
  private final int[][] notes; // by place, in chunks that come and go
  private long first; // the oldest; its place is its number modulo the most
  private long next;

  FedIds() {
    this(MOST);
  }

  /** Remembers at most so many, a multiple of 4,000. */
  FedIds(int most) {
    this.most = most;
    notes = new int[most / CHUNK][];
  }

  int size() {
    return (int) (next - first);
  }

  /** Chunks of memory in use, for tests. */
  int chunks() {
    return (int) Arrays.stream(notes).filter(Objects::nonNull).count();
  }

  /**
   * What to do with an id that is listed now.
   *
   * @param period seconds that an id may still be listed after it ended
   */
  Choice choose(TaskId id, int period, int now) {
    forgetOld(now);
    int place = ids.find(id);
    if (place < 0) {
      add(id, note(FED, now));
      return Choice.FEED;
    }
    int note = noteAt(place);
    int state = state(note);
    if (isNotFed(note)) {
      setNote(place, note(FED, now));
      return Choice.FEED;
    }
    if (state == FED || state == FED_AGAIN || now - second(note) < period) {
      return Choice.FED_BEFORE;
    }
    if (state == ENDED_AGAIN) {
      return Choice.STILL_LISTED;
    }
    setNote(place, note(FED_AGAIN, now));
    return Choice.FEED_AGAIN;
  }

  /** Notes that an id has ended in a receipt; one that was not fed is passed over. */
  void ended(TaskId id, int now) {
    int place = ids.find(id);
    if (place >= 0) {
      end(place, now);
    }
  }

  /** Notes how an id has ended; of one that was not fed, only that it was delivered. */
  void ended(TaskId id, boolean isDead, int now) {
    forgetOld(now);
    int place = ids.find(id);
    if (place < 0 && !isDead) {
      add(id, note(ENDED, now));
    } else if (place >= 0) {
      end(place, now);
      setNote(place, isDead ? noteAt(place) | DEAD : noteAt(place) & ~DEAD); // the last counts
    }
  }

  private void end(int place, int now) {
    switch (state(noteAt(place))) {
      case FED -> setNote(place, note(ENDED | DEAD, now));
      case FED_AGAIN -> setNote(place, note(ENDED_AGAIN | DEAD, now));
      default -> {} // the same end, told once more
    }
  }

  /** Notes that an id was fed for a signal. */
  void fed(TaskId id, int now) {
    forgetOld(now);
    int place = ids.find(id);
    if (place < 0) {
      add(id, note(FED, now));
    } else {
      setNote(place, note(FED, now));
    }
  }

  /**
   * Whether an id is delivered, or was fed and is still in work.
   *
   * @param patience seconds after which the end of an id that was fed must have been told
   */
  boolean isOpenOrDelivered(TaskId id, int patience, int now) {
    int place = ids.find(id);
    if (place < 0) {
      return false;
    }
    int note = noteAt(place);
    if (isNotFed(note)) {
      return false;
    }
    boolean isOpen = state(note) == FED || state(note) == FED_AGAIN;
    return isOpen ? now - second(note) <= patience : (note & DEAD) == 0;
  }

  /** Takes back that an id is fed, unless it has ended: it is new where it is listed again. */
  void notFed(TaskId id, int now) {
    int place = ids.find(id);
    if (place >= 0 && (state(noteAt(place)) == FED || state(noteAt(place)) == FED_AGAIN)) {
      setNote(place, note(NOT_FED, now));
    }
  }

  private static boolean isNotFed(int note) {
    return (note & (STATE | DEAD)) == NOT_FED;
  }

  private static int note(int state, int second) {
    return second << STATE_BITS | state;
  }

  private static int state(int note) {
    return note & STATE;
  }

  private static int second(int note) {
    return note >>> STATE_BITS;
  }

  private int noteAt(int place) {
    return notes[place / CHUNK][place % CHUNK];
  }

  private void setNote(int place, int note) {
    notes[place / CHUNK][place % CHUNK] = note;
  }

  private int placeOf(long number) {
    return (int) (number % most);
  }

  private void forgetOld(int now) {
    while (first < next && now - second(noteAt(placeOf(first))) > KEPT_SECONDS) {
      forgetFirst();
    }
  }

  private void add(TaskId id, int note) {
    if (size() == most) {
      forgetFirst();
    }
    int place = placeOf(next++);
    int chunk = place / CHUNK;
    if (notes[chunk] == null) {
      notes[chunk] = new int[CHUNK];
    }
    ids.put(place, id);
    setNote(place, note);
  }

  private void forgetFirst() {
    int place = placeOf(first++);
    ids.remove(place);
    boolean isLastOfChunk = place % CHUNK == CHUNK - 1;
    if (isLastOfChunk && next - first <= most - CHUNK) { // else newer ones are in it already
      ids.release(place);
      notes[place / CHUNK] = null;
    }
  }
}
