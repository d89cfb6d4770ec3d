package io.serproutes.ids;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.SecureRandom;

/**
 * Which ids have been seen in a file: a hash table that moves from memory to a temporary file
 * without a name when it grows, so that memory does not grow with the file. Not thread-safe.
 */
final class SeenIds implements Closeable {

  private static final int BYTES = 16;
  private static final int FIRST_SLOTS = 1024;
  private static final int MOST_SLOTS_IN_MEMORY = 16 * 1024;

  // so that nobody can make up ids that all fall into one place
  private final long seed = new SecureRandom().nextLong();

  private Table table = new InMemory(FIRST_SLOTS);
  private long slots = FIRST_SLOTS;
  private long size;
  private boolean zeroSeen;

  /** Notes an id; whether it is new. */
  boolean add(TaskId id) throws IOException {
    long high = id.high();
    long low = id.low();
    if (high == 0 && low == 0) {
      boolean first = !zeroSeen;
      zeroSeen = true;
      return first;
    }
    if (!put(table, slots, high, low)) {
      return false;
    }
    size++;
    if (size > slots / 2) {
      grow();
    }
    return true;
  }

  private boolean put(Table table, long slots, long high, long low) throws IOException {
    long slot = mix(high, low) & slots - 1;
    while (true) {
      table.read(slot);
      if (table.high() == 0 && table.low() == 0) {
        table.write(slot, high, low);
        return true;
      }
      if (table.high() == high && table.low() == low) {
        return false;
      }
      slot = slot + 1 & slots - 1;
    }
  }

  private long mix(long high, long low) {
    long h = (high ^ seed) * 0x9E3779B97F4A7C15L ^ low;
    h = (h ^ h >>> 32) * 0xD6E8FEB86659FD93L;
    return h ^ h >>> 32;
  }

  private void grow() throws IOException {
    long newSlots = slots * 4;
    Table next = newSlots <= MOST_SLOTS_IN_MEMORY ? new InMemory((int) newSlots) : new InFile();
    for (long slot = 0; slot < slots; slot++) {
      table.read(slot);
      if (table.high() != 0 || table.low() != 0) {
        put(next, newSlots, table.high(), table.low());
      }
    }
    table.close();
    table = next;
    slots = newSlots;
  }

  @Override
  public void close() throws IOException {
    table.close();
  }

  private interface Table extends Closeable {
    void read(long slot) throws IOException;

    long high();

    long low();

    void write(long slot, long high, long low) throws IOException;
  }

  private static final class InMemory implements Table {
    private final long[] words;
    private int at;

    InMemory(int slots) {
      words = new long[2 * slots];
    }

    @Override
    public void read(long slot) {
      at = (int) slot * 2;
    }

    @Override
    public long high() {
      return words[at];
    }

    @Override
    public long low() {
      return words[at + 1];
    }

    @Override
    public void write(long slot, long high, long low) {
      words[(int) slot * 2] = high;
      words[(int) slot * 2 + 1] = low;
    }

    @Override
    public void close() {
      // memory goes by itself
    }
  }

  /** Slots in a sparse file: what was never written reads as zero or as the end of the file. */
  private static final class InFile implements Table {
    private final FileChannel file;
    private final ByteBuffer slotBytes = ByteBuffer.allocateDirect(BYTES);

    InFile() throws IOException {
      Path path = Files.createTempFile("serp-seen-", ".ids");
      file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.delete(path);
    }

    @Override
    public void read(long slot) throws IOException {
      slotBytes.clear();
      if (file.read(slotBytes, slot * BYTES) < BYTES) {
        slotBytes.putLong(0, 0).putLong(8, 0);
      }
    }

    @Override
    public long high() {
      return slotBytes.getLong(0);
    }

    @Override
    public long low() {
      return slotBytes.getLong(8);
    }

    @Override
    public void write(long slot, long high, long low) throws IOException {
      slotBytes.clear();
      slotBytes.putLong(high).putLong(low).flip();
      file.write(slotBytes, slot * BYTES);
    }

    @Override
    public void close() throws IOException {
      file.close();
    }
  }
}
