package io.serproutes.fetch;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;

/** The header {@code Retry-After}: seconds, or a date of RFC 9110. */
final class RetryAfter {

  private static final Duration LONGEST = Duration.ofMinutes(5);

  private RetryAfter() {}

  /** Nanoseconds to wait, at most 5 minutes; -1 where there is no header or it makes no sense. */
  static long nanos(String header) {
    if (header == null) {
      return -1;
    }
    String value = header.strip();
    if (value.matches("\\d+")) {
      return nanos(value.length() > 9 ? LONGEST : Duration.ofSeconds(Integer.parseInt(value)));
    }
    try {
      Instant until = ZonedDateTime.parse(value, DateTimeFormatter.RFC_1123_DATE_TIME).toInstant();
      return nanos(Duration.between(Instant.now(), until));
    } catch (DateTimeException e) {
      return -1;
    }
  }

  private static long nanos(Duration wait) {
    if (wait.isNegative()) {
      return 0;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : wait.toNanos();
  }
}
