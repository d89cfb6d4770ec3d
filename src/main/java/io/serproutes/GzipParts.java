package io.serproutes;

import java.io.IOException;
import java.io.InputStream;
import java.util.zip.GZIPInputStream;

/**
 * Unpacks gzip of any number of parts. The JDK's stream calls itself from one part to the next, so
 * that some thousand empty ones, of 20 bytes each, overflow the stack.
 */
public class GzipParts extends GZIPInputStream {

  private boolean isReading;

  /** Reads so many packed bytes at once. */
  public GzipParts(InputStream packed, int buffer) throws IOException {
    super(packed, buffer);
  }

  @Override
  public int read(byte[] bytes, int offset, int length) throws IOException {
    if (isReading) {
      return 0; // the JDK's call of itself: the next part has begun
    }
    isReading = true;
    try {
      int read;
      do {
        read = super.read(bytes, offset, length);
      } while (read == 0 && length > 0);
      return read;
    } finally {
      isReading = false;
    }
  }
}
