package io.serproutes;

import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;

/** Formats times for records and file names: UTC, ISO 8601, milliseconds. */
public final class Times {

  private static final DateTimeFormatter RECORD =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmssSSS'Z'").withZone(ZoneOffset.UTC);

  private Times() {}

  /** Returns a time such as {@code 2026-11-24T06:56:05.123Z}; null for null. */
  public static String record(Instant time) {
    return time == null ? null : RECORD.format(time);
  }

  /** Returns a time such as {@code 20261124T065605123Z}. */
  public static String stamp(Instant time) {
    return STAMP.format(time);
  }
}
