package io.serproutes.fetch;

/** What a call is made for: an id, or a poll of a list. */
abstract class Call {

  private final Tries tries;

  /** One for which so many calls have been made before. */
  Call(int callsBefore) {
    tries = new Tries(callsBefore);
  }

  final Tries tries() {
    return tries;
  }

  /** What the last answer means, or null before the first. */
  public abstract Verdict getVerdict();

  /** Notes that the call starts at {@code now}, by {@link System#nanoTime}. */
  void asked(boolean asProbe, long now) {
    tries.callStarts(asProbe, now);
  }
}
