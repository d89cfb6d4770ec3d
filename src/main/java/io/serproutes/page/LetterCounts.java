package io.serproutes.page;

import io.serproutes.Failures;
import io.serproutes.FatalErrors;
import io.serproutes.deliver.DeadLetterList;
import io.serproutes.fetch.Reason;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many dead letters there are of each reason: in files, those that lie there, of which as many
 * are asked again; elsewhere those since the start. Thread-safe.
 *
 * <p>Files are counted on a thread of their own when somebody asks, and so seldom that it takes at
 * most half a percent of a core: a few at every look, a hundred thousand every ten minutes or so.
 * What has come since is added; what has gone since is still counted. Who asks while they are
 * counted waits a second at most and then gets the last counts or, the first time, those so far.
 */
final class LetterCounts {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final int REST = 200; // so many times as long as the counting took
  private static final long PATIENCE_MILLIS = 1000;

  private final DeadLetterList letters; // null: they are in no files
  private final ToLongFunction<Reason> sinceStart;
  private final Executor thread;
  private final LongSupplier nanoTime;
  private CompletableFuture<Void> counting = CompletableFuture.completedFuture(null);
  private Counts last = NONE;
  private long nextAt;

  /**
   * What was counted.
   *
   * @param inFiles may still grow
   * @param before those since the start when the counting began
   */
  private record Counts(Map<Reason, Long> inFiles, Map<Reason, Long> before) {}

  private static final Counts NONE = new Counts(Map.of(), Map.of());

  /**
   * Nothing is counted yet.
   *
   * @param letters where they lie in files; else null
   * @param thread counts files, one count at a time
   */
  LetterCounts(
      DeadLetterList letters,
      ToLongFunction<Reason> sinceStart,
      Executor thread,
      LongSupplier nanoTime) {
    this.letters = letters;
    this.sinceStart = sinceStart;
    this.thread = thread;
    this.nanoTime = nanoTime;
    nextAt = nanoTime.getAsLong();
  }

  /** How many there are of each reason; none of the others. */
  Map<Reason, Long> counts() {
    await(counting());
    Counts known = last();
    Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      long news = sinceStart.applyAsLong(reason) - known.before.getOrDefault(reason, 0L);
      long count = known.inFiles.getOrDefault(reason, 0L) + news;
      if (count > 0) {
        counts.put(reason, count);
      }
    }
    return counts;
  }

  private synchronized CompletableFuture<Void> counting() {
    if (letters != null && counting.isDone() && nanoTime.getAsLong() - nextAt >= 0) {
      counting = CompletableFuture.runAsync(this::count, thread);
    }
    return counting;
  }

  private static void await(CompletableFuture<Void> counting) {
    try {
      counting.get(PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      // the next look has them
    } catch (ExecutionException e) {
      LOG.debug("dead letters were not counted", e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  private synchronized Counts last() {
    return last;
  }

  private synchronized void publish(Counts counts) {
    last = counts;
  }

  private void count() {
    long start = nanoTime.getAsLong();
    try {
      countFiles();
    } catch (Error e) {
      FatalErrors.report(e); // the future would keep it to itself
      throw e;
    } finally {
      rest(nanoTime.getAsLong() - start);
    }
  }

  private void countFiles() {
    Counts counts = new Counts(new ConcurrentHashMap<>(), new EnumMap<>(Reason.class));
    for (Reason reason : Reason.values()) {
      counts.before.put(reason, sinceStart.applyAsLong(reason));
    }
    if (last() == NONE) {
      publish(counts); // rather those so far than none
    }
    try {
      letters.forEach(
          letter -> {
            Reason reason = Reason.find(letter.path("reason").asText());
            if (reason != null) {
              counts.inFiles.merge(reason, 1L, Long::sum);
            }
          });
    } catch (IOException e) {
      LOG.warn("dead letters cannot all be counted: {}", Failures.inWords(e));
    }
    publish(counts);
  }

  private synchronized void rest(long nanos) {
    nextAt = nanoTime.getAsLong() + REST * nanos;
  }
}
