package io.serproutes.items;

import java.io.IOException;
import java.nio.file.FileSystemException;

/**
 * The temporary folder cannot keep a large answer: it is full, missing or broken. The answer is
 * lost, through no fault of the API or the id. The message names the folder and the cause.
 *
 * <p>Has no cause of its own: a {@code doCatch} of that would catch it in its place.
 */
public final class SpoolException extends IOException {

  /** Names the reason that the system gave. */
  public SpoolException(IOException cause) {
    super(
        "the temporary folder "
            + System.getProperty("java.io.tmpdir")
            + " cannot keep a large answer: "
            + reason(cause));
  }

  /** What a person can do. */
  public String cure() {
    return "Free space there, or use another: -Djava.io.tmpdir=FOLDER";
  }

  private static String reason(IOException cause) {
    if (cause instanceof FileSystemException file && file.getReason() != null) {
      return file.getReason();
    }
    boolean isPath = cause instanceof FileSystemException;
    return isPath || cause.getMessage() == null ? cause.toString() : cause.getMessage();
  }
}
