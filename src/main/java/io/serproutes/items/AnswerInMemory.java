package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.util.List;

/**
 * An answer in pooled arrays of {@link Buffers#SIZE}, or in one array that is shorter. A long
 * answer is not copied into one array: both copies would take memory at the same time.
 */
final class AnswerInMemory extends Answer {

  private final int length;
  private final Buffers buffers;
  private List<byte[]> chunks;

  /**
   * Owns the arrays until it is closed; all but the last are full.
   *
   * @param buffers the pool that the arrays go back to
   */
  AnswerInMemory(List<byte[]> chunks, int length, Buffers buffers) {
    this.chunks = chunks;
    this.length = length;
    this.buffers = buffers;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int heapBytes() {
    return chunks == null ? 0 : chunks.stream().mapToInt(chunk -> chunk.length).sum();
  }

  @Override
  public JsonParser parse(long from, long count) throws IOException {
    checkOpen();
    return chunks.size() == 1
        ? Tokens.JSON.createParser(chunks.get(0), (int) from, (int) count)
        : super.parse(from, count);
  }

  @Override
  public byte byteAt(long position) {
    checkOpen();
    return chunks.get((int) position / Buffers.SIZE)[(int) position % Buffers.SIZE];
  }

  @Override
  public void writeTo(OutputStream out, long from, long count) throws IOException {
    checkOpen();
    int at = (int) from;
    for (int left = (int) count; left > 0; ) {
      int offset = at % Buffers.SIZE;
      int here = Math.min(left, Buffers.SIZE - offset);
      out.write(chunks.get(at / Buffers.SIZE), offset, here);
      at += here;
      left -= here;
    }
  }

  @Override
  protected int read(long from, byte[] into, int offset, int most) {
    checkOpen();
    int at = (int) from % Buffers.SIZE;
    int here = Math.min(most, Buffers.SIZE - at);
    System.arraycopy(chunks.get((int) from / Buffers.SIZE), at, into, offset, here);
    return here;
  }

  private void checkOpen() {
    if (chunks == null) {
      throw new IllegalStateException("the answer is closed");
    }
  }

  @Override
  public boolean isSpooled() {
    return false;
  }

  @Override
  public void close() {
    if (chunks != null) {
      chunks.forEach(buffers::giveBack);
      chunks = null;
    }
  }
}
