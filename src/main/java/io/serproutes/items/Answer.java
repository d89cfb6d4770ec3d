package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of one answer: in memory if it is small, else in an unlinked temporary file, which the
 * system frees when the process ends. Positions are bytes from the start of the body.
 *
 * <p>Not thread-safe. Close it when its task has ended; closing it again has no effect.
 */
public interface Answer extends Closeable {

  /** Bytes in the body. */
  long length();

  /** Bytes of the heap it keeps until it is closed. */
  int heapBytes();

  /** A token stream over a part of the body; its byte offsets count from {@code from}. */
  JsonParser parse(long from, long length) throws IOException;

  /** A copy of a part that fits into memory. */
  byte[] copy(long from, int length) throws IOException;

  /** One byte of the body. */
  byte byteAt(long position) throws IOException;

  /** Writes a part of the body. */
  void writeTo(OutputStream out, long from, long length) throws IOException;

  /** Whether it is in a file: then its items are not noted, because there may be too many. */
  boolean isSpooled();

  @Override
  void close();
}
