package io.serproutes.items;

/** A part of an answer: bytes {@code from} up to, not with, {@code to}. */
public record Part(long from, long to) {

  /** The number of its bytes. */
  public long length() {
    return to - from;
  }
}
