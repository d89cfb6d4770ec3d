package io.serproutes.kafka;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Records by the time they are due: a binary heap in four arrays, 28 bytes a record; the values lie
 * in a temporary file. Safe for use by many threads.
 */
final class WaitingRecords {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-parked-kafka");
  private static final int LEAST = 64;
  private static final int VALUES_TO_SPARE = 10_000;
  private static final int POSTPONE_SECONDS = 5;

  /** A record that is due; its value is null where it cannot be read here any more. */
  record Due(PartitionProgress progress, long offset, byte[] value) {}

  /** One of the partitions that records are of, and how many. */
  private static final class Partition {
    final PartitionProgress progress;
    int records;

    Partition(PartitionProgress progress) {
      this.progress = progress;
    }
  }

  private List<Partition> partitions = new ArrayList<>();
  private final Supplier<ValueFile> files;
  private ValueFile values;
  private long mostValues;
  private int[] dueAt = new int[LEAST];
  private int[] partition = new int[LEAST];
  private long[] offset = new long[LEAST];
  private long[] place = new long[LEAST];
  private int size;

  WaitingRecords() {
    this(ValueFile::new);
  }

  /** Records whose values lie in such files. */
  WaitingRecords(Supplier<ValueFile> files) {
    this.files = files;
    values = files.get();
  }

  /** How many wait whose partition is ours. */
  synchronized int size() {
    return partitions.stream()
        .filter(partition -> !partition.progress.isClosed())
        .mapToInt(partition -> partition.records)
        .sum();
  }

  /** Bytes of the temporary file. */
  synchronized long bytesOnDisk() {
    return values.size();
  }

  /**
   * Adds a record.
   *
   * @throws IOException where its value cannot be kept; then nothing was added
   */
  synchronized void add(long dueSecond, PartitionProgress progress, long recordOffset, byte[] value)
      throws IOException {
    int of = number(progress);
    if (size == dueAt.length) {
      resize(size + size / 2);
    }
    if (values.values() > Math.max(2L * size + VALUES_TO_SPARE, mostValues)) {
      forgetOldValues();
    }
    long written = values.append(value);
    partitions.get(of).records++;
    int at = size++;
    while (at > 0 && Integer.compareUnsigned((int) dueSecond, dueAt[(at - 1) / 2]) < 0) {
      move((at - 1) / 2, at);
      at = (at - 1) / 2;
    }
    set(at, (int) dueSecond, of, recordOffset, written);
  }

  private int number(PartitionProgress progress) {
    for (int i = 0; i < partitions.size(); i++) {
      if (partitions.get(i).progress == progress) {
        return i;
      }
    }
    forgetRevoked();
    partitions.add(new Partition(progress));
    return partitions.size() - 1;
  }

  /**
   * Takes the record that is due first, if one is due by then; else null. One that no commit could
   * tell of waits for lower ones of its partition.
   */
  synchronized Due poll(long nowSecond) {
    Due due = null;
    while (due == null && size > 0 && Integer.toUnsignedLong(dueAt[0]) <= nowSecond) {
      Partition of = partitions.get(partition[0]);
      if (of.progress.isClosed()) {
        removeFirst();
        of.records--;
      } else if (of.progress.canTell(offset[0])) {
        due = new Due(of.progress, offset[0], read(place[0]));
        removeFirst();
        of.records--;
      } else {
        sink(0, (int) nowSecond + POSTPONE_SECONDS, partition[0], offset[0], place[0]);
      }
    }
    values.forgetIfEmpty(size);
    return due;
  }

  private byte[] read(long written) {
    try {
      return values.read(written);
    } catch (IOException e) {
      LOG.debug("a value cannot be read", e);
      return null;
    }
  }

  // records of partitions that went elsewhere wait there
  private void forgetRevoked() {
    List<Partition> kept = new ArrayList<>();
    int[] numbers = new int[partitions.size()];
    for (int i = 0; i < numbers.length; i++) {
      boolean isOurs = !partitions.get(i).progress.isClosed();
      numbers[i] = isOurs ? kept.size() : -1;
      if (isOurs) {
        kept.add(partitions.get(i));
      }
    }
    if (kept.size() < partitions.size()) {
      partitions = kept;
      renumber(numbers);
    }
  }

  private void renumber(int[] numbers) {
    int kept = 0;
    for (int i = 0; i < size; i++) {
      int number = numbers[partition[i]];
      if (number >= 0) {
        set(kept++, dueAt[i], number, offset[i], place[i]);
      }
    }
    size = kept;
    for (int i = size / 2 - 1; i >= 0; i--) {
      sink(i, dueAt[i], partition[i], offset[i], place[i]);
    }
  }

  // some ids are always parked, so that the file never becomes empty by itself
  private void forgetOldValues() throws IOException {
    ValueFile fresh = files.get();
    long[] places = new long[place.length];
    try {
      for (int i = 0; i < size; i++) {
        places[i] = fresh.append(values.read(place[i]));
      }
    } catch (IOException e) {
      LOG.debug("the values stay where they are", e);
      fresh.close();
      mostValues = values.values() + VALUES_TO_SPARE;
      return;
    }
    values.close();
    values = fresh;
    place = places;
    mostValues = 0;
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
    int[] longerPartition = Arrays.copyOf(partition, length);
    long[] longerOffset = Arrays.copyOf(offset, length);
    long[] longerPlace = Arrays.copyOf(place, length);
    dueAt = Arrays.copyOf(dueAt, length); // all or none, should there be no memory
    partition = longerPartition;
    offset = longerOffset;
    place = longerPlace;
  }
}
