package io.serproutes.items;

import com.fasterxml.jackson.core.JsonParser;
import java.io.Closeable;
import java.io.IOException;
import java.io.OutputStream;

/**
 * The body of one answer, kept where its size allows: small ones in memory, large ones in a file
 * without a name that goes with the process. Positions are bytes from the start of the body.
 *
 * <p>Not thread-safe. Close it when the task is over; closing twice does no harm.
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

  /** Whether items are better found again than remembered, because there may be very many. */
  boolean isSpooled();

  @Override
  void close();
}
