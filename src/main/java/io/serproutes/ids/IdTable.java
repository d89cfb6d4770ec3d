package io.serproutes.ids;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashMap;
import java.util.Map;
import java.util.UUID;

/**
 * Ids, and a few numbers of each. The first are kept in memory, all others in a hash table in an
 * unlinked temporary file, so that memory does not grow with their number. Not thread-safe.
 */
public final class IdTable implements Closeable {

  private static final int MOST_IN_MEMORY = 4000; // 72 bytes each or more, and 32 files at once
  private static final long FIRST_SLOTS = 16 * 1024;
  private static final long[] NONE = {};

  // looks like a slot without an id; such an id is kept in memory
  private static final UUID EMPTY = new UUID(0, 0);

  private final int numbers;
  private final Map<UUID, long[]> first = new HashMap<>();
  private Table table;

  /** A table without ids, for so many numbers of each. */
  public IdTable(int numbers) {
    this.numbers = numbers;
  }

  /** Adds an id with its numbers; returns whether it is new. One that is there keeps its own. */
  public boolean add(TaskId id, long... its) throws IOException {
    UUID bits = new UUID(id.high(), id.low());
    if (first.size() < MOST_IN_MEMORY || bits.equals(EMPTY)) {
      return first.putIfAbsent(bits, numbers == 0 ? NONE : its) == null;
    }
    if (first.containsKey(bits)) {
      return false;
    }
    if (table == null) {
      table = new Table(FIRST_SLOTS, numbers);
    } else if (table.isHalfFull()) {
      table = table.larger();
    }
    return table.add(bits.getMostSignificantBits(), bits.getLeastSignificantBits(), its);
  }

  /** The numbers of an id; null where it was not added. */
  public long[] get(TaskId id) throws IOException {
    UUID bits = new UUID(id.high(), id.low());
    long[] its = first.get(bits);
    boolean isInMemory = its != null || table == null || bits.equals(EMPTY);
    return isInMemory
        ? its
        : table.get(bits.getMostSignificantBits(), bits.getLeastSignificantBits());
  }

  /** Replaces the numbers of an id that was added. */
  public void set(TaskId id, long... its) throws IOException {
    UUID bits = new UUID(id.high(), id.low());
    if (first.replace(bits, its) == null) {
      table.set(bits.getMostSignificantBits(), bits.getLeastSignificantBits(), its);
    }
  }

  public boolean isEmpty() {
    return first.isEmpty();
  }

  @Override
  public void close() throws IOException {
    if (table != null) {
      table.file.close();
    }
  }

  /** Slots in a sparse file; one that was never written reads as zeros or as the end. */
  private static final class Table {

    // so that no file can be made whose ids all share one slot
    private static final long SEED = new SecureRandom().nextLong();

    private final long slots;
    private final int numbers;
    private final FileChannel file;
    private final ByteBuffer slot;
    private long size;

    Table(long slots, int numbers) throws IOException {
      this.slots = slots;
      this.numbers = numbers;
      slot = ByteBuffer.allocateDirect((2 + numbers) * Long.BYTES);
      Path path = Files.createTempFile("serp-seen-", ".ids");
      try {
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      } finally {
        Files.delete(path);
      }
    }

    boolean isHalfFull() {
      return size >= slots / 2;
    }

    boolean add(long high, long low, long... its) throws IOException {
      long at = find(high, low);
      if (isFound(high, low)) {
        return false;
      }
      write(at, high, low, its);
      size++;
      return true;
    }

    long[] get(long high, long low) throws IOException {
      find(high, low);
      return isFound(high, low) ? its() : null;
    }

    void set(long high, long low, long... its) throws IOException {
      write(find(high, low), high, low, its);
    }

    private long[] its() {
      long[] its = new long[numbers];
      for (int i = 0; i < numbers; i++) {
        its[i] = slot.getLong((2 + i) * Long.BYTES);
      }
      return its;
    }

    private void write(long at, long high, long low, long... its) throws IOException {
      slot.clear().putLong(high).putLong(low);
      for (int i = 0; i < numbers; i++) {
        slot.putLong(its[i]);
      }
      file.write(slot.flip(), at * slot.capacity());
    }

    /** Reads the slot of an id, or the empty one in which it belongs; returns its place. */
    private long find(long high, long low) throws IOException {
      long at = IdPlaces.mix(high, low, SEED) & slots - 1;
      while (!isEmpty(at) && !isFound(high, low)) {
        at = at + 1 & slots - 1;
      }
      return at;
    }

    private boolean isFound(long high, long low) {
      return slot.getLong(0) == high && slot.getLong(Long.BYTES) == low;
    }

    private boolean isEmpty(long at) throws IOException {
      boolean isWritten = file.read(slot.clear(), at * slot.capacity()) == slot.capacity();
      if (!isWritten) {
        slot.putLong(0, 0).putLong(Long.BYTES, 0);
      }
      return slot.getLong(0) == 0 && slot.getLong(Long.BYTES) == 0;
    }

    /** A table with the same ids and four times as many slots; closes this one. */
    Table larger() throws IOException {
      Table larger = new Table(4 * slots, numbers);
      try {
        for (long at = 0; at < slots; at++) {
          if (!isEmpty(at)) {
            larger.add(slot.getLong(0), slot.getLong(Long.BYTES), its());
          }
        }
      } catch (IOException e) {
        larger.file.close();
        throw e;
      }
      file.close();
      return larger;
    }
  }
}
