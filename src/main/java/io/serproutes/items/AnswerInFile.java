package io.serproutes.items;

import java.io.EOFException;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.channels.ClosedChannelException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * An answer in a temporary file that is deleted as soon as it is open, so that a kill leaves
 * nothing behind. Each method throws a {@link SpoolException} where the file fails. No channel:
 * that would be closed for good where a step of somebody's route is interrupted as it reads.
 */
final class AnswerInFile extends Answer {

  private static final Logger LOG = LoggerFactory.getLogger(AnswerInFile.class);

  private final RandomAccessFile file;
  private long length;
  private boolean isClosed;

  AnswerInFile() throws IOException {
    try {
      file = open();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private static RandomAccessFile open() throws IOException {
    Path path = Files.createTempFile("serp-answer-", ".json");
    try {
      return new RandomAccessFile(path.toFile(), "rw");
    } finally {
      Files.delete(path);
    }
  }

  private static IOException failed(IOException e) {
    LOG.debug("the file of an answer failed", e);
    return new SpoolException(e);
  }

  synchronized void append(byte[] bytes, int count) throws IOException {
    checkOpen();
    try {
      file.seek(length);
      file.write(bytes, 0, count);
    } catch (IOException e) {
      throw failed(e);
    }
    length += count;
  }

  @Override
  protected synchronized int read(long from, byte[] into, int offset, int most) throws IOException {
    checkOpen();
    int read;
    try {
      file.seek(from);
      read = file.read(into, offset, most);
    } catch (IOException e) {
      throw failed(e);
    }
    if (read < 0) {
      throw new EOFException("the answer ends before byte " + (from + 1));
    }
    return read;
  }

  // says nothing about the disk
  private void checkOpen() throws ClosedChannelException {
    if (isClosed) {
      throw new ClosedChannelException();
    }
  }

  @Override
  public synchronized long length() {
    return length;
  }

  @Override
  public synchronized void close() {
    isClosed = true;
    try {
      file.close();
    } catch (IOException e) {
      LOG.debug("the file of an answer was not closed", e); // its task ends all the same
    }
  }
}
