package io.serproutes.deliver.lines;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonToken;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.items.Tokens;
import java.io.IOException;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.BitSet;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/**
 * Which receipt holds, of ids that have several lines: the one that was fetched last. Not
 * thread-safe.
 *
 * <p>Takes at most 16 MiB, and some bytes for each id that was delivered more than once: a first
 * reading notes ids in a filter and keeps those that seem to have been there before, a second one
 * reads their receipts.
 */
public final class LatestReceipts {

  private static final int FEWEST_BITS = 1 << 16;
  private static final int MOST_BITS = 1 << 27;
  private static final long BYTES_OF_A_RECEIPT = 32; // compressed, and hardly fewer
  private static final int BITS_OF_AN_ID = 16;

  /** Ids of receipts that lie elsewhere. */
  @FunctionalInterface
  public interface Elsewhere {
    void forEach(Consumer<String> visitor) throws IOException;
  }

  /** What is done with each receipt. */
  @FunctionalInterface
  private interface Visitor {
    void visit(StoredLines line, int set);
  }

  private static final class Latest {
    private Instant at;
    private long place = -1;
  }

  private final List<StoredSet> sets;
  private final Consumer<String> problems;
  private final Map<String, Latest> again = new HashMap<>();

  /**
   * Reads the receipts of sets.
   *
   * @param elsewhere ids that count as one line more
   * @param problems is told of each file that cannot be read, a line for a person
   */
  public LatestReceipts(List<StoredSet> sets, Elsewhere elsewhere, Consumer<String> problems)
      throws IOException {
    this.sets = sets;
    this.problems = problems;
    if (sets.isEmpty()) {
      return;
    }
    Filter seen = new Filter(sets.stream().mapToLong(set -> set.size(LineKind.RECEIPTS)).sum());
    forEach((line, set) -> candidate(line.id(), seen.add(line.id())));
    elsewhere.forEach(id -> candidate(id, seen.has(id)));
    forEach(this::compare);
  }

  private void candidate(String id, boolean isThereBefore) {
    if (id != null && isThereBefore) {
      again.putIfAbsent(id, new Latest());
    }
  }

  private void compare(StoredLines line, int set) {
    Latest latest = again.get(line.id());
    byte[] json = latest == null ? null : line.bytes();
    if (json == null) {
      return;
    }
    Instant at;
    try {
      at = fetchedAt(json);
    } catch (IOException e) {
      return; // it only begins like a receipt
    }
    if (at == null || latest.at == null || !at.isBefore(latest.at)) {
      latest.at = at == null ? latest.at : at;
      latest.place = place(set, line.number());
    }
  }

  private void forEach(Visitor visitor) {
    for (int set = 0; set < sets.size(); set++) {
      try (StoredLines lines = sets.get(set).open(LineKind.RECEIPTS)) {
        while (lines.next()) {
          visitor.visit(lines, set);
        }
      } catch (IOException e) {
        String file = sets.get(set).file(LineKind.RECEIPTS).toString();
        problems.accept(file + " cannot be read: " + DurableFiles.inWords(e));
      }
    }
  }

  private static long place(int set, int line) {
    return (long) set << 32 | line;
  }

  // a task that was never asked for has none
  private static Instant fetchedAt(byte[] receipt) throws IOException {
    try (JsonParser json = Tokens.JSON.createParser(receipt)) {
      json.nextToken();
      while (json.nextToken() == JsonToken.FIELD_NAME) {
        boolean isTime = json.currentName().equals("fetched_at");
        json.nextToken();
        if (isTime) {
          return Instant.parse(json.getText());
        }
        json.skipChildren();
      }
      return null;
    } catch (DateTimeException e) {
      return null;
    }
  }

  /** Whether a later receipt holds than that on a line of the set with this place in the list. */
  public boolean isOvertaken(String id, int set, int line) {
    Latest latest = again.get(id);
    return latest != null && latest.place != place(set, line);
  }

  /**
   * When the id was fetched last; null where it seems to have been delivered once, or is unknown.
   */
  public Instant fetchedAt(String id) {
    Latest latest = again.get(id);
    return latest == null ? null : latest.at;
  }

  /** Notes that a receipt elsewhere holds. */
  public void overtake(String id) {
    again.computeIfAbsent(id, key -> new Latest()).place = -1;
  }

  /** A Bloom filter of two bits an id: what was added is there, and little else. */
  private static final class Filter {

    private final BitSet bits;
    private final int mask;

    Filter(long bytes) {
      long wanted = BITS_OF_AN_ID * (bytes / BYTES_OF_A_RECEIPT);
      mask = (int) Long.highestOneBit(Math.max(FEWEST_BITS, Math.min(MOST_BITS, wanted))) - 1;
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
