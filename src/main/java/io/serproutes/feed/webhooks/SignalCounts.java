package io.serproutes.feed.webhooks;

import io.serproutes.feed.webhooks.Signal.Kind;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** How many calls came and how they were answered, since the start. Thread-safe. */
public final class SignalCounts {

  private static final List<Answered> ALL = all();

  /**
   * One way in which a call ended.
   *
   * @param kind {@code pingback}, {@code postback}, or {@code other} for what was neither
   * @param answer the HTTP status, or {@code none} where the connection was cut off
   */
  public record Answered(String kind, String answer) {

    static Answered of(Kind kind, int status) {
      String name = kind == null ? "other" : kind.name().toLowerCase(Locale.ROOT);
      return new Answered(name, status == 0 ? "none" : Integer.toString(status));
    }
  }

  private final Map<Answered, LongAdder> counts = new ConcurrentHashMap<>();
  private volatile long lastSignal;

  /** Nothing yet. */
  public SignalCounts() {
    ALL.forEach(answered -> counts.put(answered, new LongAdder()));
  }

  private static List<Answered> all() {
    List<Answered> all = new ArrayList<>();
    for (Kind kind : Kind.values()) {
      for (int status : new int[] {200, 400, 404, 405, 408, 413, 414, 503, 0}) {
        all.add(Answered.of(kind, status));
      }
    }
    for (int status : new int[] {400, 404, 414, 431, 0}) {
      all.add(Answered.of(null, status));
    }
    return List.copyOf(all);
  }

  /** All ways in which a call may end. */
  public static List<Answered> ways() {
    return ALL;
  }

  void answered(Kind kind, int status) {
    LongAdder count = counts.get(Answered.of(kind, status));
    if (count != null) {
      count.increment();
    }
    if (status == 200) {
      lastSignal = System.currentTimeMillis();
    }
  }

  /** Calls that ended so. */
  public long count(Answered answered) {
    return counts.get(answered).sum();
  }

  /** When a signal was answered with 200 last, in milliseconds since 1970; 0: never. */
  public long lastSignal() {
    return lastSignal;
  }
}
