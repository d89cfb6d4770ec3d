package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer in a temporary file that is deleted as soon as it is open, so that a kill leaves
 * nothing behind. Each method throws a {@link SpoolException} where the file fails.
 */
final class AnswerInFile implements Answer {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerInFile.class);
  private static final int BLOCK = 64 * 1024;

  private final FileChannel file;
  private long length;

  AnswerInFile() throws IOException {
    try {
      file = open();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static FileChannel open() throws IOException {
    Path path = Files.createTempFile("serp-answer-", ".json");
    try {
      return FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
    } finally {
      Files.delete(path);
    }
  }

  // a closed channel, as after an interrupt at the stop, says nothing about the disk
  private static IOException failed(IOException e) {
    LOG.debug("the file of an answer failed", e);
    return e instanceof ClosedChannelException ? e : new SpoolException(e);
  }

  void append(byte[] bytes, int count) throws IOException {
    ByteBuffer buffer = ByteBuffer.wrap(bytes, 0, count);
    try {
      while (buffer.hasRemaining()) {
        length += file.write(buffer, length);
      }
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private int read(ByteBuffer into, long from) throws IOException {
    try {
      return file.read(into, from);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  @Override
  public long length() {
    return length;
  }

  @Override
  public int heapBytes() {
    return 0;
  }

  @Override
  public JsonParser parse(long from, long count) throws IOException {
    return Tokens.JSON.createParser(new Section(from, count));
  }

  @Override
  public byte[] copy(long from, int count) throws IOException {
    byte[] bytes = new byte[count];
    ByteBuffer buffer = ByteBuffer.wrap(bytes);
    while (buffer.hasRemaining()) {
      if (read(buffer, from + buffer.position()) < 0) {
        throw new EOFException("answer ends before byte " + (from + count));
      }
    }
    return bytes;
  }

  @Override
  public byte byteAt(long position) throws IOException {
    return copy(position, 1)[0];
  }

  @Override
  public void writeTo(OutputStream out, long from, long count) throws IOException {
    for (long done = 0; done < count; ) {
      int block = (int) Math.min(BLOCK, count - done);
      out.write(copy(from + done, block));
      done += block;
    }
  }

  @Override
  public boolean isSpooled() {
    return true;
  }

  @Override
  public void close() {
    try {
      file.close();
    } catch (IOException e) {
      LOG.debug("the file of an answer was not closed", e); // its task ends all the same
    }
  }

  /** A part of the file as a stream of its own. */
  private final class Section extends InputStream {

    private long position;
    private final long end;

    Section(long from, long count) {
      position = from;
      end = from + count;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] bytes, int offset, int count) throws IOException {
      if (position >= end) {
        return -1;
      }
      int wanted = (int) Math.min(count, end - position);
      int read = AnswerInFile.this.read(ByteBuffer.wrap(bytes, offset, wanted), position);
      position += Math.max(read, 0);
      return read;
    }
  }
}
