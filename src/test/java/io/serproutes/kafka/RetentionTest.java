package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

  @ParameterizedTest
  @CsvSource({
    "delete, -1, -1,",
    "delete, 604800000, -1,",
    "delete, 172800000, '',",
    "delete, '', '',",
    "delete, -1, 1073741824, retention.bytes=1073741824 removes records of any age once there are"
        + " more",
    "delete, 172799999, 1073741824, 'retention.ms=172799999 is less than 48 hours, which are"
        + " serp.not-ready.deadline and a day'",
    "compact, -1, -1, cleanup.policy=compact keeps one of two records of an id",
    "'compact,delete', -1, -1, 'cleanup.policy=compact,delete keeps one of two records of an id'",
  })
  void whatMayBeLostIsSaid(String cleanup, String millis, String bytes, String risk) {
    assertThat(new Retention(Duration.ofHours(24)).risk(cleanup, millis, bytes)).isEqualTo(risk);
  }

  @ParameterizedTest
  @CsvSource({
    "delete, 86400000, -1, 2026-11-23T12:00:00Z",
    "'compact,delete', 86400000, -1, 2026-11-23T12:00:00Z",
    "compact, 86400000, 1000, -1000000000-01-01T00:00:00Z",
    "delete, -1, -1, -1000000000-01-01T00:00:00Z",
    "delete, -1, 1000, +1000000000-12-31T23:59:59.999999999Z",
    "delete, 86400000, 1000, +1000000000-12-31T23:59:59.999999999Z",
    "'', '', '', +1000000000-12-31T23:59:59.999999999Z",
  })
  void sinceWhenRecordsAreKept(String cleanup, String millis, String bytes, Instant since) {
    Instant now = Instant.parse("2026-11-24T12:00:00Z");
    assertThat(Retention.keptSince(cleanup, millis, bytes, now)).isEqualTo(since);
  }
}
