package io.serproutes.program;

import io.serproutes.Count;
import io.serproutes.Times;
import io.serproutes.ids.Source;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * How far a run is, for one line of a terminal.
 *
 * @param done ids that have ended
 * @param left about how many have not; 0 where that is not known
 * @param isEndKnown whether no more follow
 * @param perSecond ids that end in a second
 * @param halted why the circuit is open; null while it is closed
 */
record TerminalProgress(
    long done,
    long left,
    boolean isEndKnown,
    double perSecond,
    int parked,
    long deadLetters,
    long items,
    String halted) {

  /** The longest line, in columns. */
  static final int WIDTH = 79;

  private static final int BAR = 10;
  private static final String BETWEEN = ", ";
  private static final int FIRST_WIDE = 0x1100; // Hangul, Han and the like fill two columns

  /** The line: what matters most comes first, and what does not fit is left out. */
  String line() {
    String line = bar();
    int start = line.length();
    for (String part : parts()) {
      String next = line.length() == start ? part : BETWEEN + part;
      if (line.length() + next.length() <= WIDTH) {
        line += next;
      }
    }
    return halted == null ? line : cut(line + BETWEEN + "halted: " + Source.printable(halted));
  }

  private String bar() {
    long all = done + left + parked;
    if (!isEndKnown || all == 0) {
      return "";
    }
    int filled = (int) (BAR * done / all);
    String bar = "#".repeat(filled) + ".".repeat(BAR - filled);
    return String.format(Locale.ROOT, "[%s] %3d %%  ", bar, 100 * done / all);
  }

  private List<String> parts() {
    List<String> parts = new ArrayList<>();
    parts.add(Count.of(done, "id") + " done");
    if (halted != null) {
      return parts;
    }
    if (left > 0) {
      parts.add(String.format(Locale.ROOT, "%,d left", left));
    }
    parts.add(String.format(Locale.ROOT, "%.1f ids/s", perSecond));
    String toGo = Times.toGo(left, perSecond);
    if (!toGo.isEmpty()) {
      parts.add(toGo.substring(BETWEEN.length()));
    }
    if (parked > 0) {
      parts.add(String.format(Locale.ROOT, "%,d parked", parked));
    }
    if (deadLetters > 0) {
      parts.add(Count.of(deadLetters, "dead letter"));
    }
    parts.add(Count.of(items, "item"));
    return parts;
  }

  private static String cut(String text) {
    int columns = 0;
    int end = 0;
    while (end < text.length()) {
      int c = text.codePointAt(end);
      columns += c < FIRST_WIDE ? 1 : 2;
      if (columns > WIDTH) {
        return text.substring(0, end);
      }
      end += Character.charCount(c);
    }
    return text;
  }
}
