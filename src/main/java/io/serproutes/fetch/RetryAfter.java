package io.serproutes.fetch;

import java.time.Duration;
import java.time.Instant;
import org.apache.hc.client5.http.utils.DateUtils;

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
    Instant until = DateUtils.parseStandardDate(value);
    return until == null ? -1 : nanos(Duration.between(Instant.now(), until));
  }

  private static long nanos(Duration wait) {
    if (wait.isNegative()) {
      return 0;
    }
    return wait.compareTo(LONGEST) > 0 ? LONGEST.toNanos() : wait.toNanos();
  }
}
