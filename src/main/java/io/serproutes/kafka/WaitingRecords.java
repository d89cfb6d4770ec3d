package io.serproutes.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Records by the time they are due: a binary heap in four arrays, 28 bytes a record; the values lie
 * in a temporary file. Safe for use by many threads.
 */
final class WaitingRecords {

  private static final int LEAST = 64;

  /** A record that is due. */
  record Due(PartitionProgress progress, long offset, byte[] value) {}

  private final List<PartitionProgress> partitions = new ArrayList<>();
  private final ValueFile values = new ValueFile();
  private int[] dueAt = new int[LEAST];
  private int[] partition = new int[LEAST];
  private long[] offset = new long[LEAST];
  private long[] place = new long[LEAST];
  private int size;

  synchronized int size() {
    return size;
  }

  synchronized void add(long dueSecond, PartitionProgress progress, long recordOffset, byte[] value)
      throws IOException {
    if (size == dueAt.length) {
      forgetRevoked();
      resize(Math.max(LEAST, size + size / 2));
    }
    long written = values.append(value);
    int at = size++;
    while (at > 0 && Integer.compareUnsigned((int) dueSecond, dueAt[(at - 1) / 2]) < 0) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    set(at, (int) dueSecond, number(progress), recordOffset, written);
  }

  private int number(PartitionProgress progress) {
    int known = partitions.lastIndexOf(progress);
    if (known < 0) {
      partitions.add(progress);
      known = partitions.size() - 1;
    }
    return known;
  }

  /** Takes the record that is due first, if it is due by then; else null. */
  synchronized Due poll(long nowSecond) throws IOException {
    while (size > 0 && Integer.toUnsignedLong(dueAt[0]) <= nowSecond) {
      PartitionProgress progress = partitions.get(partition[0]);
      long recordOffset = offset[0];
      long written = place[0];
      removeFirst();
      if (!progress.isClosed()) {
        Due due = new Due(progress, recordOffset, values.read(written));
        values.forgetIfEmpty(size);
        return due;
      }
    }
    values.forgetIfEmpty(size);
    return null;
  }

  // records of partitions that went elsewhere wait there
  private void forgetRevoked() {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      if (!partitions.get(partition[i]).isClosed()) {
        move(i, kept++);
      }
    }
    size = kept;
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i, dueAt[i], partition[i], offset[i], place[i]);
    }
  }

  private void removeFirst() {
    size--;
    sink(0, dueAt[size], partition[size], offset[size], place[size]);
  }

  private void sink(int from, int d, int p, long o, long v) {
    int at = from;
    for (int child; (child = 2 * at + 1) < size; at = child) {
      if (child + 1 < size && Integer.compareUnsigned(dueAt[child + 1], dueAt[child]) < 0) {
        child++;
      }
      if (Integer.compareUnsigned(d, dueAt[child]) <= 0) {
        break;
      }
      move(child, at);
    }
    set(at, d, p, o, v);
  }

  private void move(int from, int to) {
    set(to, dueAt[from], partition[from], offset[from], place[from]);
  }

  private void set(int at, int d, int p, long o, long v) {
    dueAt[at] = d;
    partition[at] = p;
    offset[at] = o;
    place[at] = v;
  }

  private void resize(int length) {
    dueAt = Arrays.copyOf(dueAt, length);
    partition = Arrays.copyOf(partition, length);
    offset = Arrays.copyOf(offset, length);
    place = Arrays.copyOf(place, length);
  }
}
