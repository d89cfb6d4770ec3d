package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;

/**
 * The body of one answer: in memory if it is small, else in an unlinked temporary file, which the
 * system frees when the process ends. Positions are bytes from the start of the body.
 *
 * <p>Not thread-safe. Close it when its task has ended; closing it again has no effect.
 */
public abstract class Answer implements Closeable {

  private static final int BLOCK = 64 * 1024;

  /** Bytes in the body. */
  public abstract long length();

  /** Bytes of the heap it keeps until it is closed; none where it is in a file. */
  public int heapBytes() {
    return 0;
  }

  /** Whether it is in a file: then its items are not noted, because there may be too many. */
  public boolean isSpooled() {
    return true;
  }

  /**
   * Reads bytes of the body into an array.
   *
   * @param most how many fit into the array; at least one
   * @return how many were read; at least one
   * @throws java.io.EOFException at the end of the body
   */
  protected abstract int read(long from, byte[] into, int offset, int most) throws IOException;

  /** A token stream over a part of the body; its byte offsets count from {@code from}. */
  public JsonParser parse(long from, long length) throws IOException {
    return Tokens.JSON.createParser(new Section(from, length));
  }

  /** A copy of a part that fits into memory. */
  public byte[] copy(long from, int length) throws IOException {
    byte[] copy = new byte[length];
    for (int done = 0; done < length; ) {
      done += read(from + done, copy, done, length - done);
    }
    return copy;
  }

  /** One byte of the body. */
  public byte byteAt(long position) throws IOException {
    return copy(position, 1)[0];
  }

  /** Writes a part of the body. */
  public void writeTo(OutputStream out, long from, long length) throws IOException {
    byte[] block = new byte[(int) Math.min(BLOCK, length)];
    for (long done = 0; done < length; ) {
      int read = read(from + done, block, 0, (int) Math.min(block.length, length - done));
      out.write(block, 0, read);
      done += read;
    }
  }

  @Override
  public abstract void close();

  /** A part of the body as a stream of its own. */
  private final class Section extends InputStream {

    private long position;
    private final long end;

    Section(long from, long length) {
      position = from;
      end = from + length;
    }

    @Override
    public int read() throws IOException {
      return position == end ? -1 : byteAt(position++) & 0xff;
    }

    @Override
    public int read(byte[] into, int offset, int most) throws IOException {
      if (most == 0 || position == end) {
        return most == 0 ? 0 : -1;
      }
      int wanted = (int) Math.min(most, end - position);
      int read = Answer.this.read(position, into, offset, wanted);
      position += read;
      return read;
    }
  }
}
