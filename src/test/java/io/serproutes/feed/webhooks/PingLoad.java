package io.serproutes.feed.webhooks;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LiveHeap;
import io.serproutes.feed.ReadyApi;
import java.io.IOException;
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
import java.util.stream.IntStream;

/**
 * Pingbacks at a steady rate, each on a connection of its own, as the vendor makes them. A call is
 * timed from when it is due, so that one that waits for others before it counts as slow.
 */
public final class PingLoad {

  private static final int CALLERS = 128;

  private final Map<String, Long> dueAt = new ConcurrentHashMap<>();
  private final int port;
  private final List<String> ids;
  private final int perSecond;
  private final long[] millis;
  private final int[] statuses;

  /**
   * Calls for ids, none of them made yet.
   *
   * @param perSecond how many calls are due in a second
   */
  public PingLoad(int port, List<String> ids, int perSecond) {
    this.port = port;
    this.ids = ids;
    this.perSecond = perSecond;
    millis = new long[ids.size()];
    statuses = new int[ids.size()];
  }

  /** Makes the calls for the ids of a range; over when the last is answered. */
  public CompletableFuture<Void> start(int from, int to) {
    ExecutorService callers = Executors.newFixedThreadPool(CALLERS);
    long start = System.nanoTime();
    CompletableFuture<?>[] all = new CompletableFuture<?>[CALLERS];
    for (int i = 0; i < CALLERS; i++) {
      int caller = i;
      all[i] = CompletableFuture.runAsync(() -> calls(caller, from, to, start), callers);
    }
    callers.shutdown();
    return CompletableFuture.allOf(all);
  }

  private void calls(int caller, int from, int to, long start) {
    for (int i = from + caller; i < to; i += CALLERS) {
      long due = start + TimeUnit.SECONDS.toNanos(i - from) / perSecond;
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

  /**
   * Makes all calls and then ends the process that answers them; all have been answered with 200,
   * and its heap did not grow between a sixth and five sixths of them.
   */
  public void all(String name, long pid, Runnable kill) throws IOException {
    int count = ids.size();
    start(0, count / 6).join();
    double before = LiveHeap.mebibytes(pid);
    start(count / 6, count * 5 / 6).join();
    double after = LiveHeap.mebibytes(pid);
    start(count * 5 / 6, count).join();
    kill.run();
    System.out.printf(
        "%s, %d pings: %s; heap in use %.1f, later %.1f MiB%n", name, count, this, before, after);
    assertThat(Arrays.stream(statuses)).allMatch(status -> status == 200);
    assertThat(after).isLessThan(before + 5);
  }

  /** When the call for an id was due, by {@link System#nanoTime}; null where it was not yet. */
  public Long dueAt(String id) {
    return dueAt.get(id);
  }

  /** How fast the answers came. */
  @Override
  public String toString() {
    int[] slow = IntStream.range(0, millis.length).filter(i -> millis[i] > 1000).toArray();
    return "half within %d ms, 99%% within %d ms, all within %d ms; over 1 s: %d, due in seconds %s"
        .formatted(
            percentile(millis, 0.5),
            percentile(millis, 0.99),
            percentile(millis, 1),
            slow.length,
            Arrays.stream(slow).map(i -> i / perSecond).distinct().boxed().toList());
  }

  /** The value that a share of all values does not exceed. */
  public static long percentile(long[] values, double share) {
    long[] sorted = Arrays.stream(values).sorted().toArray();
    return sorted[Math.max(0, (int) Math.ceil(share * sorted.length) - 1)];
  }
}
