package io.serproutes.kafka;

import java.io.ByteArrayOutputStream;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Base64;
import java.util.BitSet;
import java.util.List;

/**
 * The offsets that have ended above a committed one, as the metadata of the commit: lengths of gaps
 * and runs in turn, as variable-length numbers in Base64.
 *
 * <p>Kafka keeps 4,096 bytes of metadata by default ({@code offset.metadata.max.bytes}); what does
 * not fit is left out and asked for again after a restart.
 */
final class EndedOffsets {

  private static final String MARK = "serp1:";
  private static final int MOST_BYTES = 3000;
  private static final long MOST_OFFSETS = 1 << 26;

  private EndedOffsets() {}

  /** Takes a run of offsets, relative to the committed one. */
  interface Run {
    void take(long first, long last);
  }

  static String encode(BitSet ended, int committed) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    int from = committed;
    for (int first; (first = ended.nextSetBit(from)) >= 0 && out.size() < MOST_BYTES; ) {
      int end = ended.nextClearBit(first);
      number(out, first - from);
      number(out, end - first);
      from = end;
    }
    return out.size() == 0 ? "" : MARK + Base64.getEncoder().encodeToString(out.toByteArray());
  }

  private static void number(ByteArrayOutputStream out, int value) {
    int rest = value;
    while (rest > 0x7f) {
      out.write(rest & 0x7f | 0x80);
      rest >>>= 7;
    }
    out.write(rest);
  }

  /** Reads metadata; anything that is not ours tells nothing. */
  static void decode(String metadata, Run runs) {
    if (metadata == null || !metadata.startsWith(MARK)) {
      return;
    }
    List<long[]> found = new ArrayList<>();
    try {
      byte[] bytes = Base64.getDecoder().decode(metadata.substring(MARK.length()));
      ByteBuffer in = ByteBuffer.wrap(bytes);
      long at = 0;
      while (in.hasRemaining()) {
        long first = at + number(in);
        at = first + number(in);
        if (at > MOST_OFFSETS) {
          return;
        }
        found.add(new long[] {first, at - 1});
      }
    } catch (IllegalArgumentException | BufferUnderflowException e) {
      return; // written by somebody else; the records are asked for again
    }
    found.forEach(run -> runs.take(run[0], run[1]));
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
