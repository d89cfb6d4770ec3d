package io.serproutes.deliver.lines;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.Failures;
import io.serproutes.Times;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.ids.IdTable;
import io.serproutes.ids.TaskId;
import io.serproutes.items.Tokens;
import java.io.Closeable;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.ObjIntConsumer;
import org.apache.camel.util.function.ThrowingConsumer;

/**
 * Which receipt holds, of ids that have several lines: the one that was fetched last. Not
 * thread-safe.
 *
 * <p>Takes at most 1/64 of the heap, never over 16 MiB, and 1 MiB: a first reading notes ids in a
 * filter and keeps those that seem to have been there before, in a temporary file where they are
 * many, a second one reads their receipts. In a small heap more seem so, which costs time and space
 * in that file.
 */
public final class LatestReceipts implements Closeable {

  private static final int FEWEST_BITS = 1 << 16;
  private static final int MOST_BITS = 1 << 27;
  private static final int SHARE_OF_HEAP = 64; // several may be read at once
  private static final long BYTES_OF_A_RECEIPT = 32; // compressed, and hardly fewer
  private static final int BITS_OF_AN_ID = 16;

  private static final long NEVER = Long.MIN_VALUE; // otherwise a time in milliseconds
  private static final long NO_PLACE = -1;

  private final List<StoredSet> sets;
  private final Consumer<String> problems;
  private final Set<String> told = new HashSet<>(); // files, which may be read twice
  private final IdTable again = new IdTable(2); // when an id was fetched last, and its place

  /**
   * Reads the receipts of sets.
   *
   * @param elsewhere ids that count as one line more
   * @param problems is told of each file that cannot be read, a line for a person
   */
  public LatestReceipts(
      List<StoredSet> sets,
      ThrowingConsumer<Consumer<String>, IOException> elsewhere,
      Consumer<String> problems)
      throws IOException {
    this.sets = sets;
    this.problems = problems;
    if (sets.isEmpty()) {
      return;
    }
    try {
      Filter seen = new Filter(sets.stream().mapToLong(set -> set.size(LineKind.RECEIPTS)).sum());
      forEach((line, set) -> candidate(line.id(), seen.add(line.id())));
      elsewhere.accept(id -> candidate(id, seen.has(id)));
      if (!again.isEmpty()) {
        forEach(this::compare);
      }
    } catch (IOException e) {
      close();
      throw e;
    } catch (UncheckedIOException e) {
      close();
      throw e.getCause();
    }
  }

  // its failures are unchecked: they are not those of the file that is read
  private void candidate(String text, boolean isThereBefore) {
    TaskId id = isThereBefore ? TaskId.parse(text) : null;
    try {
      if (id != null) {
        again.add(id, NEVER, NO_PLACE);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void compare(StoredLines line, int set) {
    TaskId id = TaskId.parse(line.id());
    long[] latest = latest(id);
    byte[] json = latest == null ? null : line.bytes();
    if (json == null) {
      return;
    }
    long at;
    try {
      at = fetchedAt(json);
    } catch (IOException e) {
      return; // it only begins like a receipt
    }
    if (at == NEVER || at >= latest[0]) {
      try {
        again.set(id, Math.max(at, latest[0]), place(set, line.number()));
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }

  private long[] latest(TaskId id) {
    try {
      return id == null ? null : again.get(id);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void forEach(ObjIntConsumer<StoredLines> visitor) {
    for (int set = 0; set < sets.size(); set++) {
      try (StoredLines lines = sets.get(set).open(LineKind.RECEIPTS)) {
        while (lines.next()) {
          visitor.accept(lines, set);
        }
      } catch (IOException e) {
        String file = sets.get(set).file(LineKind.RECEIPTS).toString();
        if (told.add(file)) {
          problems.accept(file + " cannot be read: " + Failures.inWords(e));
        }
      }
    }
  }

  private static long place(int set, int line) {
    return (long) set << 32 | line;
  }

  // a task that was never asked for has none
  private static long fetchedAt(byte[] receipt) throws IOException {
    try (JsonParser json = Tokens.JSON.createParser(receipt)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isTime = json.currentName().equals("fetched_at");
        json.nextToken();
        if (isTime) {
          Instant time = Times.ofRecord(json.getText());
          return time == null ? NEVER : time.toEpochMilli();
        }
        json.skipChildren();
      }
      return NEVER;
    } catch (ArithmeticException e) {
      return NEVER; // millions of years away
    }
  }

  /**
   * When the id of a receipt in a file of its own was fetched; where the receipt does not say so,
   * when the file was written, which a copy may change.
   */
  public static Instant fetchedAt(Path file) throws IOException {
    try {
      long at = fetchedAt(DurableFiles.read(file));
      if (at != NEVER) {
        return Instant.ofEpochMilli(at);
      }
    } catch (NoSuchFileException e) {
      throw e;
    } catch (IOException e) {
      // whoever reads the receipt tells that it is damaged
    }
    return Files.getLastModifiedTime(file).toInstant();
  }

  /**
   * Whether a later receipt holds than that on a line of the set with this place in the list.
   *
   * @throws IOException where the temporary file fails
   */
  public boolean isOvertaken(String id, int set, int line) throws IOException {
    long[] latest = of(id);
    return latest != null && latest[1] != place(set, line);
  }

  /**
   * When the id was fetched last; null where it seems to have been delivered once, or is unknown.
   *
   * @throws IOException where the temporary file fails
   */
  public Instant fetchedAt(String id) throws IOException {
    long[] latest = of(id);
    return latest == null || latest[0] == NEVER ? null : Instant.ofEpochMilli(latest[0]);
  }

  /**
   * Notes that a receipt elsewhere holds, of an id that {@link #fetchedAt} knows.
   *
   * @throws IOException where the temporary file fails
   */
  public void overtake(String id) throws IOException {
    again.set(TaskId.parse(id), of(id)[0], NO_PLACE);
  }

  /** The most bits of the filter in a heap of so many bytes. */
  static long mostBits(long heap) {
    return Math.min(MOST_BITS, heap / SHARE_OF_HEAP * Byte.SIZE);
  }

  private long[] of(String id) throws IOException {
    TaskId known = TaskId.parse(id);
    return known == null ? null : again.get(known);
  }

  @Override
  public void close() throws IOException {
    again.close();
  }

  /** A Bloom filter of two bits an id: what was added is there, and little else. */
  private static final class Filter {

    private final BitSet bits;
    private final int mask;

    Filter(long bytes) {
      long wanted = BITS_OF_AN_ID * (bytes / BYTES_OF_A_RECEIPT);
      long most = mostBits(Runtime.getRuntime().maxMemory());
      mask = (int) Long.highestOneBit(Math.max(FEWEST_BITS, Math.min(most, wanted))) - 1;
      bits = new BitSet(mask + 1); // one that grows would be copied
    }

    /** Adds an id; returns whether it seems to have been there. */
    boolean add(String id) {
      boolean isThere = has(id);
      if (id != null) {
        bits.set(one(id));
        bits.set(other(id));
      }
      return isThere;
    }

    boolean has(String id) {
      return id != null && bits.get(one(id)) && bits.get(other(id));
    }

    private int one(String id) {
      return spread(id.hashCode()) & mask;
    }

    private int other(String id) {
      return spread(id.hashCode() * 31 + id.substring(18).hashCode()) & mask;
    }

    private static int spread(int hash) {
      int mixed = (hash ^ hash >>> 16) * 0x85ebca6b;
      mixed = (mixed ^ mixed >>> 13) * 0xc2b2ae35;
      return mixed ^ mixed >>> 16;
    }
  }
}
