package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.LongRange;
import net.jqwik.api.constraints.Size;
import org.junit.jupiter.api.Test;

class LastMinuteTest {

  private static final long SECOND = 1_000_000_000L;

  @Property(tries = 300, seed = "5")
  void theCountIsThatOfTheLastSixtySecondsToTheSecond(
      @ForAll @Size(max = 300) List<@LongRange(min = 0, max = 20 * SECOND) Long> steps) {
    LastMinute minute = new LastMinute(7);
    List<Long> seconds = new ArrayList<>();
    long now = 7;
    for (long step : steps) {
      now += step;
      minute.add(now);
      seconds.add(now / SECOND);
      long current = now / SECOND;
      assertThat(minute.count(now))
          .isEqualTo((int) seconds.stream().filter(second -> second > current - 60).count());
    }
  }

  @Test
  void aMinuteLaterNothingCounts() {
    LastMinute minute = new LastMinute(-3 * SECOND);
    minute.add(-3 * SECOND);
    minute.add(-2 * SECOND);
    assertThat(minute.count(0)).isEqualTo(2);
    assertThat(minute.count(57 * SECOND)).isEqualTo(1);
    assertThat(minute.count(58 * SECOND)).isZero();
    assertThat(minute.count(10_000 * SECOND)).isZero();
  }

  @Test
  void aClockThatLooksBackDoesNoHarm() {
    LastMinute minute = new LastMinute(0);
    minute.add(100 * SECOND);
    minute.add(99 * SECOND);
    assertThat(minute.count(100 * SECOND)).isEqualTo(2);
  }
}
