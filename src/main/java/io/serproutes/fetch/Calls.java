package io.serproutes.fetch;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;
import java.util.function.LongSupplier;
import java.util.stream.Stream;

/**
 * The calls that have ended since the start, by what was answered, and how long those for ids took.
 * Safe for use by many threads.
 */
public final class Calls {

  private static final String NONE = "none";
  private static final String OTHER = "other";
  private static final List<String> HTTP = List.of("2xx", "3xx", "4xx", "5xx", OTHER);
  private static final List<String> CODES = List.of(NONE, "20", "40", "50", OTHER);
  private static final Answered NOTHING = new Answered(NONE, NONE);
  private static final List<Answered> ALL =
      Stream.concat(
              Stream.of(NOTHING),
              HTTP.stream().flatMap(http -> CODES.stream().map(code -> new Answered(http, code))))
          .toList();

  /**
   * What was answered. Whatever the API sends, both are words of ours.
   *
   * @param http {@code 2xx}, {@code 3xx}, {@code 4xx}, {@code 5xx}, {@code other}; {@code none}
   *     where no answer came
   * @param code the first two digits of the vendor's {@code status_code}: {@code 20}, {@code 40},
   *     {@code 50}, {@code other}; {@code none} where the answer had none that could be read
   */
  public record Answered(String http, String code) {}

  private final LongSupplier time;
  private final CallTimes times;
  private final Map<Answered, LongAdder> counts = new ConcurrentHashMap<>();

  Calls(LongSupplier nanoTime) {
    time = nanoTime;
    times = new CallTimes(nanoTime.getAsLong());
  }

  /** All that may be answered. */
  public static List<Answered> all() {
    return ALL;
  }

  /** Notes a call that was for an id. */
  void ended(Verdict verdict, long nanos) {
    ended(verdict);
    synchronized (times) {
      times.add(nanos, time.getAsLong());
    }
  }

  /** Notes a call. {@code verdict} is null where it brought nothing that could be judged. */
  void ended(Verdict verdict) {
    counts.computeIfAbsent(answered(verdict), key -> new LongAdder()).increment();
  }

  private static Answered answered(Verdict verdict) {
    if (verdict == null || verdict.httpStatus() == null) {
      return NOTHING;
    }
    String http = verdict.httpStatus() / 100 + "xx";
    Integer code = verdict.statusCode();
    String family = code == null ? NONE : Integer.toString(code / 1000);
    return new Answered(
        HTTP.contains(http) ? http : OTHER, CODES.contains(family) ? family : OTHER);
  }

  /** Calls that were answered so, polls included. */
  public long count(Answered answered) {
    LongAdder count = counts.get(answered);
    return count == null ? 0 : count.sum();
  }

  /**
   * How long at most a part of the calls for ids took that ended within the last minute, to the
   * nearest 5 %; null where there was none.
   *
   * @param part more than 0, at most 1: 0.5 asks for the median
   */
  public Duration quantile(double part) {
    synchronized (times) {
      return times.quantile(part, time.getAsLong());
    }
  }
}
