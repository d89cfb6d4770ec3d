package io.serproutes.reconcile;

import io.serproutes.ids.TaskId;
import java.security.SecureRandom;
import java.util.Arrays;

/**
 * The ids that the vendor lists, in its order, each with what is known of it. An id takes about 25
 * bytes of heap: 17 for itself and its state, 4 to 8 for its place in the index. Not thread-safe.
 */
final class ListedIds {

  private static final int CHUNK = 16 * 1024;

  private final long seed = new SecureRandom().nextLong();
  private long[][] ids = new long[16][]; // by place, in chunks: the upper half, then the lower
  private byte[][] states = new byte[16][];
  private int[] index = new int[1024]; // open addressing: place + 1, or 0
  private int size;

  int size() {
    return size;
  }

  /** Adds an id in state 0; false where it is there already. */
  boolean add(TaskId id) {
    long high = id.high();
    long low = id.low();
    int slot = slot(high, low);
    if (index[slot] != 0) {
      return false;
    }
    int chunk = size / CHUNK;
    if (size % CHUNK == 0) {
      addChunk(chunk);
    }
    ids[chunk][2 * (size % CHUNK)] = high;
    ids[chunk][2 * (size % CHUNK) + 1] = low;
    index[slot] = ++size;
    if (size > index.length / 4 * 3) {
      growIndex();
    }
    return true;
  }

  private void addChunk(int chunk) {
    if (chunk == ids.length) {
      ids = Arrays.copyOf(ids, 2 * chunk);
      states = Arrays.copyOf(states, 2 * chunk);
    }
    ids[chunk] = new long[2 * CHUNK];
    states[chunk] = new byte[CHUNK];
  }

  private void growIndex() {
    index = new int[2 * index.length];
    for (int place = 0; place < size; place++) {
      index[slot(high(place), low(place))] = place + 1;
    }
  }

  /** The place of an id; -1 where it is not listed. */
  int find(TaskId id) {
    return index[slot(id.high(), id.low())] - 1;
  }

  TaskId id(int place) {
    return TaskId.of(high(place), low(place));
  }

  byte state(int place) {
    return states[place / CHUNK][place % CHUNK];
  }

  void state(int place, byte state) {
    states[place / CHUNK][place % CHUNK] = state;
  }

  private long high(int place) {
    return ids[place / CHUNK][2 * (place % CHUNK)];
  }

  private long low(int place) {
    return ids[place / CHUNK][2 * (place % CHUNK) + 1];
  }

  private int slot(long high, long low) {
    int mask = index.length - 1;
    int slot = (int) mix(high, low) & mask;
    for (int place; (place = index[slot] - 1) >= 0; slot = slot + 1 & mask) {
      if (high(place) == high && low(place) == low) {
        return slot;
      }
    }
    return slot;
  }

  private long mix(long high, long low) {
    long h = (high ^ seed) * 0x9E3779B97F4A7C15L ^ low;
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
    return h ^ h >>> 32;
  }
}
