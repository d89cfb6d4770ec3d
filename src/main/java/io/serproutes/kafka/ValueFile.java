package io.serproutes.kafka;

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
final class ValueFile {

  private FileChannel file;
  private long end;

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
    return place;
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

  void forgetIfEmpty(int needed) throws IOException {
    if (needed == 0 && end > 0) {
      file.truncate(0);
      end = 0;
    }
  }
}
