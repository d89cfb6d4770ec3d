package io.serproutes.observe;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.FunctionCounter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.micrometer.core.instrument.composite.CompositeMeterRegistry;
import io.serproutes.TopicProgress;
import io.serproutes.deliver.ParkedIds;
import io.serproutes.fetch.Gate;
import io.serproutes.items.ItemType;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import org.apache.camel.CamelContext;

/**
 * The meters of the routes; loaded only where Micrometer is.
 *
 * <p>No label has a value that the API sends: outcomes, reasons and item types are ours, topics are
 * those of the configuration.
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
    tally.listen(
        (task, outcome, reason) ->
            Counter.builder("serp.tasks")
                .description("Ids that ended or were parked")
                .tag("outcome", outcome)
                .tag("reason", reason == null ? "none" : reason)
                .register(registry)
                .increment());
    for (ItemType type : ItemType.values()) {
      FunctionCounter.builder("serp.items", tally, t -> t.items(type))
          .description("Items delivered")
          .tag("type", type.toString())
          .register(registry);
    }
    Timer fetch =
        Timer.builder("serp.fetch")
            .description("Time of a call, from its start to its verdict")
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
  }

  private void gauges(MeterRegistry registry) {
    Gauge.builder("serp.in.flight", gate, Gate::inFlight)
        .description("Calls under way")
        .register(registry);
    Gauge.builder("serp.waiting", gate, Gate::waiting)
        .description("Ids that wait for a call")
        .register(registry);
    Gauge.builder("serp.calls.left", gate, Gate::callsLeft)
        .description("Calls that may still start within the running 60 seconds")
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

  private static int parked(CamelContext context) {
    return ParkedIds.count(context.getRegistry().findByType(ParkedIds.class));
  }
}
