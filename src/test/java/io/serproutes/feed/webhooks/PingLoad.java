package io.serproutes.feed.webhooks;

import io.serproutes.feed.ReadyApi;
import java.io.UncheckedIOException;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/**
 * Pingbacks at a steady rate, each on a connection of its own, as the vendor makes them. A call is
 * timed from when it is due, so that one that waits for others before it counts as slow.
 */
public final class PingLoad {

  private static final int CALLERS = 128;

  private final Map<String, Long> dueAt = new ConcurrentHashMap<>();
  private final long[] millis;
  private final int[] statuses;

  private PingLoad(int count) {
    millis = new long[count];
    statuses = new int[count];
  }

  /**
   * Makes one call for each id; over when the last is answered.
   *
   * @param perSecond how many calls are due in a second
   */
  public static CompletableFuture<PingLoad> start(int port, List<String> ids, int perSecond) {
    PingLoad load = new PingLoad(ids.size());
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    long start = System.nanoTime();
    CompletableFuture<?>[] all = new CompletableFuture<?>[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      int first = i;
      all[i] =
          CompletableFuture.runAsync(() -> load.calls(port, ids, first, start, perSecond), callers);
    }
    callers.shutdown();
    return CompletableFuture.allOf(all).thenApply(nothing -> load);
  }

  private void calls(int port, List<String> ids, int first, long start, int perSecond) {
    for (int i = first; i < ids.size(); i += CALLERS) {
      long due = start + TimeUnit.SECONDS.toNanos(i) / perSecond;
      LockSupport.parkNanos(due - System.nanoTime());
      dueAt.put(ids.get(i), due);
      String uri = "/pingback?token=" + ReadyApi.SECRET + "&id=" + ids.get(i) + "&tag=$tag";
      try {
        statuses[i] = RawCall.status(port, "GET", uri);
      } catch (UncheckedIOException broken) {
        statuses[i] = 0;
      }
      millis[i] = TimeUnit.NANOSECONDS.toMillis(System.nanoTime() - due);
    }
  }

  /** When the call for an id was due, by {@link System#nanoTime}; null where it was not yet. */
  public Long dueAt(String id) {
    return dueAt.get(id);
  }

  /** How many calls were answered with 200. */
  public long good() {
    return Arrays.stream(statuses).filter(status -> status == 200).count();
  }

  /** The time in ms within which a share of the answers came, such as 0.99; 1 for all. */
  public long millis(double share) {
    return percentile(millis, share);
  }

  /** The value that a share of all values does not exceed. */
  public static long percentile(long[] values, double share) {
    long[] sorted = Arrays.stream(values).sorted().toArray();
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }

  /** How many answers took longer. */
  public long over(long most) {
    return Arrays.stream(millis).filter(one -> one > most).count();
  }
}
