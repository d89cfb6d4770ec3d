package io.serproutes.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.serproutes.SerpRoutes;
import io.serproutes.TopicProgress;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.ReadyCounts;
import io.serproutes.feed.webhooks.SignalCounts;
import io.serproutes.fetch.Calls;
import io.serproutes.fetch.Calls.Answered;
import io.serproutes.fetch.Gate;
import io.serproutes.ids.DropFolder;
import io.serproutes.items.ItemType;
import io.serproutes.observe.Tally.Ended;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/**
 * The meters of the routes; loaded only where Micrometer is.
 *
 * <p>No label has a value that the API or a source sends: outcomes, reasons, item types, classes of
 * answers and the version are ours, topics are those of the configuration.
 */
final class Meters {

  private final CamelContext context;
  private final Tally tally;
  private final Gate gate;

  Meters(CamelContext context, Tally tally, Gate gate) {
    this.context = context;
    this.tally = tally;
    this.gate = gate;
  }

  /** Tells the registry of the context, where it has one. */
  void register() {
    // one of them: a composite and its parts would count twice
    Set<MeterRegistry> registries = context.getRegistry().findByType(MeterRegistry.class);
    registries.stream()
        .filter(CompositeMeterRegistry.class::isInstance)
        .findFirst()
        .or(() -> registries.stream().findFirst())
        .ifPresent(this::register);
  }

  private void register(MeterRegistry registry) {
    for (Ended ended : Tally.all()) {
      FunctionCounter.builder("serp.tasks", tally, t -> t.count(ended))
          .description("Ids that ended or were parked")
          .tag("outcome", ended.outcome())
          .tag("reason", ended.reason())
          .register(registry);
    }
    for (ItemType type : ItemType.values()) {
      FunctionCounter.builder("serp.items", tally, t -> t.items(type))
          .description("Items delivered")
          .tag("type", type.toString())
          .register(registry);
    }
    Timer fetch =
        Timer.builder("serp.fetch")
            .description("Duration of a call, from its start to its verdict")
            .serviceLevelObjectives(
                Duration.ofMillis(50),
                Duration.ofMillis(100),
                Duration.ofMillis(250),
                Duration.ofMillis(500),
                Duration.ofSeconds(1),
                Duration.ofSeconds(2),
                Duration.ofSeconds(5),
                Duration.ofSeconds(10),
                Duration.ofSeconds(30),
                Duration.ofSeconds(60))
            .register(registry);
    gate.observe(nanos -> fetch.record(nanos, TimeUnit.NANOSECONDS));
    for (Answered answered : Calls.all()) {
      FunctionCounter.builder("serp.calls", gate.calls(), calls -> calls.count(answered))
          .description("Calls that ended, by HTTP status and status_code")
          .tag("http", answered.http())
          .tag("code", answered.code())
          .register(registry);
    }
    gauges(registry);
    context.getRegistry().findByType(DropFolder.class).forEach(inbox -> register(inbox, registry));
    context.getRegistry().findByType(ReadyCounts.class).forEach(list -> register(list, registry));
    context.getRegistry().findByType(SignalCounts.class).forEach(all -> register(all, registry));
  }

  private void gauges(MeterRegistry registry) {
    Gauge.builder("serp.build.info", () -> 1)
        .description("1; the label tells the version of serp-routes")
        .tag("version", SerpRoutes.version())
        .register(registry);
    Gauge.builder("serp.in.flight", gate, Gate::inFlight)
        .description("Calls in flight")
        .register(registry);
    Gauge.builder("serp.waiting", gate, Gate::waiting)
        .description("Ids waiting for a call")
        .register(registry);
    Gauge.builder("serp.calls.left", gate, Gate::callsLeft)
        .description("Calls that may still start in the current 60 seconds")
        .register(registry);
    Gauge.builder("serp.circuit.open", gate, g -> g.isOpen() ? 1 : 0)
        .description("1 while the circuit is open")
        .register(registry);
    Gauge.builder("serp.next.probe", gate, Meters::nextProbe)
        .description("Time until the next probe of the open circuit; 0 while it is closed")
        .baseUnit("seconds")
        .register(registry);
    Gauge.builder("serp.parked", context, Meters::parked)
        .description("Ids parked because their task is not ready")
        .register(registry);
    Gauge.builder("serp.oldest.parked", context, Meters::oldestParked)
        .description(
            "Time since the first call for the parked id that was asked for first; 0: none")
        .baseUnit("seconds")
        .register(registry);
    for (TopicProgress topics : context.getRegistry().findByType(TopicProgress.class)) {
      topics.onTopic(topic -> topic(registry, topics, topic));
    }
  }

