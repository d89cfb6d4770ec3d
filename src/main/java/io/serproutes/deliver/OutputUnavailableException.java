package io.serproutes.deliver;

import io.serproutes.fetch.CircuitOpenException;
import java.util.regex.Pattern;

/** An output is unavailable: disk full, folder not writable, broker away. */
public final class OutputUnavailableException extends CircuitOpenException {

  private static final Pattern CONTROL = Pattern.compile("[\\p{Cc}\\p{Cf}\\u2028\\u2029]+");
  private static final int LONGEST = 500;

  private final String why;

  /** Says which output is unavailable and why, in words that may come from outside. */
  public OutputUnavailableException(String why, Throwable cause) {
    super("cannot deliver: " + inOneLine(why), cause);
    this.why = inOneLine(why);
  }

  // file names, a host's exceptions and names of sinks go into logs and the health check
  private static String inOneLine(String words) {
    String line = CONTROL.matcher(String.valueOf(words)).replaceAll(" ").strip();
    return line.length() <= LONGEST ? line : line.substring(0, LONGEST) + "…";
  }

  /** Why, without the fact that the circuit is open; one line. */
  public String why() {
    return why;
  }
}
