package io.serproutes.program;

import java.io.BufferedOutputStream;
import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;

/**
 * Standard output for the result of a command and for nothing else. Unlike {@code System.out} it
 * tells a failure, and so the end of whoever reads it.
 */
final class StandardOutput extends FilterOutputStream {

  private static final int BUFFER = 64 * 1024;

  private boolean isGone;

  private StandardOutput() {
    super(new BufferedOutputStream(new FileOutputStream(FileDescriptor.out), BUFFER));
  }

  /** Opens it; from now on log lines go to standard error, whatever Log4j's settings say. */
  static StandardOutput open() {
    System.setOut(System.err);
    Program.useLogSettings();
    return new StandardOutput();
  }

  /** Whether its reader has gone, as {@code head} does when it has enough. */
  boolean isGone() {
    return isGone;
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

  @Override
  public void flush() throws IOException {
    try {
      out.flush();
    } catch (IOException e) {
      throw failed(e);
    }
  }

  private IOException failed(IOException e) {
    isGone = "Broken pipe".equals(e.getMessage());
    return new IOException("standard output cannot be written to: " + e.getMessage());
  }
}
