package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import org.junit.jupiter.api.Test;

class TimesTest {

  private static final Instant TIME = Instant.parse("2026-11-24T06:56:05.123999Z");

  @Test
  void timesAreUtcInMilliseconds() {
    assertThat(Times.record(TIME)).isEqualTo("2026-11-24T06:56:05.123Z");
    assertThat(Times.stamp(TIME)).isEqualTo("20261124T065605123Z");
    assertThat(Times.record(Instant.parse("2026-01-02T00:00:00Z")))
        .isEqualTo("2026-01-02T00:00:00.000Z");
    assertThat(Times.record(null)).isNull();
  }

  @Test
  void aRecordedTimeIsReadBack() {
    assertThat(Instant.parse(Times.record(TIME))).isEqualTo("2026-11-24T06:56:05.123Z");
  }
}
