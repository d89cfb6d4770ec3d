package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class RateLimitTest {

  private static final long SECOND = 1_000_000_000L;
  private static final long MILLI = 1_000_000L;

  // System.nanoTime may start anywhere
  private long now = -17 * SECOND;

  private RateLimit limit(int perMinute, int concurrent, double share) {
    return new RateLimit(perMinute, concurrent, share, now);
  }

  private RateLimit limit(int perMinute) {
    return limit(perMinute, 30, 1);
  }

  /** Takes calls as fast as they are let in; their times. */
  private List<Long> take(RateLimit limit, int calls) {
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < calls; i++) {
      now += limit.delay(now);
      assertThat(limit.delay(now)).isZero();
      limit.take(now);
      times.add(now);
    }
    return times;
  }

  private static List<Long> gaps(List<Long> times) {
    List<Long> gaps = new ArrayList<>();
    for (int i = 1; i < times.size(); i++) {
      gaps.add(times.get(i) - times.get(i - 1));
    }
    return gaps;
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 10, 60, 2000, 10_000})
  void callsAreSpacedEvenlyAtNinetyEightPercent(int perMinute) {
    long spacing = (long) (60 * SECOND / (perMinute * 0.98));
    assertThat(gaps(take(limit(perMinute), 200))).allMatch(gap -> Math.abs(gap - spacing) <= 1);
  }

  @Test
  void theFirstCallStartsAtOnce() {
    assertThat(limit(1).delay(now)).isZero();
  }

  @Test
  void slotsMissedWithinASecondAreCaughtUp() {
    RateLimit limit = limit(600); // a slot each 102 ms
    take(limit, 1);
    now += 512 * MILLI;
    assertThat(gaps(take(limit, 6)).subList(0, 4)).containsOnly(0L);
    assertThat(limit.delay(now)).isPositive();
  }

  @Test
  void slotsMissedBeforeThatAreGone() {
    RateLimit limit = limit(600);
    take(limit, 1);
    now += 3600 * SECOND;
    // ten slots of the last second and the one that is due
    assertThat(gaps(take(limit, 20)).stream().filter(gap -> gap == 0)).hasSizeLessThanOrEqualTo(10);
  }

  @Property(tries = 150, seed = "6")
  void noSixtySecondsSeeMoreCallsThanTheLimit(
      @ForAll @IntRange(min = 1, max = 400) int perMinute,
      @ForAll @IntRange(min = 1, max = 7) int part,
      @ForAll Random random) {
    RateLimit limit = limit(perMinute, 30, 1.0 / part);
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < 3 * perMinute + 50; i++) {
      if (random.nextInt(20) == 0) {
        now += (long) (random.nextDouble() * random.nextInt(70) * SECOND);
      } else if (random.nextInt(5) == 0) {
        now += random.nextInt((int) SECOND);
      }
      if (random.nextInt(60) == 0) {
        limit.throttled(now - random.nextInt(5) * SECOND, -1, random.nextBoolean(), now);
      }
      times.addAll(take(limit, 1));
    }
    int allowed = (perMinute + part - 1) / part;
    for (int i = 0; i + allowed < times.size(); i++) {
      assertThat(times.get(i + allowed) - times.get(i)).isGreaterThan(60 * SECOND);
    }
  }

  @Test
  void aThrottledAnswerPausesEverybodyAndPausesDouble() {
    RateLimit limit = limit(2000);
    for (int seconds : new int[] {5, 10, 20, 40, 60, 60}) {
      long start = now;
      now += SECOND;
      assertThat(limit.throttled(start, -1, false, now)).isEqualTo(seconds * SECOND);
      assertThat(limit.delay(now)).isEqualTo(seconds * SECOND);
      now += seconds * SECOND;
      assertThat(limit.delay(now)).isZero();
    }
  }

  @Test
  void aGoodAnswerMakesTheNextPauseShortAgain() {
    RateLimit limit = limit(2000);
    limit.throttled(now, -1, false, now);
    now += 5 * SECOND;
    limit.throttled(now, -1, false, now);
    now += 10 * SECOND;
    limit.passed();
    assertThat(limit.throttled(now, -1, false, now)).isEqualTo(5 * SECOND);
  }

  @Test
  void whatTheApiAsksForOutranksThePause() {
    RateLimit limit = limit(2000);
    assertThat(limit.throttled(now, 2 * SECOND, false, now)).isEqualTo(2 * SECOND);
    now += 2 * SECOND;
    assertThat(limit.throttled(now, 300 * SECOND, false, now)).isEqualTo(300 * SECOND);
    assertThat(limit.delay(now)).isEqualTo(300 * SECOND);
  }

  @Test
  void aCallThatStartedBeforeThePauseTellsNothingNew() {
    RateLimit limit = limit(2000);
    long before = now;
    now += SECOND;
    limit.throttled(before, -1, false, now);
    now += SECOND;
    assertThat(limit.throttled(before, -1, false, now)).isEqualTo(4 * SECOND);
    assertThat(limit.delay(now)).isEqualTo(4 * SECOND);
    // nor does it double the next pause
    now += 4 * SECOND;
    assertThat(limit.throttled(now, -1, false, now)).isEqualTo(10 * SECOND);
  }

  @Test
  void aCallThatStartedBeforeThePauseMayAskForALongerOne() {
    RateLimit limit = limit(2000);
    long before = now;
    now += SECOND;
    limit.throttled(before, -1, false, now);
    assertThat(limit.throttled(before, 8 * SECOND, false, now)).isEqualTo(8 * SECOND);
    assertThat(limit.throttled(before, 2 * SECOND, false, now)).isEqualTo(8 * SECOND);
    assertThat(limit.delay(now)).isEqualTo(8 * SECOND);
  }

  @Test
  void aLateThrottledAnswerIsNoPauseInThePast() {
    RateLimit limit = limit(2000);
    long before = now;
    now += SECOND;
    limit.throttled(before, -1, false, now);
    now += 30 * SECOND;
    assertThat(limit.throttled(before, -1, false, now)).isZero();
    assertThat(limit.delay(now)).isZero();
  }

  @Test
  void afterThePauseHalfTheRateIsUsedAndATenthMoreEveryTenSeconds() {
    RateLimit limit = limit(600);
    limit.throttled(now, -1, false, now);
    long end = now + 5 * SECOND;
    long full = (long) (60 * SECOND / (600 * 0.98));
    double[] factors = {0.5, 0.6, 0.7, 0.8, 0.9, 1, 1};
    for (int step = 0; step < factors.length; step++) {
      now = end + step * 10 * SECOND;
      catchUp(limit);
      for (long gap : gaps(take(limit, 3))) {
        assertThat((double) gap).isCloseTo(full / factors[step], within(2.0));
      }
    }
  }

  private void catchUp(RateLimit limit) {
    while (limit.delay(now) == 0) {
      limit.take(now);
    }
  }

  @Test
  void tooManyAtOnceHalvesTheConcurrencyAndNotTheRate() {
    RateLimit limit = limit(600);
    limit.throttled(now, -1, true, now);
    assertThat(limit.concurrency(now)).isEqualTo(15);
    now += 5 * SECOND;
    take(limit, 1);
    assertThat(gaps(take(limit, 3))).allMatch(gap -> gap < 103 * MILLI);
    now += 10 * SECOND;
    assertThat(limit.concurrency(now)).isEqualTo(18);
    now += 10 * SECOND;
    assertThat(limit.concurrency(now)).isEqualTo(21);
    now += 30 * SECOND;
    assertThat(limit.concurrency(now)).isEqualTo(30);
  }

  @ParameterizedTest
  @CsvSource({"1, 1", "2, 1", "3, 2", "5, 3", "30, 15"})
  void halfTheConcurrencyIsRoundedUp(int concurrent, int half) {
    RateLimit limit = limit(600, concurrent, 1);
    limit.throttled(now, -1, true, now);
    assertThat(limit.concurrency(now)).isEqualTo(half);
  }

  @Test
  void everyShareOfTheConcurrencyIsRoundedDownExactly() {
    for (int concurrent = 1; concurrent <= 100; concurrent++) {
      for (int of = 1; of <= 60; of++) {
        for (int part = 1; part <= of; part++) {
          int expected = Math.max(1, concurrent * part / of);
          assertThat(limit(600, concurrent, (double) part / of).concurrency(now))
              .as("%d/%d of %d", part, of, concurrent)
              .isEqualTo(expected);
        }
      }
    }
  }

  @Test
  void everyStepOfTheRecoveryIsRoundedUpExactly() {
    for (int concurrent = 1; concurrent <= 200; concurrent++) {
      RateLimit limit = limit(600, concurrent, 1);
      limit.throttled(now, 0, true, now);
      for (int tenths = 5; tenths <= 10; tenths++) {
        assertThat(limit.concurrency(now))
            .as("%d tenths of %d", tenths, concurrent)
            .isEqualTo((concurrent * tenths + 9) / 10);
        now += 10 * SECOND;
      }
    }
  }

  @Test
  void aShareIsOfTheRateToo() {
    RateLimit limit = limit(600, 30, 0.5);
    long spacing = (long) (60 * SECOND / (300 * 0.98));
    assertThat(gaps(take(limit, 5))).allMatch(gap -> Math.abs(gap - spacing) <= 1);
    limit.share(1, now);
    take(limit, 1);
    assertThat(gaps(take(limit, 5))).allMatch(gap -> Math.abs(gap - spacing / 2) <= 1);
  }

  /** So that two such members use what the others leave free. */
  @ParameterizedTest
  @CsvSource({"600, 10000", "2000, 3000", "6000, 1000", "60000, 1000", "60, 100000"})
  void noShareIsOnePercentAndAtMostOneCallASecond(int perMinute, long millis) {
    RateLimit limit = limit(perMinute);
    limit.share(0, now);
    assertThat(limit.delay(now)).as("not at once").isEqualTo(millis * MILLI);
    assertThat(gaps(take(limit, 5))).containsOnly(millis * MILLI);
    assertThat(limit.concurrency(now)).isEqualTo(1);
    now += 120 * SECOND;
    assertThat(limit.left(now)).isEqualTo(Math.min(60, perMinute / 100));
  }

  @Test
  void aShareThatComesIsUsedAtOnceAndNotFromBefore() {
    RateLimit limit = limit(600);
    limit.share(0, now);
    take(limit, 1);
    now += 5 * SECOND;
    limit.share(0.5, now);
    assertThat(limit.delay(now)).isZero();
    limit.take(now);
    assertThat(limit.delay(now)).isEqualTo((long) (60 * SECOND / (300 * 0.98)));
    limit.share(0.5, now);
    assertThat(limit.delay(now)).isEqualTo((long) (60 * SECOND / (300 * 0.98)));
  }

  @Test
  void aShareThatGoesLeavesTheNextCallForLater() {
    RateLimit limit = limit(600);
    take(limit, 3);
    limit.share(0, now);
    assertThat(limit.delay(now)).isEqualTo(10 * SECOND);
    now += SECOND;
    limit.share(0, now);
    assertThat(limit.delay(now)).isEqualTo(9 * SECOND);
  }

  @Test
  void whatIsLeftOfTheMinuteIsKnown() {
    RateLimit limit = limit(10, 30, 0.5);
    assertThat(limit.left(now)).isEqualTo(5);
    limit.take(now);
    limit.take(now);
    assertThat(limit.left(now)).isEqualTo(3);
    now += 61 * SECOND;
    assertThat(limit.left(now)).isEqualTo(5);
  }
}
