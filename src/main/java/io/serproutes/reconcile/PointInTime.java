package io.serproutes.reconcile;

import io.serproutes.ids.Source;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.LocalDateTime;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A time as a person writes it. Without an offset it is UTC. */
public final class PointInTime {

  private static final Pattern AGE = Pattern.compile("(\\d{1,9})\\s*([smhd])");
  private static final Map<String, ChronoUnit> UNITS =
      Map.of(
          "s", ChronoUnit.SECONDS,
          "m", ChronoUnit.MINUTES,
          "h", ChronoUnit.HOURS,
          "d", ChronoUnit.DAYS);

  private static final List<Function<String, Instant>> FORMS =
      List.of(
          text -> OffsetDateTime.parse(text).toInstant(),
          text -> LocalDateTime.parse(text).toInstant(ZoneOffset.UTC),
          text -> LocalDate.parse(text).atStartOfDay(ZoneOffset.UTC).toInstant());

  private PointInTime() {}

  /**
   * Reads ISO 8601, a date, which is its beginning, or an age such as {@code 24h}.
   *
   * @param option the option that has it, for the message
   * @throws IllegalArgumentException where it is none of these; one line for a person
   */
  public static Instant parse(String option, String text, Instant now) {
    Matcher age = AGE.matcher(text.strip());
    if (age.matches()) {
      return now.minus(Long.parseLong(age.group(1)), UNITS.get(age.group(2)));
    }
    for (Function<String, Instant> form : FORMS) {
      try {
        return form.apply(text.strip().replace(' ', 'T'));
      } catch (DateTimeException e) {
        continue; // the next form
      }
    }
    throw new IllegalArgumentException(
        option
            + "="
            + Source.readable(text)
            + " is no time such as 2026-11-24T06:00:00Z, 2026-11-24 or 24h");
  }
}
