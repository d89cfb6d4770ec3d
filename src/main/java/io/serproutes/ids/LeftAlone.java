package io.serproutes.ids;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What lies in the inbox and is not worked on, each named once at WARN.
 *
 * <p>Bounded: of very many, only the first are named or remembered. Safe for use by many threads.
 */
final class LeftAlone {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final int MOST_NAMED = 1000;
  private static final int MOST_FAILED = 10_000;
  private static final Duration UNTIL_MOVED_AGAIN = Duration.ofMinutes(1);
  private static final Duration UNTIL_READ_AGAIN = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private String folder;
  private Set<Path> named = new HashSet<>();
  private Set<Path> stillThere = new HashSet<>();
  private final Map<Path, Failed> failed =
      new LinkedHashMap<>() {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Path, Failed> eldest) {
          return size() > MOST_FAILED;
        }
      };

  private record Failed(String file, String why, boolean allEnded, long again) {}

  /** Nothing yet; {@code nanoTime} such as {@link System#nanoTime}. */
  LeftAlone(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
  }

  /** What is left alone for what it is, and why; called for each at every look at the folder. */
  synchronized void name(Path file, String why) {
    Path name = file.getFileName();
    boolean isNew = !named.contains(name) && !stillThere.contains(name);
    if (stillThere.size() < MOST_NAMED) {
      stillThere.add(name);
      if (isNew) {
        LOG.warn("{} is left alone: {}", Source.readable(name.toString()), why);
      }
    }
  }

  /** The folder, or what is kept in it, cannot be read to its end; the next look begins anew. */
  synchronized void folder(Exception failure) {
    String why = failure.getMessage() == null ? failure.toString() : failure.getMessage();
    if (!why.equals(folder)) {
      LOG.warn("the inbox cannot be worked on, which is tried again: {}", why);
    }
    folder = why;
  }

  /** The folder was read to its end; forgets the names that were not found. */
  synchronized void endOfLook() {
    folder = null;
    named = stillThere;
    stillThere = new HashSet<>();
  }

  /**
   * A file that cannot be moved or not be worked on now; tried again when it changes, else after a
   * while.
   *
   * @param allEnded whether all its ids have ended, so that nobody has to wait for it
   */
  synchronized void failed(Path file, String why, boolean allEnded) {
    Duration pause = allEnded ? UNTIL_MOVED_AGAIN : UNTIL_READ_AGAIN;
    Failed now = new Failed(stamp(file), why, allEnded, nanoTime.getAsLong() + pause.toNanos());
    Failed before = failed.remove(file);
    failed.put(file, now);
    if (before == null || !before.file.equals(now.file) || !before.why.equals(why)) {
      LOG.warn("{} {}", Source.readable(file.getFileName().toString()), why);
    }
  }

  // with the change time: a file whose owner or permissions have changed is worth another try
  private static String stamp(Path file) {
    try {
      return FileStamp.of(file) + ", changed " + FileStamp.changed(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Whether a file failed, has not changed since and is not to be tried again yet. */
  synchronized boolean isLeftAlone(Path file) {
    Failed last = failed.get(file);
    return last != null && nanoTime.getAsLong() - last.again < 0 && last.file.equals(stamp(file));
  }

  /** Whether a file is left alone and has no id to wait for. */
  synchronized boolean isOver(Path file) {
    Failed last = failed.get(file);
    return last != null && last.allEnded && last.file.equals(stamp(file));
  }

  /** Forgets a file that could be moved at last. */
  synchronized void moved(Path file) {
    failed.remove(file);
  }
}
