package io.serproutes.feed;

import io.serproutes.ids.TaskId;
import java.security.SecureRandom;
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
  private static final int CHUNK = 4000; // divides MOST

  // the lower bits of a note; the others are the second in which it was made
  private static final int FED = 0;
  private static final int ENDED = 1;
  private static final int FED_AGAIN = 2;
  private static final int ENDED_AGAIN = 3;
  private static final int STATE_BITS = 2;

  private final int most;
  private final long seed = new SecureRandom().nextLong();
  private final long[][]
      ids; // by place, in chunks that come and go: the upper half, then the lower
  private final int[][] notes;
  private int[] index = new int[1024]; // open addressing: place + 1, or 0
  private long first; // the oldest; its place is its number modulo the most
  private long next;

  FedIds() {
    this(MOST);
  }

  /** Remembers at most so many, a multiple of 4,000. */
  FedIds(int most) {
    this.most = most;
    ids = new long[most / CHUNK][];
    notes = new int[most / CHUNK][];
  }

  int size() {
    return (int) (next - first);
  }

  /** Chunks of memory in use, for tests. */
  int chunks() {
    return (int) Arrays.stream(ids).filter(Objects::nonNull).count();
  }

  /**
   * What to do with an id that is listed now.
   *
   * @param period seconds that an id may still be listed after it ended
   */
  Choice choose(TaskId id, int period, int now) {
    forgetOld(now);
    long high = id.high();
    long low = id.low();
    int slot = find(high, low);
    if (index[slot] == 0) {
      add(slot, high, low, note(FED, now));
      return Choice.FEED;
    }
    int place = index[slot] - 1;
    int note = noteAt(place);
    int state = state(note);
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
    int slot = find(id.high(), id.low());
    if (index[slot] != 0) {
      int place = index[slot] - 1;
      switch (state(noteAt(place))) {
        case FED -> setNote(place, note(ENDED, now));
        case FED_AGAIN -> setNote(place, note(ENDED_AGAIN, now));
        default -> {} // the same end, told once more
      }
    }
  }

  private static int note(int state, int second) {
    return second << STATE_BITS | state;
  }

  private static int state(int note) {
    return note & (1 << STATE_BITS) - 1;
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

  private void add(int slot, long high, long low, int note) {
    if (size() == most) {
      forgetFirst();
      slot = find(high, low);
    }
    if (2 * (size() + 1) > index.length) {
      growIndex();
      slot = find(high, low);
    }
    int place = placeOf(next++);
    int chunk = place / CHUNK;
    if (ids[chunk] == null) {
      ids[chunk] = new long[2 * CHUNK];
      notes[chunk] = new int[CHUNK];
    }
    ids[chunk][place % CHUNK * 2] = high;
    ids[chunk][place % CHUNK * 2 + 1] = low;
    setNote(place, note);
    index[slot] = place + 1;
  }

  private void forgetFirst() {
    int place = placeOf(first++);
    int chunk = place / CHUNK;
    removeSlot(find(ids[chunk][place % CHUNK * 2], ids[chunk][place % CHUNK * 2 + 1]));
    boolean isLastOfChunk = place % CHUNK == CHUNK - 1;
    if (isLastOfChunk && next - first <= most - CHUNK) { // else newer ones are in it already
      ids[chunk] = null;
      notes[chunk] = null;
    }
  }

  // entries behind the hole that belong before it move up, so that each is found without a gap
  private void removeSlot(int removed) {
    int hole = removed;
    for (int at = following(hole); index[at] != 0; at = following(at)) {
      int home = home(index[at] - 1);
      if ((at - home & index.length - 1) >= (at - hole & index.length - 1)) {
        index[hole] = index[at];
        hole = at;
      }
    }
    index[hole] = 0;
  }

  private void growIndex() {
    index = new int[2 * index.length];
    for (long number = first; number < next; number++) {
      int place = placeOf(number);
      int slot = home(place);
      while (index[slot] != 0) {
        slot = following(slot);
      }
      index[slot] = place + 1;
    }
  }

  /** The slot of an id, or the empty one where it would stand. */
  private int find(long high, long low) {
    int slot = home(high, low);
    while (index[slot] != 0 && !isAt(index[slot] - 1, high, low)) {
      slot = following(slot);
    }
    return slot;
  }

  private boolean isAt(int place, long high, long low) {
    long[] chunk = ids[place / CHUNK];
    return chunk[place % CHUNK * 2] == high && chunk[place % CHUNK * 2 + 1] == low;
  }

  private int following(int slot) {
    return slot + 1 & index.length - 1;
  }

  private int home(int place) {
    long[] chunk = ids[place / CHUNK];
    return home(chunk[place % CHUNK * 2], chunk[place % CHUNK * 2 + 1]);
  }

  // with a seed, so that nobody can make up ids that all fall into one place
  private int home(long high, long low) {
    long h = (high ^ seed) * 0x9E3779B97F4A7C15L ^ low;
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
    return (int) (h ^ h >>> 32) & index.length - 1;
  }
}
