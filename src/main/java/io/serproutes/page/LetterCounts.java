package io.serproutes.page;

import io.serproutes.deliver.DeadLetterList;
import io.serproutes.deliver.DurableFiles;
import io.serproutes.fetch.Reason;
import java.io.IOException;
import java.util.EnumMap;
import java.util.Map;
import java.util.function.LongSupplier;
import java.util.function.ToLongFunction;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How many dead letters there are of each reason: in files, those that lie there, of which as many
 * are asked again; elsewhere those since the start. Thread-safe.
 *
 * <p>Files are counted when somebody asks, and so seldom that it takes at most half a percent of a
 * core: a few at every look, a hundred thousand every ten minutes or so. What has come since is
 * added; what has gone since is still counted.
 */
final class LetterCounts {

  private static final Logger LOG = LoggerFactory.getLogger("serp-page");
  private static final int REST = 200; // so many times as long as the counting took

  private final DeadLetterList letters; // null: they are in no files
  private final ToLongFunction<Reason> sinceStart;
  private final LongSupplier nanoTime;
  private final Map<Reason, Long> counted = new EnumMap<>(Reason.class);
  private final Map<Reason, Long> before = new EnumMap<>(Reason.class); // since the start, then
  private long nextAt;

  LetterCounts(DeadLetterList letters, ToLongFunction<Reason> sinceStart, LongSupplier nanoTime) {
    this.letters = letters;
    this.sinceStart = sinceStart;
    this.nanoTime = nanoTime;
    nextAt = nanoTime.getAsLong();
  }

  /** How many there are of each reason; none of the others. */
  synchronized Map<Reason, Long> counts() {
    if (letters != null && nanoTime.getAsLong() - nextAt >= 0) {
      count();
    }
    Map<Reason, Long> counts = new EnumMap<>(Reason.class);
    for (Reason reason : Reason.values()) {
      long news = sinceStart.applyAsLong(reason) - before.getOrDefault(reason, 0L);
      long count = counted.getOrDefault(reason, 0L) + news;
      if (count > 0) {
        counts.put(reason, count);
      }
    }
    return counts;
  }

  private void count() {
    long start = nanoTime.getAsLong();
    counted.clear();
    for (Reason reason : Reason.values()) {
      before.put(reason, sinceStart.applyAsLong(reason));
    }
    try {
      letters.forEach(
          letter -> {
            Reason reason = Reason.find(letter.path("reason").asText());
            if (reason != null) {
              counted.merge(reason, 1L, Long::sum);
            }
          });
    } catch (IOException e) {
      LOG.warn("dead letters cannot all be counted: {}", DurableFiles.inWords(e));
    }
    long end = nanoTime.getAsLong();
    nextAt = end + REST * (end - start);
  }
}
