package io.serproutes.items;

import java.io.IOException;
import java.nio.file.FileSystemException;

/**
 * The temporary folder does not keep a large answer: it is full, gone or broken. The answer is
 * lost, and neither the API nor the id is to blame; the message names the folder and what to do.
 *
 * <p>Has no cause: {@code doCatch} of a plain exception would catch that in its place.
 */
public final class SpoolException extends IOException {

  /** Says what the system gave as its reason. */
  public SpoolException(IOException cause) {
    super(
        "the temporary folder "
            + System.getProperty("java.io.tmpdir")
            + " does not keep a large answer: "
            + reason(cause)
            + "; make room there, or start with another: -Djava.io.tmpdir=FOLDER");
  }

  private static String reason(IOException cause) {
    if (cause instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    boolean isPath = cause instanceof FileSystemException;
    return isPath || cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
