package io.serproutes;

import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;

/** What failures say to people. */
public final class Failures {

  private Failures() {}

  /**
   * Returns what a failure says, in one text: of a file the file and the system's reason, of an
   * error or a failure without a message its type, too.
   */
  public static String inWords(Throwable failure) {
    if (failure instanceof DirectoryIteratorException listing) {
      return inWords(listing.getCause());
    }
    if (failure instanceof FileSystemException error && error.getReason() == null) {
      String kind = error.getClass().getSimpleName().replace("Exception", "");
      return error.getFile() + ": " + kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase();
    }
    boolean isClear = failure.getMessage() != null && !(failure instanceof Error);
    return isClear ? failure.getMessage() : failure.toString();
  }
}
