package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/** An answer in a byte array. */
final class AnswerInMemory implements Answer {

  private final byte[] bytes;
  private final int length;

  /** Takes the array over; only its first {@code length} bytes count. */
  AnswerInMemory(byte[] bytes, int length) {
    this.bytes = bytes;
    this.length = length;
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public JsonParser parse(long from, long count) throws IOException {
    return Json.TOKENS.createParser(bytes, (int) from, (int) count);
  }

  @Override
  public byte[] copy(long from, int count) {
    return Arrays.copyOfRange(bytes, (int) from, (int) from + count);
  }

  @Override
  public byte byteAt(long position) {
    return bytes[(int) position];
  }

  @Override
  public void writeTo(OutputStream out, long from, long count) throws IOException {
    out.write(bytes, (int) from, (int) count);
  }

  @Override
  public boolean isSpooled() {
    return false;
  }

  @Override
  public void close() {
    // memory goes by itself
  }
}
