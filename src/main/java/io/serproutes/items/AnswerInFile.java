package io.serproutes.items;

import java.io.EOFException;
import java.io.IOException;
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
final class AnswerInFile extends Answer {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerInFile.class);

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

  @Override
  protected int read(long from, byte[] into, int offset, int most) throws IOException {
    int read;
    try {
      read = file.read(ByteBuffer.wrap(into, offset, most), from);
    } catch (IOException e) {
      throw failed(e);
    }
    if (read < 0) {
      throw new EOFException("the answer ends before byte " + (from + 1));
    }
    return read;
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
}
