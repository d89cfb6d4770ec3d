package io.serproutes.bench;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;

/** How many items there are, and a sum of their digests, whatever their order. */
final class Content {

  private final MessageDigest digest;
  private long count;
  private long sum;

  Content() {
    try {
      digest = MessageDigest.getInstance("SHA-256");
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException(e);
    }
  }

  /** Adds an item. */
  void add(byte[] bytes, int from, int length) {
    digest.update(bytes, from, length);
    sum += ByteBuffer.wrap(digest.digest()).getLong();
    count++;
  }

  long count() {
    return count;
  }

  /** Whether the items of another are the same, byte for byte. */
  boolean isSame(Content other) {
    return count == other.count && sum == other.sum;
  }
}
