package io.serproutes.sandbox;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class SlidingCountTest {
  private final AtomicLong nanos = new AtomicLong(-5);
  private final SlidingCount count = new SlidingCount(nanos::get);

  @Test
  void eventsAMinuteApartAreNotCountedTogether() {
    add(10);
    sleepFor(Duration.ofSeconds(60));
    add(7);

    assertThat(count.most()).isEqualTo(10);
  }

  @Test
  void aWindowIsAnySixtySeconds() {
    sleepFor(Duration.ofSeconds(59));
    add(3);
    sleepFor(Duration.ofMillis(30_500));
    add(4);
    sleepFor(Duration.ofMillis(29_480));
    add(5);
    sleepFor(Duration.ofMillis(20));
    add(1);

    assertThat(count.most()).isEqualTo(12);
  }

  @Test
  void longSilenceEmptiesTheWindow() {
    add(5);
    sleepFor(Duration.ofHours(100));
    add(4);

    assertThat(count.most()).isEqualTo(5);
  }

  private void add(int events) {
    for (int i = 0; i < events; i++) {
      count.add();
    }
  }

  private void sleepFor(Duration time) {
    nanos.addAndGet(time.toNanos());
  }
}
