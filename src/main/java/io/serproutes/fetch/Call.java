package io.serproutes.fetch;

/** What a call is made for: an id, or a poll of a list. */
interface Call {

  /** Notes that the call starts at {@code now}, by {@link System#nanoTime}. */
  void asked(boolean asProbe, long now);
}
