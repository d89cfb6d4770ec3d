package io.serproutes.program;

import io.serproutes.Count;
import io.serproutes.Keys;
import io.serproutes.RepeatingTask;
import io.serproutes.Settings;
import io.serproutes.deliver.DeadLetterFiles;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.CommandLineIds;
import io.serproutes.ids.DropFolder;
import io.serproutes.observe.Tally;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.apache.camel.spi.Registry;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a run once when all that was in the sources at the start has ended, and knows the exit code.
 *
 * <p>Waits for parked ids and for an open circuit as long as {@code serp.once.*} say; what is left
 * stays for the next run.
 */
final class RunOnce extends MainListenerSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");
  private static final long LOOK_EVERY_MILLIS = 50;
  private static final int REST = 4; // times as long as a look took: it may list a large inbox
  private static final long MOST_FAILING = TimeUnit.MINUTES.toNanos(1);
  private static final long SAY_EVERY = TimeUnit.MINUTES.toNanos(1);
  private static final String NOT_READY = "not ready";
  private static final DateTimeFormatter TIME =
      DateTimeFormatter.ofPattern("HH:mm:ss").withZone(ZoneId.systemDefault()); // as in the log

  private final Main main;
  private final boolean once;
  private final List<String> topics;
  private final Duration waitNotReady;
  private final Duration waitCircuit;
  private final ScheduledExecutorService clock;
  private final LongSupplier nanoTime;
  private CamelContext context;
  private Long finishedSince; // null: is not
  private Long openSince;
  private Long failingSince;
  private String waiting; // what the run was last said to wait for, without numbers
  private long saidAt;
  private long lastDone;
  private Long nextAt; // null: at once
  private volatile Integer exitCode; // null: is not over

  /**
   * The end of a run.
   *
   * @param topics topics that are sources: finished up to where they ended at the start
   * @param clock looks whether the run is over; shut down when the program stops
   */
  RunOnce(Main main, Settings settings, List<String> topics, ScheduledExecutorService clock) {
    this(main, settings, topics, clock, System::nanoTime);
  }

  RunOnce(
      Main main,
      Settings settings,
      List<String> topics,
      ScheduledExecutorService clock,
      LongSupplier nanoTime) {
    this.main = main;
    this.topics = topics;
    this.clock = clock;
    this.nanoTime = nanoTime;
    once = settings.get(Keys.ONCE);
    waitNotReady = settings.get(Keys.WAIT_NOT_READY);
    waitCircuit = settings.get(Keys.WAIT_CIRCUIT);
  }

  @Override
  public void afterStart(BaseMainSupport started) {
    context = started.getCamelContext();
    saidAt = nanoTime.getAsLong();
    if (once) {
      clock.scheduleWithFixedDelay(
          new RepeatingTask("the look whether the run is over", this::look),
          LOOK_EVERY_MILLIS,
          LOOK_EVERY_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }

  void look() {
    long now = nanoTime.getAsLong();
    if (exitCode != null || nextAt != null && now - nextAt < 0) {
      return;
    }
    try {
      Unfinished rest = Unfinished.in(context.getRegistry(), topics);
      if (isOver(rest, now)) {
        sayWhyItEndsEarly(rest);
        end(exitCode(rest));
      } else {
        sayWhatItWaitsFor(rest, now);
      }
      failingSince = null;
    } catch (RuntimeException e) {
      failingSince = failingSince == null ? (Long) now : failingSince;
      if (now - failingSince < MOST_FAILING) {
        throw e;
      }
      LOG.error(
          "the run ends: for a minute it could not tell whether its sources are finished: {}; {}",
          e.toString(),
          context.getRegistry().findByType(CommandLineIds.class).isEmpty()
              ? "nothing is lost, start it again"
              : "give the ids without a receipt again");
      end(FatalErrorHandler.EXIT_CODE);
    } finally {
      long end = nanoTime.getAsLong();
      nextAt = end + REST * (end - now);
    }
  }

  private static void sayWhyItEndsEarly(Unfinished rest) {
    if (rest.whyOpen() != null) {
      String hopeless = rest.isHopeless() ? ", and waiting does not help" : "";
      LOG.error("the run ends: {}{}", rest.whyOpen(), hopeless);
    }
  }

  private void end(int code) {
    exitCode = code;
    main.completed();
  }

  private boolean isOver(Unfinished rest, long now) {
    openSince = rest.whyOpen() == null ? null : openSince == null ? (Long) now : openSince;
    boolean isFinished = rest.sources().isEmpty();
    finishedSince = !isFinished ? null : finishedSince == null ? (Long) now : finishedSince;
    if (openSince != null && (rest.isHopeless() || now - openSince >= waitCircuit.toNanos())) {
      return true;
    }
    return rest.isAllParked()
        ? now - finishedSince >= waitNotReady.toNanos()
        : isFinished && rest.inWork() == 0;
  }

  private int exitCode(Unfinished rest) {
    if (rest.whyOpen() != null) {
      return 3;
    }
    if (hasBadFiles() || tally().deadLetters() > 0) {
      return 2;
    }
    return rest.parked() > 0 ? 4 : 0;
  }

  private boolean hasBadFiles() {
    Registry registry = context.getRegistry();
    return registry.findByType(DropFolder.class).stream().anyMatch(folder -> folder.rejected() > 0)
        || registry.findByType(CommandLineIds.class).stream().anyMatch(ids -> ids.broken() > 0)
        || registry.findByType(DeadLetterFiles.class).stream()
            .anyMatch(DeadLetterFiles::isIncomplete);
  }

  private Tally tally() {
    return context.getRegistry().findSingleByType(Tally.class);
  }

  // at once where it is about time, and else once a minute while nothing ends: the line of
  // progress is not repeated then
  private void sayWhatItWaitsFor(Unfinished rest, long now) {
    String throttled = context.getRegistry().findSingleByType(Gate.class).throttled();
    String words = throttled == null ? rest.toString() : throttled + "; " + rest;
    String kind = null; // of what takes time, without numbers
    if (rest.whyOpen() != null) {
      kind = rest.whyOpen();
      words = "halted: " + rest.whyOpen() + until(openSince, waitCircuit, now);
    } else if (rest.isAllParked()) {
      kind = NOT_READY;
      words = notReady(rest) + until(finishedSince, waitNotReady, now);
    }
    long done = tally().done();
    boolean isNews = kind != null && !kind.equals(waiting);
    boolean isTime = now - saidAt >= SAY_EVERY;
    if (isNews || done == lastDone && isTime) {
      LOG.info("waiting: {}", words);
    }
    if (isNews || done != lastDone || isTime) {
      saidAt = now;
    }
    lastDone = done;
    if (kind != null || rest.inWork() == 0 || !NOT_READY.equals(waiting)) {
      waiting = kind; // parked ids that are asked for now and then are no news
    }
  }

  private static String notReady(Unfinished rest) {
    String ids = Count.of(rest.parked(), "id is not ready yet", "ids are not ready yet");
    return rest.nextDue() == null ? ids : ids + ", next try at " + TIME.format(rest.nextDue());
  }

  private static String until(long since, Duration wait, long now) {
    Instant end = Instant.now().plusNanos(since + wait.toNanos() - now);
    return "; giving up waiting at " + TIME.format(end);
  }

  /** The exit code of the run that has ended, or else that of one that was stopped before. */
  int exitCode(int ofStop) {
    return exitCode == null ? ofStop : exitCode;
  }
}
