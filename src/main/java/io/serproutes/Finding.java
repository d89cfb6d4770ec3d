package io.serproutes;

import java.util.Locale;

/**
 * What a check found, in one line for a person: what is so, and where something is wrong, what to
 * do. It quotes no secret.
 */
public record Finding(Result result, String text) {

  /** What a finding means for a run. */
  public enum Result {
    /** As it should be. */
    OK,
    /** A run works, but somebody should look. */
    WARN,
    /** A run would not start, or would not get anywhere. */
    FAIL;

    /** {@code ok}, {@code warn} or {@code FAIL}: what is wrong stands out. */
    @Override
    public String toString() {
      return this == FAIL ? "FAIL" : name().toLowerCase(Locale.ROOT);
    }
  }

  /** That something is as it should be. */
  public static Finding ok(String text) {
    return new Finding(Result.OK, text);
  }

  /** That somebody should look at something. */
  public static Finding warn(String text) {
    return new Finding(Result.WARN, text);
  }

  /** That something must be mended. */
  public static Finding fail(String text) {
    return new Finding(Result.FAIL, text);
  }
}
