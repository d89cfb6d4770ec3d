package io.serproutes.deliver;

import io.serproutes.Failures;
import io.serproutes.Secrets;
import io.serproutes.fetch.CircuitOpenException;
import io.serproutes.fetch.StoppingException;
import java.io.IOException;
import java.nio.channels.ClosedByInterruptException;
import java.nio.file.FileSystemException;
import java.nio.file.Path;
import java.util.regex.Pattern;

/** An output is unavailable: the disk is full, a folder is not writable, the broker is away. */
public final class OutputUnavailableException extends CircuitOpenException {

  private static final int LONGEST = 500;
  private static final Pattern ID =
      Pattern.compile("\\p{XDigit}{8}(-\\p{XDigit}{4}){3}-\\p{XDigit}{12}");

  private final String why;
  private final String cure;

  /**
   * Says which output is unavailable and why; the text may come from outside.
   *
   * @param cure what a person can do, as a sentence without its full stop
   */
  public OutputUnavailableException(String why, String cure, Throwable cause) {
    super("cannot deliver: " + inOneLine(why), cause);
    this.why = inOneLine(why);
    this.cure = cure;
  }

  /**
   * A disk or folder that fails.
   *
   * @param folder is named where the system names no file, as on a full disk
   * @throws StoppingException where it was the thread, which is interrupted
   */
  static OutputUnavailableException of(Path folder, IOException e) throws StoppingException {
    if (e instanceof ClosedByInterruptException) {
      throw new StoppingException("the work on the id was interrupted; it stays in its source");
    }
    boolean isNamed = e instanceof FileSystemException;
    return new OutputUnavailableException(
        (isNamed ? "" : folder + ": ") + Failures.inWords(e),
        "Free disk space, or make the folder writable",
        e);
  }

  // file names, a host's exceptions and names of sinks go into logs, the health check and the
  // banner; the last two are read by whoever reaches the server, who may not learn of ids
  private static String inOneLine(String words) {
    String withoutIds = ID.matcher(String.valueOf(words)).replaceAll("{id}");
    return Secrets.oneLine(withoutIds, LONGEST);
  }

  /** Says why, in one line, without the fact that the circuit is open. */
  public String why() {
    return why;
  }

  /** What a person can do. */
  public String cure() {
    return cure;
  }
}
