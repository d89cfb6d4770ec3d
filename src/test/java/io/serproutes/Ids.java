package io.serproutes;

import java.util.List;
import java.util.stream.IntStream;

/** Ids for tests. */
final class Ids {

  /** Answered with every item type. */
  static final String ZERO = "00000000-0000-0000-0000-000000000000";

  private Ids() {}

  /** An id with a result of its own. */
  static String good(int number) {
    return "%08x-1535-0066-0000-%012x".formatted(0x10171324, number);
  }

  /** The good ids of a range, {@code to} not included. */
  static List<String> good(int from, int to) {
    return IntStream.range(from, to).mapToObj(Ids::good).toList();
  }

  /** An id that is always answered with a status code. */
  static String failing(int code) {
    return failing(0, 0, code);
  }

  /**
   * An id that spells its failure.
   *
   * @param http the HTTP status; 0: 200
   * @param times how many times it fails before it has a result; 0: always
   * @param code the status code; 0: whatever goes with the HTTP status
   */
  static String failing(int http, int times, int code) {
    return "00000000-0000-0%03d-%04d-0000000%05d".formatted(http, times, code);
  }
}
