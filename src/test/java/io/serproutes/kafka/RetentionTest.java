package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {

  @ParameterizedTest
  @CsvSource({
    "delete, -1,",
    "delete, 604800000,",
    "delete, 172800000,",
    "delete, '',",
    "delete, 172799999, 'retention.ms=172799999 is less than 48 hours, which are"
        + " serp.not-ready.deadline and a day'",
    "compact, -1, cleanup.policy=compact keeps one of two records of an id",
    "'compact,delete', -1, 'cleanup.policy=compact,delete keeps one of two records of an id'",
  })
  void whatMayBeLostIsSaid(String cleanup, String millis, String risk) {
    assertThat(new Retention(Duration.ofHours(24)).risk(cleanup, millis)).isEqualTo(risk);
  }
}
