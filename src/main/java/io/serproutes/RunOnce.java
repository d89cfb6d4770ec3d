package io.serproutes;

import io.serproutes.deliver.DeadLetterFiles;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.AwaitTurn;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.CommandLineIds;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.Main;
import org.apache.camel.main.MainListenerSupport;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Ends a run once when what stood in the sources has been worked off, and knows the exit code.
 *
 * <p>Waits for parked ids and for an open circuit as long as {@code serp.once.*} say; what is left
 * stays for the next run.
 */
final class RunOnce extends MainListenerSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");
  private static final long LOOK_EVERY_MILLIS = 50;

  private final Main main;
  private final boolean once;
  private final List<String> topics;
  private final Duration waitNotReady;
  private final Duration waitCircuit;
  private final ScheduledExecutorService clock =
      Executors.newSingleThreadScheduledExecutor(
          runnable -> {
            Thread thread = new Thread(runnable, "serp-run-once");
            thread.setDaemon(true);
            return thread;
          });

  private CamelContext context;
  private long workedOffSince = -1;
  private long openSince = -1;
  private boolean endedOpen;
  private int parked;
  private long deadLetters;

  /**
   * The end of a run.
   *
   * @param topics topics that are sources: worked off up to where they stood at the start
   */
  RunOnce(Main main, Settings settings, List<String> topics) {
    this.main = main;
    this.topics = topics;
    once = settings.flag("serp.once");
    waitNotReady = settings.duration("serp.once.wait-not-ready");
    waitCircuit = settings.duration("serp.once.wait-circuit");
  }

  @Override
  public void afterStart(BaseMainSupport started) {
    context = started.getCamelContext();
    if (once) {
      clock.scheduleWithFixedDelay(
          this::look, LOOK_EVERY_MILLIS, LOOK_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }
  }

  private void look() {
    try {
      if (isOver()) {
        clock.shutdown();
        main.completed();
      }
    } catch (IOException | RuntimeException e) {
      LOG.warn("whether the run is over cannot be told: {}", e.getMessage());
    }
  }

  // an id goes from its source into work and from there, maybe, to the parked ones: looked at in
  // this order, none slips by
  private boolean isOver() throws IOException {
    long now = System.nanoTime();
    boolean open = find(Gate.class).isOpen();
    openSince = open ? openSince < 0 ? now : openSince : -1;
    endedOpen = open && now - openSince >= waitCircuit.toNanos();
    boolean workedOff = sourcesAreWorkedOff();
    boolean idle = find(Intake.class).inWork() == 0 && find(AwaitTurn.class).inWork() == 0;
    Set<ParkedIds> parkedIds = context.getRegistry().findByType(ParkedIds.class);
    boolean known = parkedIds.stream().allMatch(ParkedIds::isKnown);
    parked = ParkedIds.count(parkedIds);
    deadLetters = find(Tally.class).count("dead-lettered");
    if (!workedOff || !known || endedOpen) {
      workedOffSince = -1;
      return endedOpen;
    }
    workedOffSince = workedOffSince < 0 ? now : workedOffSince;
    return idle && (parked == 0 || now - workedOffSince >= waitNotReady.toNanos());
  }

  private boolean sourcesAreWorkedOff() throws IOException {
    CommandLineIds commandLine = findOptional(CommandLineIds.class);
    DropFolder folder = findOptional(DropFolder.class);
    DeadLetterFiles letters = findOptional(DeadLetterFiles.class);
    return (commandLine == null || commandLine.isWorkedOff())
        && (letters == null || letters.isWorkedOff())
        && (folder == null || folder.isWorkedOff())
        && topicsAreWorkedOff();
  }

  private boolean topicsAreWorkedOff() {
    for (String topic : topics) {
      if (!context.getRegistry().findSingleByType(TopicProgress.class).isWorkedOff(topic)) {
        return false;
      }
    }
    return true;
  }

  private <T> T find(Class<T> type) {
    return context.getRegistry().findSingleByType(type);
  }

  private <T> T findOptional(Class<T> type) {
    Set<T> found = context.getRegistry().findByType(type);
    return found.isEmpty() ? null : found.iterator().next();
  }

  /** The exit code of the run that has ended. */
  int exitCode() {
    if (!once) {
      return 0;
    }
    if (endedOpen) {
      return 3;
    }
    if (deadLetters > 0) {
      return 2;
    }
    return parked > 0 ? 4 : 0;
  }
}
