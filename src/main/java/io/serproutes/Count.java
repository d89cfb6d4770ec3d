package io.serproutes;

import java.util.Locale;

/** How many of something, as a person reads it: {@code 1 id}, {@code 1,619 ids}. */
public final class Count {

  private Count() {}

  /** The count and its noun, which takes an s but for one. */
  public static String of(long count, String noun) {
    return of(count, noun, noun + "s");
  }

  /** The count and the words for one, or for none and many. */
  public static String of(long count, String one, String many) {
    return String.format(Locale.ROOT, "%,d %s", count, count == 1 ? one : many);
  }
}
