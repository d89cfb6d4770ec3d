package io.serproutes.program;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.serproutes.Failures;
import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.Serial;

/**
 * Standard output for the result of a command and for nothing else. Unlike {@code System.out} it
 * tells a failure, and that its reader has gone, as {@code head} does when it has enough.
 */
final class StandardOutput extends FilterOutputStream {

  private static final int BUFFER = 64 * 1024;

  private IOException failure; // the first; null: none

  private StandardOutput() {
    super(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER));
  }

  /** Opens it; from now on log lines go to standard error, whatever Log4j's settings say. */
  static StandardOutput open() {
    System.setOut(System.err);
    Program.useLogSettings();
    return new StandardOutput();
  }

  /** Its reader has gone; the command ends, and nobody need be told. */
  static final class ReaderGoneException extends IOException {

    @Serial private static final long serialVersionUID = 1L;

    private ReaderGoneException(String message) {
      super(message);
    }
  }

  /** The same for lines in UTF-8. What fails there is told by {@link #flush}. */
  PrintStream lines() {
    return new PrintStream(this, false, UTF_8);
  }

  @Override
  public void write(int b) throws IOException {
    write(new byte[] {(byte) b}, 0, 1);
  }

  @Override
  public void write(byte[] bytes, int offset, int length) throws IOException {
    try {
      out.write(bytes, offset, length);
    } catch (IOException e) {
      throw failed(e);
    }
  }

  /** Writes the rest; throws what has failed before, too. */
  @Override
  public void flush() throws IOException {
    if (failure != null) {
      throw failure;
    }
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private IOException failed(IOException e) {
    if (failure == null) {
      failure =
          Failures.isBrokenPipe(e)
              ? new ReaderGoneException(e.getMessage())
              : new IOException("standard output cannot be written to: " + e.getMessage());
    }
    return failure;
  }
}
