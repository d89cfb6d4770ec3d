package io.serproutes.page;

import io.serproutes.Keys;
import io.serproutes.Outputs;
import io.serproutes.SerpRoutes;
import io.serproutes.Settings;
import io.serproutes.Times;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.Gate;
import io.serproutes.fetch.Reason;
import io.serproutes.ids.Intake;
import io.serproutes.items.ItemType;
import io.serproutes.observe.Tally;
import io.serproutes.observe.Tally.Ended;
import java.net.URI;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.apache.camel.CamelContext;

/**
 * Tells what the program does now. Counts come from what counts them and nothing is listed, so it
 * takes the same short time however much there is. Safe for use by many threads.
 */
final class Status {

  private static final List<String> OUTCOMES =
      List.of("delivered", "partial", "empty", "dead-lettered");

  private final CamelContext context;
  private final Settings settings;
  private final Pause pause;
  private final History history;
  private final Sources sources;
  private final Tally tally;
  private final Gate gate;
  private final Intake intake;
  private final Set<ParkedIds> parked;
  private final Instant since = Instant.now();

  Status(CamelContext context, Settings settings, Pause pause, History history, Sources sources) {
    this.context = context;
    this.settings = settings;
    this.pause = pause;
    this.history = history;
    this.sources = sources;
    tally = context.getRegistry().findSingleByType(Tally.class);
    gate = context.getRegistry().findSingleByType(Gate.class);
    intake = context.getRegistry().findSingleByType(Intake.class);
    parked = context.getRegistry().findByType(ParkedIds.class);
  }

  /**
   * What it does now.
   *
   * @param actions what the request may do
   * @param details whether it may read the names of files
   */
  StatusReport report(Access actions, Access details) {
    Instant nextDue = ParkedIds.earliest(parked, ParkedIds::nextDue);
    int parkedIds = ParkedIds.count(parked);
    int inWork = intake.inWork();
    long left = Math.max(inWork, sources.left());
    String state = state(left);
    double rate = history.idsPerSecond();
    return new StatusReport(
        state,
        banner(state, rate, inWork, left, parkedIds, nextDue),
        rate,
        history.itemsPerSecond(),
        inWork,
        gate.inFlight(),
        gate.waiting(),
        left,
        parkedIds,
        Times.record(nextDue),
        tally.done(),
        outcomes(),
        items(),
        deadLetters(),
        gate.callsLeft(),
        (int) gate.callsPerMinute(),
        gate.concurrency(),
        sources.report(details == Access.ON, pause.since() != null),
        actions,
        details,
        takes(settings),
        settings.get(Keys.FROM),
        List.copyOf(Outputs.of(settings).names()),
        api(),
        settings.isSandbox(),
        SerpRoutes.version(),
        Times.record(since),
        Times.record(Instant.now()));
  }

  private String state(long left) {
    if (context.getStatus().isStopping() || context.getStatus().isStopped()) {
      return "stopping";
    }
    if (pause.since() != null) {
      return "paused";
    }
    if (gate.isOpen()) {
      return "halted";
    }
    return left > 0 ? "working" : "idle";
  }

  private String banner(
      String state, double rate, int inWork, long left, int parkedIds, Instant nextDue) {
    Instant pausedSince = pause.since();
    String halted = gate.halted();
    if (state.equals("stopping")) {
      return Banner.stopping();
    }
    if (pausedSince != null) {
      return Banner.paused(pausedSince, gate.inFlight(), inWork);
    }
    if (halted != null) {
      return halted;
    }
    if (left == 0) {
      return Banner.idle(sources.inWords(), parkedIds, nextDue);
    }
    String throttled = gate.throttled();
    return throttled == null
        ? Banner.working(rate, inWork, left)
        : Banner.throttled(throttled, inWork, left);
  }

  private Map<String, Long> outcomes() {
    Map<String, Long> counts = new LinkedHashMap<>();
    OUTCOMES.forEach(outcome -> counts.put(outcome, History.count(tally, outcome)));
    return counts;
  }

  private Map<String, Long> items() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (ItemType type : ItemType.values()) {
      counts.put(type.toString(), tally.items(type));
    }
    return counts;
  }

  private Map<String, Long> deadLetters() {
    Map<String, Long> counts = new LinkedHashMap<>();
    for (Reason reason : Reason.values()) {
      counts.put(reason.toString(), count(tally, reason));
    }
    return counts;
  }

  static long count(Tally tally, Reason reason) {
    return reason == Reason.TOO_LARGE
        ? tally.tooLarge()
        : tally.count(new Ended("dead-lettered", reason.toString()));
  }

  /** Where files and ids that are given go: {@code folder}, {@code kafka}, or null for nowhere. */
  static String takes(Settings settings) {
    List<String> from = settings.get(Keys.FROM);
    return from.contains("folder") ? "folder" : from.contains("kafka") ? "kafka" : null;
  }

  // a path of the host's may be nobody's business, and tells nothing
  private String api() {
    URI address = URI.create(settings.get(Keys.BASE_URL));
    return address.getScheme() + "://" + address.getRawAuthority();
  }
}
