package io.serproutes.items;

import java.util.ArrayList;
import java.util.List;

/**
 * The members of an object that are left out when it is quoted, each with one comma, so that the
 * rest is valid JSON: the comma before it, or after it where no member that stays comes first.
 */
final class MembersToOmit {

  private final List<Part> parts = new ArrayList<>(1);
  private long previousEnd;
  private boolean oneStays;

  /** Notes a member that is left out, name and value. */
  void goes(long from, long to) {
    if (oneStays || parts.isEmpty()) {
      parts.add(new Part(oneStays ? previousEnd : from, to));
    } else {
      parts.set(0, new Part(parts.get(0).from(), to));
    }
    previousEnd = to;
  }

  /** Notes a member that stays, name and value. */
  void stays(long from, long to) {
    if (!oneStays && !parts.isEmpty()) {
      parts.set(0, new Part(parts.get(0).from(), from));
    }
    oneStays = true;
    previousEnd = to;
  }

  /** What is left out, in order; almost always one part. */
  List<Part> parts() {
    return parts;
  }
}
