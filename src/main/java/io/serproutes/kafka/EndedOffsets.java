package io.serproutes.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.Base64;
import java.util.BitSet;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;

/**
 * What has ended above a committed offset, as the metadata of the commit: whole records, and of
 * records that hold several ids which of these.
 *
 * <p>Kafka keeps 4,096 bytes of metadata by default ({@code offset.metadata.max.bytes}). Records
 * within {@link #ALWAYS_TOLD} of the committed offset always fit; what does not fit is left out and
 * asked for again after a restart.
 *
 * <p>A set is either lengths of gaps and runs in turn, as variable-length numbers, or its bits,
 * whichever tells more. {@code serp1:} is runs of records alone; {@code serp2:} is a set of
 * records, then for each record of several ids its distance and the set of its ids; each set has
 * its form and its length before it. All in Base64.
 */
final class EndedOffsets {

  private static final int MOST_BYTES = 3000;
  private static final int LONGEST_NUMBER = 5;

  /** So many offsets from the committed one on can be told whatever has ended among them. */
  static final int ALWAYS_TOLD = 8 * (MOST_BYTES - 1 - LONGEST_NUMBER);

  private static final String RUNS_ONLY = "serp1:";
  private static final String SETS = "serp2:";
  private static final int RUNS = 0;
  private static final int BITS = 1;
  private static final long MOST_OFFSETS = 1 << 26;

  private EndedOffsets() {}

  /**
   * What metadata tells; offsets count from the committed one.
   *
   * @param records the records that have ended
   * @param ids by record the ids of it that have ended, by their place in the record
   */
  record Ended(BitSet records, SortedMap<Integer, BitSet> ids) {

    static Ended nothing() {
      return new Ended(new BitSet(), new TreeMap<>());
    }

    /** Whether the record so far above the committed offset has ended. */
    boolean tells(long above) {
      return above >= 0 && above < records.length() && records.get((int) above);
    }
  }

  /** Metadata for a commit; empty where nothing is to be told. */
  static String encode(Ended ended) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    byte[] runs = runs(ended.records, MOST_BYTES);
    if (ended.ids.isEmpty() && end(runs) == ended.records.length()) {
      return runs.length == 0 ? "" : RUNS_ONLY + Base64.getEncoder().encodeToString(runs);
    }
    set(out, ended.records, MOST_BYTES);
    int from = 0;
    for (Map.Entry<Integer, BitSet> record : ended.ids.entrySet()) {
      ByteArrayOutputStream one = new ByteArrayOutputStream();
      number(one, record.getKey() - from);
      int room = MOST_BYTES - out.size() - one.size();
      if (room < 4 * LONGEST_NUMBER || record.getKey() > MOST_OFFSETS) {
        break;
      }
      set(one, record.getValue(), room);
      out.writeBytes(one.toByteArray());
      from = record.getKey();
    }
    return SETS + Base64.getEncoder().encodeToString(out.toByteArray());
  }

  /** Writes a set in the form that tells more of it; at most so many bytes. */
  private static void set(ByteArrayOutputStream out, BitSet ended, int most) {
    int room = most - 1 - LONGEST_NUMBER;
    byte[] runs = runs(ended, room);
    byte[] bits = ended.get(0, 8 * room).toByteArray();
    boolean bitsTellAll = ended.length() <= 8 * room;
    boolean asRuns =
        end(runs) == ended.length()
            ? !bitsTellAll || runs.length <= bits.length
            : !bitsTellAll && end(runs) > 8 * room;
    byte[] set = asRuns ? runs : bits;
    out.write(asRuns ? RUNS : BITS);
    number(out, set.length);
    out.writeBytes(set);
  }

  private static byte[] runs(BitSet ended, int most) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = 0;
    for (int first; (first = ended.nextSetBit(from)) >= 0; ) {
      if (out.size() + 2 * LONGEST_NUMBER > most || first >= MOST_OFFSETS) {
        break;
      }
      int end = (int) Math.min(ended.nextClearBit(first), MOST_OFFSETS);
      number(out, first - from);
      number(out, end - first);
      from = end;
    }
    return out.toByteArray();
  }

  private static long end(byte[] runs) {
    long end = 0;
    for (ByteBuffer in = ByteBuffer.wrap(runs); in.hasRemaining(); ) {
      end += number(in);
    }
    return end;
  }

  private static void number(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /** Reads metadata; anything that is not ours, or of a later version, tells nothing. */
  static Ended decode(String metadata) {
    try {
      if (metadata != null && metadata.startsWith(RUNS_ONLY)) {
        BitSet records = runs(bytes(metadata, RUNS_ONLY));
        return new Ended(records, new TreeMap<>());
      }
      if (metadata != null && metadata.startsWith(SETS)) {
        return sets(bytes(metadata, SETS));
      }
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      // written by somebody else; the records are asked for again
    }
    return Ended.nothing();
  }

  private static ByteBuffer bytes(String metadata, String mark) {
    return ByteBuffer.wrap(Base64.getDecoder().decode(metadata.substring(mark.length())));
  }

  private static Ended sets(ByteBuffer in) {
    BitSet records = set(in);
    SortedMap<Integer, BitSet> ids = new TreeMap<>();
    long record = 0;
    long bits = 0; // of all ids: a few bytes may tell of very many
    while (in.hasRemaining()) {
      record = within(record + number(in));
      BitSet ended = set(in);
      bits = within(bits + ended.length());
      ids.put((int) record, ended);
    }
    return new Ended(records, ids);
  }

  private static BitSet set(ByteBuffer in) {
    int form = in.get();
    int length = (int) within(number(in));
    if (length > in.remaining() || form != RUNS && form != BITS) {
      throw new IllegalArgumentException("no set");
    }
    ByteBuffer set = in.slice().limit(length);
    in.position(in.position() + length);
    return form == RUNS ? runs(set) : BitSet.valueOf(set);
  }

  private static BitSet runs(ByteBuffer in) {
    BitSet ended = new BitSet();
    long end = 0;
    while (in.hasRemaining()) {
      long first = end + number(in);
      end = within(first + number(in));
      ended.set((int) first, (int) end);
    }
    return ended;
  }

  private static long within(long offset) {
    if (offset > MOST_OFFSETS) {
      throw new IllegalArgumentException("an offset that is not ours");
    }
    return offset;
  }

  private static long number(ByteBuffer in) {
    long value = 0;
    for (int shift = 0; shift < 35; shift += 7) {
      byte b = in.get();
      value |= (long) (b & 0x7f) << shift;
      if (b >= 0) {
        return value;
      }
    }
    throw new IllegalArgumentException("a number of more than five bytes");
  }
}
