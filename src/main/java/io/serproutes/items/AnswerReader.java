package io.serproutes.items;

import java.io.IOException;
import java.io.InputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * Reads the body of an answer to its end, up to a limit.
 *
 * <p>A body of less than 512 KiB stays in memory, in pooled arrays; a larger one goes to a
 * temporary file.
 */
public final class AnswerReader {

  static final int IN_MEMORY = 512 * 1024;

  private final Buffers buffers = new Buffers();
  private final long maxBytes;

  /**
   * A reader with a limit.
   *
   * @param maxBytes the most bytes of an answer, after decompression
   */
  public AnswerReader(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The whole body.
   *
   * @param in the body, decompressed; null for none
   * @throws TooLargeException where the body is over the limit; the rest is not read
   * @throws SpoolException where the temporary folder cannot keep it
   * @throws IOException where it breaks off or does not come in time
   */
  public Answer read(InputStream in) throws IOException {
    if (in == null) {
      return new AnswerInMemory(List.of(new byte[0]), 0, buffers);
    }
    List<byte[]> full = new ArrayList<>(IN_MEMORY / Buffers.SIZE);
    int length = 0;
    while (true) {
      byte[] buffer = buffers.take();
      int read = in.readNBytes(buffer, 0, buffer.length);
      length += read;
      checkLimit(length);
      if (read < buffer.length) {
        return full.isEmpty() ? small(buffer, length) : large(full, buffer, length);
      }
      full.add(buffer);
      if (length >= IN_MEMORY) {
        return spool(in, full);
      }
    }
  }

  // a short answer may be kept for long, with many others: it does not hold a whole buffer
  private Answer small(byte[] buffer, int length) {
    if (length > buffer.length / 2) {
      return new AnswerInMemory(List.of(buffer), length, buffers);
    }
    byte[] bytes = Arrays.copyOf(buffer, length);
    buffers.giveBack(buffer);
    return new AnswerInMemory(List.of(bytes), length, buffers);
  }

  private Answer large(List<byte[]> full, byte[] last, int length) {
    if (length % Buffers.SIZE == 0) {
      buffers.giveBack(last); // nothing in it
    } else {
      full.add(last);
    }
    return new AnswerInMemory(full, length, buffers);
  }

  private Answer spool(InputStream in, List<byte[]> full) throws IOException {
    AnswerInFile answer = new AnswerInFile();
    try {
      for (byte[] buffer : full) {
        answer.append(buffer, buffer.length);
        buffers.giveBack(buffer);
      }
      byte[] block = buffers.take();
      for (int read; (read = in.readNBytes(block, 0, block.length)) > 0; ) {
        answer.append(block, read);
        checkLimit(answer.length());
      }
      buffers.giveBack(block);
      return answer;
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  private void checkLimit(long length) throws TooLargeException {
    if (length > maxBytes) {
      throw new TooLargeException(maxBytes);
    }
  }

  /** An answer is larger than {@code serp.api.max-response-size}. */
  public static final class TooLargeException extends IOException {

    TooLargeException(long maxBytes) {
      super("the answer is larger than serp.api.max-response-size (" + maxBytes + " bytes)");
    }
  }
}
