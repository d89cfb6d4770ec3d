package io.serproutes.items;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Pooled arrays for answers: a new one would be copied by every young collection while its task is
 * in work. Safe for use by many threads.
 */
final class Buffers {

  static final int SIZE = 64 * 1024;
  private static final int MOST_FREE = 64;

  private final Deque<byte[]> free = new ArrayDeque<>(MOST_FREE);

  /** An array of {@link #SIZE} bytes, which hold anything. */
  synchronized byte[] take() {
    return free.isEmpty() ? new byte[SIZE] : free.pop();
  }

  /** Takes back an array that is no longer read; drops one of another size or one too many. */
  synchronized void giveBack(byte[] buffer) {
    if (buffer.length == SIZE && free.size() < MOST_FREE) {
      free.push(buffer);
    }
  }
}