  private static void topic(MeterRegistry registry, TopicProgress progress, String topic) {
    Gauge.builder("serp.kafka.partitions", progress, p -> p.partitions(topic))
        .description("Partitions assigned to this process")
        .tag("topic", topic)
        .register(registry);
    Gauge.builder("serp.kafka.lag", progress, p -> p.lag(topic))
        .description("Records that have not ended, in the partitions of this process")
        .tag("topic", topic)
        .register(registry);
  }

  private static void register(DropFolder inbox, MeterRegistry registry) {
    Gauge.builder("serp.folder.files", inbox, DropFolder::filesInWork)
        .description("Drop files in work")
        .register(registry);
    Gauge.builder("serp.folder.ids.left", inbox, DropFolder::left)
        .description("About how many ids of the drop files in work have not ended")
        .register(registry);
    FunctionCounter.builder("serp.folder.rejected.files", inbox, DropFolder::rejected)
        .description("Drop files that were rejected")
        .register(registry);
  }

  private static void register(ReadyCounts list, MeterRegistry registry) {
    FunctionCounter.builder("serp.ready.rows", list, ReadyCounts::rows)
        .description("Rows that the list of finished tasks showed, each as often as it did")
        .register(registry);
    FunctionCounter.builder("serp.ready.fed", list, ReadyCounts::fed)
        .description("Ids of the list that were given to the drop folder or the topic of ids")
        .register(registry);
    for (ReadyCounts.Skipped why : ReadyCounts.Skipped.values()) {
      FunctionCounter.builder("serp.ready.skipped", list, l -> l.skipped(why))
          .description("Rows of the list that were not fed")
          .tag("reason", why.toString())
          .register(registry);
    }
    Gauge.builder("serp.ready.last.good.poll", list, l -> l.lastGood() / 1000.0)
        .description("When the list was read last, in seconds since 1970; 0: never")
        .baseUnit("seconds")
        .register(registry);
  }

  private static void register(SignalCounts calls, MeterRegistry registry) {
    for (SignalCounts.Answered answered : SignalCounts.ways()) {
      FunctionCounter.builder("serp.webhooks.calls", calls, c -> c.count(answered))
          .description("Calls of webhooks, by the answer they got")
          .tag("kind", answered.kind())
          .tag("answer", answered.answer())
          .register(registry);
    }
    Gauge.builder("serp.webhooks.last.signal", calls, c -> c.lastSignal() / 1000.0)
        .description("When a call was answered with 200 last, in seconds since 1970; 0: never")
        .baseUnit("seconds")
        .register(registry);
  }

  private static int parked(CamelContext context) {
    return ParkedIds.count(context.getRegistry().findByType(ParkedIds.class));
  }

  private static double oldestParked(CamelContext context) {
    Set<ParkedIds> places = context.getRegistry().findByType(ParkedIds.class);
    Instant oldest = ParkedIds.earliest(places, ParkedIds::oldest);
    return oldest == null ? 0 : Math.max(0, inSeconds(Duration.between(oldest, Instant.now())));
  }

  private static double nextProbe(Gate gate) {
    Duration wait = gate.nextProbe();
    return wait == null ? 0 : inSeconds(wait);
  }

  private static double inSeconds(Duration time) {
    return time.toMillis() / 1000.0;
  }
}
