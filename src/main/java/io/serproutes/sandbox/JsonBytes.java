package io.serproutes.sandbox;

import com.fasterxml.jackson.core.io.JsonStringEncoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;

/** JSON put together as UTF-8, mostly of parts that were encoded before. */
final class JsonBytes {
  private byte[] bytes;
  private int length;

  JsonBytes(int expectedLength) {
    this.bytes = new byte[Math.max(64, expectedLength)];
  }

  static byte[] utf8(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  /** Appends JSON as it is. */
  JsonBytes raw(byte[] json) {
    return raw(json, json.length);
  }

  /** Appends JSON as it is. */
  JsonBytes raw(String json) {
    return raw(utf8(json));
  }

  JsonBytes raw(JsonBytes json) {
    return raw(json.bytes, json.length);
  }

  JsonBytes number(int value) {
    return raw(Integer.toString(value));
  }

  /** Appends {@code text} as a string; null as {@code null}. */
  JsonBytes string(String text) {
    if (text == null) {
      return raw("null");
    }
    return raw("\"").escaped(text).raw("\"");
  }

  /** Appends {@code text} as it stands within a string. */
  JsonBytes escaped(String text) {
    return raw(JsonStringEncoder.getInstance().quoteAsUTF8(text));
  }

  /** Appends 16 hexadecimal digits. */
  JsonBytes hex(long value) {
    byte[] digits = new byte[16];
    for (int i = 0; i < digits.length; i++) {
      digits[i] = (byte) Character.forDigit((int) (value >>> (60 - 4 * i)) & 15, 16);
    }
    return raw(digits);
  }

  @Override
  public String toString() {
    return new String(bytes, 0, length, StandardCharsets.UTF_8);
  }

  byte[] toByteArray() {
    return Arrays.copyOf(bytes, length);
  }

  private JsonBytes raw(byte[] json, int count) {
    if (length + count > bytes.length) {
      bytes = Arrays.copyOf(bytes, Math.max(length + count, 2 * bytes.length));
    }
    System.arraycopy(json, 0, bytes, length, count);
    length += count;
    return this;
  }
}
