package io.serproutes.items;

/** A part of an answer: bytes {@code from} up to, not with, {@code to}. */
record Part(long from, long to) {

  long length() {
    return to - from;
  }
}
