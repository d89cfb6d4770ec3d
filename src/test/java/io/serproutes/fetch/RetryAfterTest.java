package io.serproutes.fetch;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.NullSource;
import org.junit.jupiter.params.provider.ValueSource;

class RetryAfterTest {

  private static final long LONGEST = Duration.ofMinutes(5).toNanos();

  @ParameterizedTest
  @CsvSource({"0, 0", "5, 5", "' 120 ', 120", "300, 300", "000000005, 5"})
  void secondsAreTaken(String header, long seconds) {
    assertThat(RetryAfter.nanos(header)).isEqualTo(Duration.ofSeconds(seconds).toNanos());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {"301", "86400", "99999999999999999999999999", "Tue, 31 Dec 2999 23:59:59 GMT"})
  void whatIsMoreThanFiveMinutesIsFiveMinutes(String header) {
    assertThat(RetryAfter.nanos(header)).isEqualTo(LONGEST);
  }

  @Test
  void aDateIsTheTimeUntilThen() {
    Instant then = Instant.now().plusSeconds(240);
    String header = DateTimeFormatter.RFC_1123_DATE_TIME.format(then.atOffset(ZoneOffset.UTC));
    assertThat(RetryAfter.nanos(header))
        .isBetween(Duration.ofMinutes(3).toNanos(), Duration.ofMinutes(4).toNanos());
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "Tue, 01 Jan 2019 00:00:00 GMT",
        "Mon, 1 Jan 0001 00:00:00 GMT",
        "Tuesday, 01-Jan-19 00:00:00 GMT"
      })
  void aDateThatIsPastIsNoWait(String header) {
    assertThat(RetryAfter.nanos(header)).isZero();
  }

  @ParameterizedTest
  @NullSource
  @ValueSource(strings = {"", " ", "-1", "1.5", "soon", "5 s", "٣", "2026-11-24T00:00:00Z"})
  void anythingElseAsksForNothing(String header) {
    assertThat(RetryAfter.nanos(header)).isEqualTo(-1);
  }
}
