package io.serproutes.ids;

import java.security.SecureRandom;
import java.util.Arrays;

/**
 * Ids at numbered places, and the place of an id. An id takes 16 bytes of heap for itself and 5 to
 * 11 in the index. Not thread-safe.
 */
public final class IdPlaces {

  /** So many places have their memory together. */
  public static final int CHUNK = 4000;

  private final long seed = new SecureRandom().nextLong();
  private long[][] ids = new long[16][]; // in chunks: the upper half, then the lower
  private int[] index = new int[1024]; // open addressing: place + 1, or 0
  private int size;

  /** The place of an id; -1 where it has none. */
  public int find(TaskId id) {
    return index[slot(id.high(), id.low())] - 1;
  }

  public TaskId id(int place) {
    return TaskId.of(high(place), low(place));
  }

  /** Puts an id that has no place at one that is free. */
  public void put(int place, TaskId id) {
    int chunk = place / CHUNK;
    if (chunk >= ids.length) {
      ids = Arrays.copyOf(ids, 2 * chunk);
    }
    if (ids[chunk] == null) {
      ids[chunk] = new long[2 * CHUNK];
    }
    ids[chunk][place % CHUNK * 2] = id.high();
    ids[chunk][place % CHUNK * 2 + 1] = id.low();
    index[slot(id.high(), id.low())] = place + 1;
    if (++size > index.length / 4 * 3) {
      int[] before = index;
      index = new int[2 * before.length];
      for (int entry : before) {
        if (entry != 0) {
          index[slot(high(entry - 1), low(entry - 1))] = entry;
        }
      }
    }
  }

  /** Frees a place. */
  public void remove(int place) {
    int mask = index.length - 1;
    int hole = slot(high(place), low(place));
    // entries behind the hole that belong before it move up, so that each is found without a gap
    for (int at = hole + 1 & mask; index[at] != 0; at = at + 1 & mask) {
      int home = home(high(index[at] - 1), low(index[at] - 1));
      if ((at - home & mask) >= (at - hole & mask)) {
        index[hole] = index[at];
        hole = at;
      }
    }
    index[hole] = 0;
    size--;
  }

  /** Gives back the memory of the chunk that a place is in; all its places are free. */
  public void release(int place) {
    ids[place / CHUNK] = null;
  }

  private long high(int place) {
    return ids[place / CHUNK][place % CHUNK * 2];
  }

  private long low(int place) {
    return ids[place / CHUNK][place % CHUNK * 2 + 1];
  }

  private int slot(long high, long low) {
    int slot = home(high, low);
    for (int place; (place = index[slot] - 1) >= 0; slot = slot + 1 & index.length - 1) {
      if (high(place) == high && low(place) == low) {
        break;
      }
    }
    return slot;
  }

  private int home(long high, long low) {
    return (int) mix(high, low, seed) & index.length - 1;
  }

  // with a seed, so that nobody can make up ids that all fall into one slot
  static long mix(long high, long low, long seed) {
    long h = (high ^ seed) * 0x9E3779B97F4A7C15L ^ low;
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
    return h ^ h >>> 32;
  }
}
