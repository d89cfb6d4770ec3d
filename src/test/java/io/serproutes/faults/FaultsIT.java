package io.serproutes.faults;

import static org.assertj.core.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.opentest4j.TestAbortedException;

/**
 * Schedules of faults: two that are always the same in each build, and with {@code mvn verify
 * -Plarge -Dit.test=FaultsIT -Dfaults.runs=N} (or {@code -Dfaults.minutes=M}) as many as asked for,
 * whose seeds go on from the last in {@code target/faults/next-seed}, or from {@code
 * -Dfaults.from=SEED}. {@code -Dfaults.seed=SEED} runs that one alone.
 */
class FaultsIT {

  private static final Path HOME = Path.of("target", "faults").toAbsolutePath();
  private static final Path NEXT = HOME.resolve("next-seed");

  private static ProxiedBrokers broker;
  private static String failed; // a failing test is run once more, and the seeds have gone on

  static LongStream seeds() {
    Long one = Long.getLong("faults.seed");
    return one == null ? LongStream.of(43, 155) : LongStream.of(one);
  }

  @AfterAll
  static void stopBroker() throws IOException {
    if (broker != null) {
      broker.close();
      broker = null;
    }
  }

  @ParameterizedTest
  @MethodSource("seeds")
  void promisesHold(long seed) throws Exception {
    String wrong = run(seed);
    if (wrong != null) {
      fail(wrong);
    }
  }

  @Tag("large")
  @Test
  void promisesHoldForAsManySeedsAsAskedFor() throws Exception {
    int runs = Integer.getInteger("faults.runs", Integer.MAX_VALUE);
    Duration longest =
        Duration.ofMinutes(
            Long.getLong("faults.minutes", runs == Integer.MAX_VALUE ? 10 : 100_000));
    long end = System.nanoTime() + longest.toNanos();
    long seed = first();
    if (failed != null) {
      fail(failed);
    }
    StringBuilder wrong = new StringBuilder();
    List<Long> leftOut = new ArrayList<>();
    for (int i = 0; i < runs && System.nanoTime() < end; i++, seed++) {
      try {
        String found = run(seed);
        wrong.append(found == null ? "" : found + "\n\n");
      } catch (TestAbortedException e) {
        leftOut.add(seed);
      }
      Files.writeString(NEXT, Long.toString(seed + 1));
    }
    if (!wrong.isEmpty()) {
      failed = wrong.toString();
      fail(failed);
    }
    if (!leftOut.isEmpty()) {
      abort("all well, but these seeds cannot be run here: " + leftOut);
    }
  }

  private static long first() throws IOException {
    Long from = Long.getLong("faults.from");
    if (from != null) {
      return from;
    }
    return Files.exists(NEXT) ? Long.parseLong(Files.readString(NEXT).strip()) : 1_000;
  }

  /**
   * Runs a seed; what is wrong, or null.
   *
   * @throws TestAbortedException where this machine lacks what it needs
   */
  private static String run(long seed) throws Exception {
    Plan plan = new Plan(seed);
    Path dir = HOME.resolve("seed-" + seed);
    delete(dir);
    if (plan.usesKafka() && broker == null) {
      broker = new ProxiedBrokers(Integer.getInteger("faults.nodes", 1));
    }
    String wrong = null;
    try (World world = new World(plan, dir, plan.usesKafka() ? broker : null)) {
      FaultRun run = new FaultRun(world);
      wrong = run.run();
      String result = wrong == null ? "all well" : "FAILED";
      System.out.printf("seed %d: %s, %s%n", seed, result, run.inShort());
    } catch (TestAbortedException e) {
      System.out.printf("seed %d: left out, %s%n", seed, e.getMessage());
      delete(dir);
      throw e;
    }
    if (wrong == null) {
      delete(dir);
    } else {
      Files.writeString(HOME.resolve("seed-" + seed + ".txt"), wrong);
    }
    return wrong;
  }

  private static void delete(Path dir) throws IOException {
    if (Files.exists(dir)) {
      try (Stream<Path> files = Files.walk(dir)) {
        for (Path file : (Iterable<Path>) files.sorted(Comparator.reverseOrder())::iterator) {
          Files.delete(file);
        }
      }
    }
  }
}
