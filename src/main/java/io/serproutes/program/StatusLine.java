package io.serproutes.program;

import java.io.Console;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.nio.charset.Charset;

/**
 * The last line of a terminal, which is drawn again and again: whatever else the process prints,
 * log lines among it, appears above. Safe for use by many threads.
 */
final class StatusLine {

  private static final String ERASE = "\r\u001b[K";
  // a line that is longer than the terminal is wide is cut there: only one row can be erased
  private static final String CUT_AT_MARGIN = "\u001b[?7l";
  private static final String WRAP_AT_MARGIN = "\u001b[?7h";

  private final PrintStream terminal;
  private String line = "";
  private boolean isDrawn;
  private boolean isLineBegun; // of what else is printed

  /** The last line of a terminal that shows what is printed here. */
  StatusLine(PrintStream terminal) {
    this.terminal = terminal;
  }

  /**
   * Has standard output and standard error appear above a status line; to be called before Log4j
   * opens its appenders.
   *
   * @return null where standard input and output are no terminal that can erase a line
   */
  static StatusLine install() {
    if (!isTerminal(System.getenv("TERM"))) {
      return null;
    }
    StatusLine status = new StatusLine(System.out);
    System.setOut(status.above(System.out));
    System.setErr(status.above(System.err));
    return status;
  }

  private static boolean isTerminal(String term) {
    Console console = term == null || term.equals("dumb") ? null : System.console();
    if (console == null) {
      return false;
    }
    try { // from JDK 22 on there is a console without a terminal, too
      return (boolean) Console.class.getMethod("isTerminal").invoke(console);
    } catch (NoSuchMethodException e) {
      return true;
    } catch (ReflectiveOperationException e) {
      return false;
    }
  }

  /** Shows another line; an empty one erases it. */
  synchronized void show(String text) {
    line = text;
    erase();
    draw();
    terminal.flush();
  }

  private void erase() {
    if (isDrawn) {
      terminal.print(ERASE);
      isDrawn = false;
    }
  }

  private void draw() {
    if (!line.isEmpty() && !isLineBegun) {
      terminal.print(CUT_AT_MARGIN + line + WRAP_AT_MARGIN);
      isDrawn = true;
    }
  }

  /** A stream whose text appears above the line. */
  PrintStream above(PrintStream target) {
    return new PrintStream(new Above(target), true, Charset.defaultCharset());
  }

  private final class Above extends OutputStream {

    private final PrintStream target;

    Above(PrintStream target) {
      this.target = target;
    }

    @Override
    public void write(int b) throws IOException {
      write(new byte[] {(byte) b}, 0, 1);
    }

    @Override
    public void write(byte[] bytes, int offset, int length) {
      if (length == 0) {
        return;
      }
      synchronized (StatusLine.this) {
        erase();
        terminal.flush();
        target.write(bytes, offset, length);
        target.flush();
        isLineBegun = bytes[offset + length - 1] != '\n';
        draw();
        terminal.flush();
      }
    }
  }
}
