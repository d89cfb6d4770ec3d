package io.serproutes.page;

import io.serproutes.Count;
import io.serproutes.Times;
import java.time.Instant;
import java.util.List;
import java.util.Locale;

/** What the program does now, in a sentence or a few for a person, in the words of the log. */
final class Banner {

  private Banner() {}

  /** Of a program that works on {@code left} ids, those in work included. */
  static String working(double perSecond, int inWork, long left) {
    String rate = perSecond > 0 ? String.format(Locale.ROOT, "%.1f ids/s, ", perSecond) : "";
    return "Working: "
        + rate
        + Count.of(inWork, "id")
        + " in work"
        + rest(inWork, left)
        + Times.toGo(left, perSecond)
        + ".";
  }

  private static String rest(int inWork, long left) {
    return left > inWork ? String.format(Locale.ROOT, ", about %,d left", left) : "";
  }

  /** Of a program that has to wait, in the words of {@code throttled}, until it works on. */
  static String throttled(String throttled, int inWork, long left) {
    return throttled + ". " + Count.of(inWork, "id") + " in work" + rest(inWork, left) + ".";
  }

  /**
   * Of a program that waits for ids.
   *
   * @param sources what it waits for
   * @param nextDue when it asks for the first parked id; null where that is not known
   */
  static String idle(List<String> sources, int parked, Instant nextDue) {
    String waits = sources.isEmpty() ? "" : " Waiting for " + String.join(" and ", sources) + ".";
    String due = nextDue == null ? "" : ", the next try is at " + Times.clock(nextDue);
    String later = " " + Count.of(parked, "id is", "ids are") + " not ready yet" + due + ".";
    return "Idle: no id is in work." + waits + (parked == 0 ? "" : later);
  }

  /** Of a program that a person has paused. */
  static String paused(Instant since, int inFlight, int inWork) {
    String calls =
        inFlight == 0 ? "" : " " + Count.of(inFlight, "call", "calls") + " in flight will end.";
    return "Paused at "
        + Times.clock(since)
        + ": no id is taken and no call starts."
        + calls
        + (inWork == 0 ? "" : " " + Count.of(inWork, "id is kept", "ids are kept") + ".")
        + " Resume, or start the program again, to go on.";
  }

  /** Of a program that ends. */
  static String stopping() {
    return "Stopping: calls in flight end, all other ids stay in their sources.";
  }
}
