package io.serproutes.fetch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The header {@code Retry-After}: seconds, or a date of RFC 9110. */
final class RetryAfter {

  private RetryAfter() {}

  /** Nanoseconds to wait, at most a day; -1 where there is no header or it makes no sense. */
  static long nanos(String header) {
    if (header == null) {
      return -1;
    }
    String value = header.strip();
    if (value.matches("\\d{1,5}")) {
      return Duration.ofSeconds(Long.parseLong(value)).toNanos();
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      Duration wait = Duration.between(Instant.now(), until);
      return wait.compareTo(Duration.ofDays(1)) > 0 ? -1 : Math.max(0, wait.toNanos());
    } catch (DateTimeException e) {
      return -1;
    }
  }
}
