package io.serproutes.program;

import io.serproutes.Count;
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
import java.time.Instant;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.Set;
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
 * Ends a run once when all that was in the sources at the start has ended, and knows the exit code.
 *
 * <p>Waits for parked ids and for an open circuit as long as {@code serp.once.*} say; what is left
 * stays for the next run.
 */
final class RunOnce extends MainListenerSupport {

  private static final Logger LOG = LoggerFactory.getLogger("serp-routes");
  private static final long LOOK_EVERY_MILLIS = 50;
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
  private Long workedOffSince; // null: is not
  private Long openSince;
  private Long failingSince;
  private String waiting; // what the run was last said to wait for, without numbers
  private long saidAt;
  private long lastDone;
  private volatile Integer exitCode; // null: is not over

  /**
   * The end of a run.
   *
   * @param topics topics that are sources: worked off up to where they ended at the start
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

  /** What is not finished. */
  private record Look(
      String whyOpen,
      boolean hopeless,
      List<String> sources,
      int inWork,
      Set<ParkedIds> parkedIds,
      int parked) {}

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
    if (exitCode != null) {
      return;
    }
    long now = nanoTime.getAsLong();
    try {
      Look look = lookAtAll();
      if (isOver(look, now)) {
        sayWhyItEndsEarly(look);
        end(exitCode(look));
      } else {
        sayWhatItWaitsFor(look, now);
      }
      failingSince = null;
    } catch (RuntimeException e) {
      failingSince = failingSince == null ? (Long) now : failingSince;
      if (now - failingSince < MOST_FAILING) {
        throw e;
      }
      LOG.error(
          "the run ends: for a minute it could not tell whether its sources are worked off: {};"
              + " nothing is lost, start it again",
          e.toString());
      end(FatalErrorHandler.EXIT_CODE);
    }
  }

  private static void sayWhyItEndsEarly(Look look) {
    if (look.whyOpen != null) {
      LOG.error(
          "the run ends: {}{}", look.whyOpen, look.hopeless ? ", and waiting does not help" : "");
    }
  }

  private void end(int code) {
    exitCode = code;
    main.completed();
  }

  // an id goes from its source into work and from there, maybe, to the parked ones: looked at in
  // this order, none slips by
  private Look lookAtAll() {
    Gate gate = find(Gate.class);
    String whyOpen = gate.whyOpen();
    boolean hopeless = gate.isHopeless();
    List<String> sources = sourcesNotWorkedOff();
    int inWork = Math.max(find(Intake.class).inWork(), find(BeginTask.class).inWork());
    Set<ParkedIds> parkedIds = context.getRegistry().findByType(ParkedIds.class);
    if (!parkedIds.stream().allMatch(ParkedIds::isKnown)) {
      sources.add("parked ids that have not been read yet");
    }
    return new Look(whyOpen, hopeless, sources, inWork, parkedIds, ParkedIds.count(parkedIds));
  }

  private List<String> sourcesNotWorkedOff() {
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
    if (folder != null && !isWorkedOff(folder)) {
      sources.add("files in the drop folder");
    }
    for (String topic : topics) {
      if (!find(TopicProgress.class).isWorkedOff(topic)) {
        sources.add("the topic " + topic);
      }
    }
    return sources;
  }

  private static boolean isWorkedOff(DropFolder folder) {
    try {
      return folder.isWorkedOff();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private boolean isOver(Look look, long now) {
    openSince = look.whyOpen == null ? null : openSince == null ? (Long) now : openSince;
    boolean workedOff = look.sources.isEmpty();
    workedOffSince = !workedOff ? null : workedOffSince == null ? (Long) now : workedOffSince;
    if (openSince != null && (look.hopeless || now - openSince >= waitCircuit.toNanos())) {
      return true;
    }
    return workedOff
        && look.inWork == 0
        && (look.parked == 0 || now - workedOffSince >= waitNotReady.toNanos());
  }

  private int exitCode(Look look) {
    DropFolder folder = findOptional(DropFolder.class);
    boolean rejected = folder != null && folder.rejected() > 0;
    if (look.whyOpen != null) {
      return 3;
    }
    if (rejected || find(Tally.class).deadLetters() > 0) {
      return 2;
    }
    return look.parked > 0 ? 4 : 0;
  }

  // at once where it is about time, and else once a minute while nothing ends: the line of
  // progress is not repeated then
  private void sayWhatItWaitsFor(Look look, long now) {
    String forTime = null;
    if (look.whyOpen != null) {
      forTime = "halted: " + look.whyOpen + until(openSince, waitCircuit, now);
    } else if (look.sources.isEmpty() && look.inWork == 0) {
      forTime = notReady(look) + until(workedOffSince, waitNotReady, now);
    }
    String kind = forTime == null ? null : look.whyOpen == null ? NOT_READY : look.whyOpen;
    long done = find(Tally.class).done();
    boolean isNews = kind != null && !kind.equals(waiting);
    if (isNews || done == lastDone && now - saidAt >= SAY_EVERY) {
      LOG.info("waiting: {}", Objects.requireNonNullElseGet(forTime, () -> unfinished(look)));
    }
    if (isNews || done != lastDone || now - saidAt >= SAY_EVERY) {
      saidAt = now;
    }
    lastDone = done;
    if (kind != null || look.inWork == 0 || !NOT_READY.equals(waiting)) {
      waiting = kind; // parked ids that are asked for now and then are no news
    }
  }

  private static String notReady(Look look) {
    String ids = Count.of(look.parked, "id is not ready yet", "ids are not ready yet");
    return look.parkedIds.stream()
        .map(ParkedIds::nextDue)
        .filter(Objects::nonNull)
        .min(Instant::compareTo)
        .map(due -> ids + ", next try at " + TIME.format(due))
        .orElse(ids);
  }

  private static String until(long since, Duration wait, long now) {
    Instant end = Instant.now().plusNanos(since + wait.toNanos() - now);
    return "; giving up waiting at " + TIME.format(end);
  }

  private static String unfinished(Look look) {
    List<String> all = new ArrayList<>(look.sources);
    all.add(Count.of(look.inWork, "id", "ids") + " in work");
    all.add(Count.of(look.parked, "id", "ids") + " parked");
    return String.join(", ", all);
  }

  private <T> T find(Class<T> type) {
    return context.getRegistry().findSingleByType(type);
  }

  private <T> T findOptional(Class<T> type) {
    Set<T> found = context.getRegistry().findByType(type);
    return found.isEmpty() ? null : found.iterator().next();
  }

  /** The exit code of the run that has ended; 0 for one that was stopped. */
  int exitCode() {
    return exitCode == null ? 0 : exitCode;
  }
}
