package io.serproutes.reconcile;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PointInTimeTest {

  private static final Instant NOW = Instant.parse("2026-11-26T12:00:00Z");

  @ParameterizedTest
  @CsvSource({
    "2026-11-24T06:30:00Z, 2026-11-24T06:30:00Z",
    "2026-11-24T06:30Z, 2026-11-24T06:30:00Z",
    "2026-11-24T06:30:00.123Z, 2026-11-24T06:30:00.123Z",
    "2026-11-24T15:30:00+09:00, 2026-11-24T06:30:00Z",
    "2026-11-24T06:30:00, 2026-11-24T06:30:00Z",
    "2026-11-24 06:30, 2026-11-24T06:30:00Z",
    "2026-11-24, 2026-11-24T00:00:00Z",
    "24h, 2026-11-25T12:00:00Z",
    "7d, 2026-11-19T12:00:00Z",
    "90m, 2026-11-26T10:30:00Z",
    "30s, 2026-11-26T11:59:30Z",
  })
  void aTime(String text, String time) {
    assertThat(PointInTime.parse("--from", text, NOW)).isEqualTo(time);
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "yesterday", "24", "h", "-24h", "2026-13-01", "24.11.2026", "1h\n2"})
  void noTime(String text) {
    assertThatThrownBy(() -> PointInTime.parse("--to", text, NOW))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageStartingWith("--to=")
        .hasMessageContaining(" is no time such as ")
        .hasMessageNotContaining("\n");
  }
}
