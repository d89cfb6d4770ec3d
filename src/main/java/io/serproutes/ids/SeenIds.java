package io.serproutes.ids;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;
import java.util.HashSet;
import java.util.Set;

/**
 * Which ids were seen in a file. The first are kept in memory, all others in a hash table in an
 * unlinked temporary file, so that memory does not grow with the file. Not thread-safe.
 */
final class SeenIds implements Closeable {

  private static final int MOST_IN_MEMORY = 4000; // 72 bytes each, and 32 files at once
  private static final long FIRST_SLOTS = 16 * 1024;

  private record Bits(long high, long low) {}

  private final Set<Bits> first = new HashSet<>();
  private Table table;

  /** Adds an id; returns whether it is new. */
  boolean add(TaskId id) throws IOException {
    Bits bits = new Bits(id.high(), id.low());
    boolean isEmptySlot = bits.high == 0 && bits.low == 0;
    if (first.size() < MOST_IN_MEMORY || isEmptySlot) {
      return first.add(bits);
    }
    if (first.contains(bits)) {
      return false;
    }
    if (table == null) {
      table = new Table(FIRST_SLOTS);
    } else if (table.isHalfFull()) {
      table = table.larger();
    }
    return table.add(bits.high, bits.low);
  }

  @Override
  public void close() throws IOException {
    if (table != null) {
      table.file.close();
    }
  }

  /** Slots of 16 bytes in a sparse file; a slot never written reads as zeros or as the end. */
  private static final class Table {

    // so that no file can be made whose ids all share one slot
    private static final long SEED = new SecureRandom().nextLong();
    private static final int BYTES = 16;

    private final long slots;
    private final FileChannel file;
    private final ByteBuffer slot = ByteBuffer.allocateDirect(BYTES);
    private long size;

    Table(long slots) throws IOException {
      this.slots = slots;
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

    boolean add(long high, long low) throws IOException {
      long at = mix(high, low) & slots - 1;
      for (; !isEmpty(at); at = at + 1 & slots - 1) {
        if (slot.getLong(0) == high && slot.getLong(8) == low) {
          return false;
        }
      }
      slot.clear().putLong(0, high).putLong(8, low);
      file.write(slot, at * BYTES);
      size++;
      return true;
    }

    private boolean isEmpty(long at) throws IOException {
      boolean isWritten = file.read(slot.clear(), at * BYTES) == BYTES;
      return !isWritten || slot.getLong(0) == 0 && slot.getLong(8) == 0;
    }

    private static long mix(long high, long low) {
      long h = (high ^ SEED) * 0x9E3779B97F4A7C15L ^ low;
      h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
      return h ^ h >>> 32;
    }

    /** A table with the same ids and four times as many slots; closes this one. */
    Table larger() throws IOException {
      Table larger = new Table(4 * slots);
      try {
        for (long at = 0; at < slots; at++) {
          if (!isEmpty(at)) {
            larger.add(slot.getLong(0), slot.getLong(8));
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
