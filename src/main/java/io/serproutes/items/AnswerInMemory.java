package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** An answer in a byte array. */
final class AnswerInMemory implements Answer {

  private final int length;
  private final Buffers buffers;
  private byte[] bytes;

  /**
   * Takes an array over until it is closed; only its first {@code length} bytes count.
   *
   * @param buffers where the array goes then
   */
  AnswerInMemory(byte[] bytes, int length, Buffers buffers) {
    this.bytes = bytes;
    this.length = length;
    this.buffers = buffers;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int heapBytes() {
    return bytes == null ? 0 : bytes.length;
  }

  @Override
  public JsonParser parse(long from, long count) throws IOException {
    return Json.TOKENS.createParser(bytes(), (int) from, (int) count);
  }

  @Override
  public byte[] copy(long from, int count) {
    return Arrays.copyOfRange(bytes(), (int) from, (int) from + count);
  }

  @Override
  public byte byteAt(long position) {
    return bytes()[(int) position];
  }

  @Override
  public void writeTo(OutputStream out, long from, long count) throws IOException {
    out.write(bytes(), (int) from, (int) count);
  }

  private byte[] bytes() {
    if (bytes == null) {
      throw new IllegalStateException("the answer is closed");
    }
    return bytes;
  }

  @Override
  public boolean isSpooled() {
    return false;
  }

  @Override
  public void close() {
    if (bytes != null) {
      buffers.giveBack(bytes);
      bytes = null;
    }
  }
}
