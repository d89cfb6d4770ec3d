package io.serproutes.observe;

import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.serproutes.TopicProgress;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.feed.ReadyCounts;
import io.serproutes.fetch.Gate;
import io.serproutes.items.ItemType;
import io.serproutes.observe.Tally.Ended;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/**
 * The meters of the routes; loaded only where Micrometer is.
 *
 * <p>No label has a value that the API sends: outcomes, reasons, item types and the version are
 * ours, topics are those of the configuration.
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
    gauges(registry);
    context.getRegistry().findByType(ReadyCounts.class).forEach(list -> register(list, registry));
  }

  private void gauges(MeterRegistry registry) {
    String version = Meters.class.getPackage().getImplementationVersion(); // of the jar's manifest
    Gauge.builder("serp.build.info", () -> 1)
        .description("1; the label tells the version of serp-routes")
        .tag("version", version == null ? "unknown" : version)
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
    Gauge.builder("serp.parked", context, Meters::parked)
        .description("Ids parked because their task is not ready")
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

  private static int parked(CamelContext context) {
    return ParkedIds.count(context.getRegistry().findByType(ParkedIds.class));
  }
}
