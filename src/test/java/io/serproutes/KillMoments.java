package io.serproutes;

import java.util.Random;

/** Random moments of kills, other ones in each run; {@code -Dkills.seed=SEED} has them again. */
final class KillMoments {

  private KillMoments() {}

  /** Where the moments of a test come from; says on the console how to have them again. */
  static Random of(String test) {
    long seed = Long.getLong("kills.seed", System.nanoTime() & 0xffffff);
    System.out.printf("%s: kills of seed %d (again: -Dkills.seed=%2$d)%n", test, seed);
    return new Random(seed);
  }
}
