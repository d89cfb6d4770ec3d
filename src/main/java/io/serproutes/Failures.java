package io.serproutes;

import java.io.IOException;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.util.regex.Pattern;

/** What failures say to people. */
public final class Failures {

  private static final Pattern NO_SPACE = Pattern.compile("(?i)no space|quota");

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

  /** Whether a disk or the share of a user on it is full. */
  public static boolean isNoSpace(IOException failure) {
    return NO_SPACE.matcher(inWords(failure)).find();
  }
}
