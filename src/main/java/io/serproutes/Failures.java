package io.serproutes;

import io.serproutes.ids.Source;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.Pipe;
import java.nio.channels.WritableByteChannel;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.regex.Pattern;

/** What failures say to people. */
public final class Failures {

  private static final Pattern NO_SPACE = Pattern.compile("(?i)no space|quota");

  private Failures() {}

  /**
   * Returns what a failure says, in one text: of a file its name, safe for a log, and the system's
   * reason, of an error or a failure without a message its type, too.
   */
  public static String inWords(Throwable failure) {
    if (failure instanceof DirectoryIteratorException listing) {
      return inWords(listing.getCause());
    }
    if (failure instanceof FileSystemException error) {
      return Source.printable(error.getReason() == null ? ofFile(error) : error.getMessage());
    }
    boolean isClear = failure.getMessage() != null && !(failure instanceof Error);
    return isClear ? failure.getMessage() : failure.toString();
  }

  private static String ofFile(FileSystemException error) {
    String kind = error.getClass().getSimpleName().replace("Exception", "");
    return error.getFile() + ": " + kind.replaceAll("(?<=[a-z])(?=[A-Z])", " ").toLowerCase();
  }

  /**
   * Whether a disk is full, or the share of a user on it; this last is told by English words alone.
   */
  public static boolean isNoSpace(IOException failure) {
    String words = inWords(failure);
    return NO_SPACE.matcher(words).find() || words.endsWith(ofFullDisk());
  }

  // the system's words are those of its locale
  private static String ofFullDisk() {
    try {
      Files.write(Path.of("/dev/full"), new byte[1], StandardOpenOption.WRITE);
      return "/dev/full";
    } catch (IOException e) {
      return inWords(e);
    }
  }

  /** Whether what reads the other end of a pipe has gone. */
  public static boolean isBrokenPipe(IOException failure) {
    try {
      Pipe pipe = Pipe.open();
      pipe.source().close();
      try (WritableByteChannel sink = pipe.sink()) {
        sink.write(ByteBuffer.allocate(1));
      }
      return false;
    } catch (IOException e) {
      return inWords(e).equals(inWords(failure)); // in the words of the system's locale
    }
  }
}
