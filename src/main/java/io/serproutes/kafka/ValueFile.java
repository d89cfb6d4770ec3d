package io.serproutes.kafka;

import java.io.Closeable;
import java.io.EOFException;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;

/**
 * Values in a temporary file without a name, each with its length before it; the file starts anew
 * whenever nothing in it is needed any more. Not thread-safe.
 */
class ValueFile implements Closeable {

  private FileChannel file;
  private long end;
  private long values;

  /** Appends a value; where it lies. */
  long append(byte[] value) throws IOException {
    if (file == null) {
      Path path = Files.createTempFile("serp-parked-", ".json");
      file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
      Files.delete(path);
    }
    ByteBuffer bytes = ByteBuffer.allocate(Integer.BYTES + value.length);
    bytes.putInt(value.length).put(value).flip();
    long place = end;
    while (bytes.hasRemaining()) {
      end += file.write(bytes, end);
    }
    values++;
    return place;
  }

  /** How many values were appended since it started anew. */
  long values() {
    return values;
  }

  byte[] read(long place) throws IOException {
    ByteBuffer length = read(place, Integer.BYTES);
    return read(place + Integer.BYTES, length.getInt(0)).array();
  }

  private ByteBuffer read(long place, int count) throws IOException {
    ByteBuffer bytes = ByteBuffer.allocate(count);
    while (bytes.hasRemaining()) {
      if (file.read(bytes, place + bytes.position()) < 0) {
        throw new EOFException("the file of parked values is cut off");
      }
    }
    return bytes;
  }

  /** Starts anew where none of its values is needed. */
  void forgetIfEmpty(int needed) {
    if (needed == 0 && end > 0) {
      end = 0;
      values = 0;
      try {
        file.truncate(0);
      } catch (IOException e) {
        // it is written over
      }
    }
  }

  /** Closes the file, for good. */
  @Override
  public void close() throws IOException {
    if (file != null) {
      file.close();
    }
  }
}
