package io.serproutes.sandbox;

import java.util.SplittableRandom;

/** How many items a result has, both ends included. */
record ItemRange(int least, int most) {

  /**
   * @param text {@code 20-110}, or one number
   * @throws IllegalArgumentException where it is neither
   */
  static ItemRange of(String text) {
    String[] ends = text.strip().split("-", 2);
    try {
      int least = Integer.parseInt(ends[0].strip());
      int most = ends.length == 1 ? least : Integer.parseInt(ends[1].strip());
      if (least >= 0 && most >= least) {
        return new ItemRange(least, most);
      }
    } catch (NumberFormatException notNumbers) {
      // said below
    }
    throw new IllegalArgumentException("Not a number of items such as 20-110 or 100: " + text);
  }

  int pick(SplittableRandom random) {
    return random.nextInt(least, most + 1);
  }
}
