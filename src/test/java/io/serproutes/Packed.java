package io.serproutes;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.zip.GZIPOutputStream;

/** What gzip makes of something. */
public final class Packed {

  private Packed() {}

  public static byte[] gzip(String text) {
    return gzip(text.getBytes(UTF_8));
  }

  public static byte[] gzip(byte[] bytes) {
    return gzip(bytes, 1);
  }

  /** What it makes of bytes that come so many times. */
  public static byte[] gzip(byte[] bytes, int times) {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream gzip = new GZIPOutputStream(packed)) {
      for (int i = 0; i < times; i++) {
        gzip.write(bytes);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return packed.toByteArray();
  }
}
