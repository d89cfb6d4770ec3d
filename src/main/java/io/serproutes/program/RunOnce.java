package io.serproutes.program;

import io.serproutes.Keys;
import io.serproutes.RepeatingTask;
import io.serproutes.Settings;
import io.serproutes.TopicProgress;
import io.serproutes.deliver.DeadLetterFiles;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.BeginTask;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.CommandLineIds;
import io.serproutes.ids.DropFolder;
import io.serproutes.ids.Intake;
import io.serproutes.observe.Tally;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.LongSupplier;
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
  private static final long MOST_FAILING = TimeUnit.MINUTES.toNanos(1);
  private static final long SAY_EVERY = TimeUnit.MINUTES.toNanos(1);

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

  private final LongSupplier nanoTime;
  private CamelContext context;
  private Long workedOffSince; // null: is not
  private Long openSince;
  private Long failingSince;
  private boolean endedOpen;
  private boolean endedFailing;
  private int parked;
  private long deadLetters;
  private int rejected;
  private String waitsFor = "";
  private long changedAt;
  private long lastDone;

  /**
   * The end of a run.
   *
   * @param topics topics that are sources: worked off up to where they stood at the start
   */
  RunOnce(Main main, Settings settings, List<String> topics) {
    this(main, settings, topics, System::nanoTime);
  }

  RunOnce(Main main, Settings settings, List<String> topics, LongSupplier nanoTime) {
    this.main = main;
    this.topics = topics;
    this.nanoTime = nanoTime;
    once = settings.get(Keys.ONCE);
    waitNotReady = settings.get(Keys.WAIT_NOT_READY);
    waitCircuit = settings.get(Keys.WAIT_CIRCUIT);
    changedAt = nanoTime.getAsLong();
  }

  @Override
  public void afterStart(BaseMainSupport started) {
    context = started.getCamelContext();
    if (once) {
      clock.scheduleWithFixedDelay(
          new RepeatingTask("the look whether the run is over", this::look),
          LOOK_EVERY_MILLIS,
          LOOK_EVERY_MILLIS,
          TimeUnit.MILLISECONDS);
    }
  }

  void look() {
    try {
      if (isOver()) {
        sayWhyItEndsEarly();
        end();
      } else {
        sayWhatHoldsItUp();
      }
      failingSince = null;
    } catch (IOException e) {
      endIfFailingForLong(e);
      throw new UncheckedIOException(e);
    } catch (RuntimeException e) {
      endIfFailingForLong(e);
      throw e;
    }
  }

  private void sayWhyItEndsEarly() {
    if (endedOpen) {
      Gate gate = find(Gate.class);
      LOG.error(
          "the run ends: {}{}; ids that have not ended stay in their sources",
          gate.whyOpen(),
          gate.isHopeless() ? ", and waiting does not help" : "");
    }
  }

  private void endIfFailingForLong(Exception failure) {
    long now = nanoTime.getAsLong();
    failingSince = failingSince == null ? now : failingSince;
    if (now - failingSince >= MOST_FAILING) {
      LOG.error(
          "the run ends: for {} s it could not tell whether its sources are worked off: {};"
              + " nothing is lost, start it again",
          TimeUnit.NANOSECONDS.toSeconds(now - failingSince),
          failure.toString());
      endedFailing = true;
      end();
    }
  }

  private void end() {
    clock.shutdown();
    main.completed();
  }

  // an id goes from its source into work and from there, maybe, to the parked ones: looked at in
  // this order, none slips by
  private boolean isOver() throws IOException {
    long now = nanoTime.getAsLong();
    Gate gate = find(Gate.class);
    boolean open = gate.isOpen();
    openSince = !open ? null : openSince == null ? (Long) now : openSince;
    endedOpen = open && (gate.isHopeless() || now - openSince >= waitCircuit.toNanos());
    List<String> holdUps = sourcesNotWorkedOff();
    int inWork = Math.max(find(Intake.class).inWork(), find(BeginTask.class).inWork());
    Set<ParkedIds> parkedIds = context.getRegistry().findByType(ParkedIds.class);
    if (!parkedIds.stream().allMatch(ParkedIds::isKnown)) {
      holdUps.add("parked ids that have not been read yet");
    }
    boolean workedOff = holdUps.isEmpty();
    parked = ParkedIds.count(parkedIds);
    DropFolder folder = findOptional(DropFolder.class);
    rejected = folder == null ? 0 : folder.rejected();
    deadLetters = find(Tally.class).deadLetters();
    note(holdUps, inWork, now);
    if (!workedOff || endedOpen) {
      workedOffSince = null;
      return endedOpen;
    }
    workedOffSince = workedOffSince == null ? now : workedOffSince;
    return inWork == 0 && (parked == 0 || now - workedOffSince >= waitNotReady.toNanos());
  }

  private List<String> sourcesNotWorkedOff() throws IOException {
    List<String> sources = new ArrayList<>();
    CommandLineIds commandLine = findOptional(CommandLineIds.class);
    DeadLetterFiles letters = findOptional(DeadLetterFiles.class);
    DropFolder folder = findOptional(DropFolder.class);
    if (commandLine != null && !commandLine.isWorkedOff()) {
      sources.add("ids of the command line");
    }
    if (letters != null && !letters.isWorkedOff()) {
      sources.add("dead letters");
    }
    if (folder != null && !folder.isWorkedOff()) {
      sources.add("files in the drop folder");
    }
    for (String topic : topics) {
      if (!context.getRegistry().findSingleByType(TopicProgress.class).isWorkedOff(topic)) {
        sources.add("the topic " + topic);
      }
    }
    return sources;
  }

  private void note(List<String> holdUps, int inWork, long now) {
    String words =
        String.format(
            Locale.ROOT,
            "%s%,d in work, %,d parked%s",
            holdUps.isEmpty() ? "" : String.join(", ", holdUps) + "; ",
            inWork,
            parked,
            Tally.circuit(find(Gate.class)));
    long done = find(Tally.class).done();
    if (done != lastDone || !words.equals(waitsFor)) {
      changedAt = now;
    }
    lastDone = done;
    waitsFor = words;
  }

  // the line of progress is not repeated while nothing changes
  private void sayWhatHoldsItUp() {
    long now = nanoTime.getAsLong();
    if (now - changedAt >= SAY_EVERY) {
      changedAt = now;
      LOG.info("the run goes on; it waits for: {}", waitsFor);
    }
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
    if (endedFailing) {
      return FatalErrorHandler.EXIT_CODE;
    }
    if (endedOpen) {
      return 3;
    }
    if (deadLetters > 0 || rejected > 0) {
      return 2;
    }
    return parked > 0 ? 4 : 0;
  }
}
