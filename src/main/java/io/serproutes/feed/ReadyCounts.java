package io.serproutes.feed;

import java.util.EnumMap;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.atomic.LongAdder;

/** What polls of the vendor's list have brought since the start. Thread-safe. */
public final class ReadyCounts {

  /** Why a row was not fed. */
  public enum Skipped {
    /** Its id was fed, and is in work or ended not long ago. */
    FED_BEFORE("fed before"),
    /** Its id is parked here, and due now. */
    PARKED("parked and due now"),
    /** Its id was fed twice and has its receipt. */
    STILL_LISTED("still listed after two deliveries"),
    /** It is of another endpoint. */
    OTHER_ENDPOINT("of other endpoints"),
    /** It has no well-formed id. */
    MALFORMED("malformed");

    private final String words;

    Skipped(String words) {
      this.words = words;
    }

    /** What such rows are, behind their number. */
    String words() {
      return words;
    }

    @Override
    public String toString() {
      return name().toLowerCase(Locale.ROOT).replace('_', '-');
    }
  }

  private final LongAdder rows = new LongAdder();
  private final LongAdder fed = new LongAdder();
  private final Map<Skipped, LongAdder> skipped = new EnumMap<>(Skipped.class);
  private volatile long lastGood;

  /** Nothing yet. */
  public ReadyCounts() {
    for (Skipped why : Skipped.values()) {
      skipped.put(why, new LongAdder());
    }
  }

  void page(int rowsNow, int fedNow, Map<Skipped, Integer> skippedNow) {
    rows.add(rowsNow);
    fed.add(fedNow);
    skippedNow.forEach((why, count) -> skipped.get(why).add(count));
  }

  void good() {
    lastGood = System.currentTimeMillis();
  }

  /** Rows that were listed, each as often as it was. */
  public long rows() {
    return rows.sum();
  }

  public long fed() {
    return fed.sum();
  }

  /** Rows that were not fed, for this reason. */
  public long skipped(Skipped why) {
    return skipped.get(why).sum();
  }

  /** When the list was read last, in milliseconds since 1970; 0 where it never was. */
  public long lastGood() {
    return lastGood;
  }
}
