package io.serproutes;

import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Times in records and names of files: UTC, ISO 8601, milliseconds. */
public final class Times {

  private static final DateTimeFormatter RECORD =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter CLOCK =
      DateTimeFormatter.ofPattern("HH:mm:ss 'UTC'").withZone(ZoneOffset.UTC);

  private Times() {}

  /** Returns a time such as {@code 2026-11-24T06:56:05.123Z}; null for null. */
  public static String record(Instant time) {
    return time == null ? null : RECORD.format(time);
  }

  /** Returns the time of day, such as {@code 06:56:05 UTC}. */
  public static String clock(Instant time) {
    return CLOCK.format(time);
  }

  /** How long so many ids take at this rate, as a part of a line; empty where that is not known. */
  public static String toGo(long ids, double perSecond) {
    if (ids == 0 || perSecond == 0) {
      return "";
    }
    Duration time = Duration.ofSeconds((long) Math.ceil(ids / perSecond));
    if (time.toMinutes() == 0) {
      return ", " + time.toSeconds() + " s to go";
    }
    String hours = time.toHours() == 0 ? "" : Count.of(time.toHours(), "h", "h") + " ";
    return ", " + hours + time.toMinutesPart() + " min to go";
  }

  /** Returns a time such as {@code 20261124T065605123Z}. */
  public static String stamp(Instant time) {
    return STAMP.format(time);
  }

  /** Reads the time in a record; null where the text is none, or null. */
  public static Instant ofRecord(String text) {
    return read(text, DateTimeFormatter.ISO_INSTANT);
  }

  /** Reads what {@link #stamp} returned; null where the text is none. */
  public static Instant ofStamp(String text) {
    return read(text, STAMP);
  }

  private static Instant read(String text, DateTimeFormatter form) {
    try {
      return text == null ? null : form.parse(text, Instant::from);
    } catch (DateTimeException e) {
      return null;
    }
  }
}
