package io.serproutes.items;

import java.util.ArrayDeque;
import java.util.Deque;

/**
 * Arrays for answers, used again and again: one that lives as long as its task is otherwise moved
 * by every young collection meanwhile.
 */
final class Buffers {

  static final int SIZE = 64 * 1024;
  private static final int MOST_FREE = 64;

  private final Deque<byte[]> free = new ArrayDeque<>(MOST_FREE);

  /** An array of {@link #SIZE} bytes; what they hold means nothing. */
  synchronized byte[] take() {
    return free.isEmpty() ? new byte[SIZE] : free.pop();
  }

  /** Takes an array back that nobody looks at any more; one of another size is let go. */
  synchronized void giveBack(byte[] buffer) {
    if (buffer.length == SIZE && free.size() < MOST_FREE) {
      free.push(buffer);
    }
  }
}
