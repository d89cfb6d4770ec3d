package io.serproutes.ids;

import io.serproutes.Failures;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.function.LongSupplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * What is in the inbox and cannot be worked on, each name logged once at WARN.
 *
 * <p>Bounded: of very many names, only the first are logged. Safe for use by many threads.
 */
final class LeftAlone {

  private static final Logger LOG = LoggerFactory.getLogger("serp-ids-from-folder");
  private static final int MOST_NAMED = 1000;
  private static final int MOST_FAILED = 10_000;
  private static final Duration UNTIL_MOVED_AGAIN = Duration.ofMinutes(1);
  private static final Duration UNTIL_READ_AGAIN = Duration.ofSeconds(5);

  private final LongSupplier nanoTime;
  private String folder;
  private Map<Path, String> named = new LinkedHashMap<>();
  private Map<Path, String> stillThere = new LinkedHashMap<>();
  private final Map<Path, Failed> failed = new LinkedHashMap<>();
  private boolean isFull; // more have failed than are known by name
  private boolean hasFailedUnnamed; // one of these, in this look
  private long lookAgain; // for these, and for all others that are not known

  private record Failed(String file, String why, boolean allEnded, long again) {}

  /** Empty at first; {@code nanoTime} such as {@link System#nanoTime}. */
  LeftAlone(LongSupplier nanoTime) {
    this.nanoTime = nanoTime;
    lookAgain = nanoTime.getAsLong();
  }

  /** A name that is left alone, and why; called again on every walk through the folder. */
  synchronized void name(Path file, String why) {
    Path name = file.getFileName();
    boolean isNew = !named.containsKey(name) && !stillThere.containsKey(name);
    if (stillThere.size() < MOST_NAMED) {
      stillThere.put(name, why);
      if (isNew) {
        LOG.warn("{} is left alone: {}", Source.readable(name.toString()), Source.printable(why));
      }
    }
  }

  /** The folder cannot be read to its end; the next walk starts anew. */
  synchronized void folder(Exception failure) {
    String why = Failures.inWords(failure);
    if (!why.equals(folder)) {
      LOG.warn("the inbox cannot be read and is tried again: {}", Source.printable(why));
    }
    folder = why;
  }

  /** The folder was read to its end; forgets names that are gone. */
  synchronized void endOfLook() {
    folder = null;
    if (hasFailedUnnamed) { // not before: the rest of the folder has its look, too
      lookAgain = nanoTime.getAsLong() + UNTIL_MOVED_AGAIN.toNanos();
      hasFailedUnnamed = false;
    }
    named = stillThere;
    stillThere = new LinkedHashMap<>();
  }

  /**
   * A file that cannot be read or moved now; tried again when it changes, or after a pause.
   *
   * @param allEnded whether all its ids have ended, so that a run once need not wait for it
   */
  synchronized void failed(Path file, String why, boolean allEnded) {
    Duration pause = allEnded ? UNTIL_MOVED_AGAIN : UNTIL_READ_AGAIN;
    Failed now = new Failed(stamp(file), why, allEnded, nanoTime.getAsLong() + pause.toNanos());
    boolean isNamed = failed.containsKey(file);
    if (failed.size() >= MOST_FAILED && !isNamed && !hasFailedUnnamed) {
      failed.keySet().removeIf(one -> !FileStamp.exists(one)); // at most once a look
    }
    if (failed.size() >= MOST_FAILED && !isNamed) {
      if (!isFull) {
        LOG.warn(
            "more than {} files of the inbox cannot be read or moved; it is looked at once a"
                + " minute",
            MOST_FAILED);
      }
      isFull = true;
      hasFailedUnnamed = true;
      return;
    }
    Failed before = failed.remove(file);
    failed.put(file, now);
    if (before == null || !before.file.equals(now.file) || !before.why.equals(why)) {
      LOG.warn("{} {}", Source.readable(file.getFileName().toString()), Source.printable(why));
    }
  }

  // with the change time: a new owner or new permissions may help
  private static String stamp(Path file) {
    try {
      return FileStamp.of(file) + ", changed " + FileStamp.changed(file);
    } catch (IOException e) {
      return e.toString();
    }
  }

  /** Whether a file failed, has not changed since and its pause is not over. */
  synchronized boolean isLeftAlone(Path file) {
    Failed last = failed.get(file);
    long now = nanoTime.getAsLong();
    return last == null
        ? isFull && now - lookAgain < 0
        : now - last.again < 0 && last.file.equals(stamp(file));
  }

  /** Whether a file failed to move, has not changed since and holds no id that has not ended. */
  synchronized boolean isOver(Path file) {
    Failed last = failed.get(file);
    return last != null && last.allEnded && last.file.equals(stamp(file));
  }

  /** Why files with ids to read cannot be worked on now, in one line; null where that is not so. */
  synchronized String whyNotRead() {
    if (folder != null) {
      return "it cannot be read: " + Source.printable(folder);
    }
    for (Map.Entry<Path, Failed> file : failed.entrySet()) {
      if (!file.getValue().allEnded && FileStamp.exists(file.getKey())) {
        String name = Source.readable(file.getKey().getFileName().toString());
        return name + " " + Source.printable(file.getValue().why);
      }
    }
    return isFull ? "more than " + MOST_FAILED + " of its files cannot be read or moved" : null;
  }

  /** Names and why they are left alone, without control characters; at most so many. */
  synchronized Map<String, String> shown(int most) {
    Map<String, String> shown = new LinkedHashMap<>();
    named.entrySet().stream()
        .limit(most)
        .forEach(e -> shown.put(Source.readable(e.getKey().toString()), e.getValue()));
    Iterator<Path> files = failed.keySet().iterator();
    for (int left = most; left > 0 && files.hasNext(); ) {
      if (FileStamp.exists(files.next())) {
        left--;
      } else {
        files.remove(); // somebody took it away
      }
    }
    failed.entrySet().stream()
        .limit(most - shown.size())
        .forEach(
            e -> shown.put(Source.readable(e.getKey().getFileName().toString()), e.getValue().why));
    shown.replaceAll((name, why) -> Source.printable(why));
    return shown;
  }

  /** Forgets a file that has moved. */
  synchronized void moved(Path file) {
    failed.remove(file);
    isFull &= failed.size() >= MOST_FAILED;
  }
}
