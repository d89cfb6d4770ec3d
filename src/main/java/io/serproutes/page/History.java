package io.serproutes.page;

import io.serproutes.fetch.Gate;
import io.serproutes.items.ItemType;
import io.serproutes.observe.Tally;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToDoubleFunction;

/**
 * The last hour, 5 s a slot, and the rates of the last 10 s. In fixed memory: about 40 KiB.
 *
 * <p>{@link #tick} is to be called every second by one thread; the rest is for any.
 */
final class History {

  static final int SLOT_SECONDS = 5;
  static final int SLOTS = 720;

  private static final int RATE_SECONDS = 10;
  private static final List<String> OUTCOMES =
      List.of("delivered", "partial", "empty", "dead-lettered", "parked");

  private final Tally tally;
  private final Gate gate;
  private final LongSupplier millis;
  private final LongSupplier clock;

  private final Map<String, Column> ids = new LinkedHashMap<>();
  private final Map<String, Column> items = new LinkedHashMap<>();
  private final float[] used = new float[SLOTS];
  private final float[] median = new float[SLOTS];
  private final float[] p99 = new float[SLOTS];
  private final long[] ends = new long[SLOTS]; // seconds since 1970
  private long slots; // since the start
  private long lastSlotAt;
  private long lastEnd; // by the clock
  private long ticks;
  private final long[][] recent = new long[RATE_SECONDS + 1][]; // millis, ids, items

  /** One figure over time, of a counter that only grows. */
  private static final class Column {
    private final LongSupplier counter;
    private final float[] perSecond = new float[SLOTS];
    private long last;

    Column(LongSupplier counter) {
      this.counter = counter;
      last = counter.getAsLong();
    }

    void add(int place, double seconds) {
      long now = counter.getAsLong();
      perSecond[place] = (float) ((now - last) / seconds);
      last = now;
    }
  }

  /**
   * What the page draws.
   *
   * @param interval seconds
   * @param times ends of the slots, in seconds since 1970
   */
  record Slots(
      int interval,
      List<Long> times,
      Map<String, List<Double>> ids,
      Map<String, List<Double>> items,
      Map<String, List<Double>> callMs,
      List<Double> limitUsed) {}

  /**
   * The history of these counters, from now on.
   *
   * @param millis what nobody sets, such as that of {@link System#nanoTime}; it may stand still
   *     while the machine is suspended
   * @param clock as of {@link System#currentTimeMillis}
   */
  History(Tally tally, Gate gate, LongSupplier millis, LongSupplier clock) {
    this.tally = tally;
    this.gate = gate;
    this.millis = millis;
    this.clock = clock;
    for (String outcome : OUTCOMES) {
      ids.put(outcome, new Column(() -> count(tally, outcome)));
    }
    for (ItemType type : ItemType.values()) {
      items.put(type.toString(), new Column(() -> tally.items(type)));
    }
    lastSlotAt = millis.getAsLong();
    lastEnd = clock.getAsLong();
    recent[0] = sample(lastSlotAt);
  }

  static long count(Tally tally, String outcome) {
    return Tally.all().stream()
        .filter(ended -> ended.outcome().equals(outcome))
        .mapToLong(tally::count)
        .sum();
  }

  private long[] sample(long now) {
    return new long[] {now, tally.done(), tally.items()};
  }

  /** Notes a second, and every fifth time a slot. */
  synchronized void tick() {
    long now = millis.getAsLong();
    recent[(int) (++ticks % recent.length)] = sample(now);
    if (ticks % SLOT_SECONDS == 0) {
      addSlot(now);
    }
  }

  private void addSlot(long now) {
    int place = (int) (slots % SLOTS);
    double seconds = Math.max(1, now - lastSlotAt) / 1000.0;
    ids.values().forEach(column -> column.add(place, seconds));
    items.values().forEach(column -> column.add(place, seconds));
    used[place] = (float) (gate.callsInLastMinute() / gate.callsPerMinute());
    median[place] = callMillis(0.5);
    p99[place] = callMillis(0.99);
    // of a clock that was set back, the plots would stand still until it is where it was
    lastEnd = Math.max(clock.getAsLong(), lastEnd + now - lastSlotAt);
    ends[place] = lastEnd / 1000;
    lastSlotAt = now;
    slots++;
  }

  private float callMillis(double part) {
    Duration time = gate.calls().quantile(part);
    return time == null ? Float.NaN : time.toNanos() / 1e6f;
  }

  /** Ids that ended, a second, in the last 10 s. */
  double idsPerSecond() {
    return perSecond(1);
  }

  /** Items delivered, a second, in the last 10 s. */
  double itemsPerSecond() {
    return perSecond(2);
  }

  private synchronized double perSecond(int figure) {
    long[] newest = recent[(int) (ticks % recent.length)];
    long[] oldest = recent[(int) (Math.max(0, ticks - RATE_SECONDS) % recent.length)];
    long time = newest[0] - oldest[0];
    return time <= 0 ? 0 : rounded((newest[figure] - oldest[figure]) * 1000.0 / time);
  }

  /** The slots that ended after a time in seconds since 1970, the oldest first. */
  synchronized Slots after(long time) {
    List<Integer> places = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (long slot = Math.max(0, slots - SLOTS); slot < slots; slot++) {
      int place = (int) (slot % SLOTS);
      if (ends[place] > time) {
        places.add(place);
        times.add(ends[place]);
      }
    }
    return new Slots(
        SLOT_SECONDS,
        times,
        all(ids, places),
        all(items, places),
        Map.of("median", list(places, p -> median[p]), "p99", list(places, p -> p99[p])),
        list(places, p -> used[p]));
  }

  private static Map<String, List<Double>> all(Map<String, Column> columns, List<Integer> places) {
    Map<String, List<Double>> all = new LinkedHashMap<>();
    columns.forEach((name, column) -> all.put(name, list(places, p -> column.perSecond[p])));
    return all;
  }

  private static List<Double> list(List<Integer> places, ToDoubleFunction<Integer> figure) {
    List<Double> list = new ArrayList<>(places.size());
    for (Integer place : places) {
      double value = figure.applyAsDouble(place);
      list.add(Double.isNaN(value) ? null : rounded(value)); // null: no call ended
    }
    return list;
  }

  private static double rounded(double value) {
    return Math.round(value * 1000) / 1000.0;
  }
}
