package io.serproutes.items;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;

/**
 * Reads the body of an answer to its end, up to a limit.
 *
 * <p>Up to 1 MiB stays in memory; more goes to a temporary file.
 */
public final class AnswerReader {

  static final int IN_MEMORY = 1024 * 1024;

  private final Buffers buffers = new Buffers();
  private final long maxBytes;

  /**
   * A reader with a limit.
   *
   * @param maxBytes the most an answer may hold, counted after decompression
   */
  public AnswerReader(long maxBytes) {
    this.maxBytes = maxBytes;
  }

  /**
   * The whole body.
   *
   * @param in the body, decompressed; null for none
   * @throws AnswerTooLargeException where the body is over the limit; the rest is not read
   * @throws IOException where it breaks off or does not come in time
   */
  public Answer read(InputStream in) throws IOException {
    if (in == null) {
      return new AnswerInMemory(new byte[0], 0, buffers);
    }
    byte[] buffer = buffers.take();
    int length = 0;
    while (true) {
      int read = in.readNBytes(buffer, length, buffer.length - length);
      length += read;
      checkLimit(length);
      if (length < buffer.length) {
        return new AnswerInMemory(buffer, length, buffers);
      }
      if (length >= IN_MEMORY) {
        return spool(in, buffer);
      }
      byte[] larger = Arrays.copyOf(buffer, Math.min(buffer.length * 4, IN_MEMORY));
      buffers.giveBack(buffer);
      buffer = larger;
    }
  }

  private Answer spool(InputStream in, byte[] buffer) throws IOException {
    AnswerInFile answer = new AnswerInFile();
    try {
      answer.append(buffer, buffer.length);
      byte[] block = new byte[Buffers.SIZE];
      for (int read; (read = in.readNBytes(block, 0, block.length)) > 0; ) {
        answer.append(block, read);
        checkLimit(answer.length());
      }
      return answer;
    } catch (IOException | RuntimeException e) {
      answer.close();
      throw e;
    }
  }

  private void checkLimit(long length) throws AnswerTooLargeException {
    if (length > maxBytes) {
      throw new AnswerTooLargeException(maxBytes);
    }
  }
}
