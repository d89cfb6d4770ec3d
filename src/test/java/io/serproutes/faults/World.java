package io.serproutes.faults;

import static org.awaitility.Awaitility.await;

import io.serproutes.FakeClock;
import io.serproutes.TinyDisk;
import io.serproutes.feed.ReadyApi;
import io.serproutes.kafka.Scene;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;

/** What a plan is carried out in: API, broker, disk, clock and the instances of the program. */
final class World implements AutoCloseable {

  /** {@code serp.folder.settle}, milliseconds. */
  static final long SETTLE = 600;

  private static final int DISK = 24 * 1024; // KiB

  final Plan plan;
  final ProxiedBrokers broker;
  final FaultyApi api;
  final Checks checks;
  final Given given;
  final Scene scene;
  final TinyDisk disk;
  final FakeClock clock;
  final List<Instance> instances = new CopyOnWriteArrayList<>();

  private final Path dir;
  private final List<String> story = new CopyOnWriteArrayList<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(8);
  private final long began = System.nanoTime();

  /**
   * Everything that a plan needs, in a new folder.
   *
   * @param broker null where the plan uses no Kafka
   */
  World(Plan plan, Path dir, ProxiedBrokers broker) throws IOException {
    this.plan = plan;
    this.dir = Files.createDirectories(dir);
    this.broker = broker;
    disk =
        plan.tinyDisk ? TinyDisk.mount(Files.createDirectories(dir.resolve("disk")), DISK) : null;
    api = new FaultyApi(plan.kinds, plan.latency);
    checks = new Checks(plan, api);
    given = new Given(plan.kinds.keySet());
    Files.createDirectories(inbox());
    clock = new FakeClock(dir.resolve("clock"));
    scene = plan.usesKafka() ? broker.scene(dir, plan) : null;
    for (int i = 0; i < plan.mostInstances; i++) {
      instances.add(new Instance(work().resolve("instance-" + i), keys(), environment()));
    }
  }

  /** The folder that holds inbox and instances. */
  Path work() {
    return plan.tinyDisk ? dir.resolve("disk") : dir;
  }

  /** The drop folder. */
  Path inbox() {
    return work().resolve("inbox");
  }

  private Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>(scene == null ? Map.of() : scene.keys());
    keys.put(
        "serp.from",
        (plan.fromKafka ? "kafka" : plan.withPings ? "folder,webhooks" : "folder")
            + (plan.withPolls ? ",tasks-ready" : ""));
    keys.put("serp.to", plan.output == Plan.Output.KAFKA ? "kafka" : "files");
    keys.put("serp.api.base-url", api.address().toString());
    keys.put("serp.api.login", "stand-in");
    keys.put("serp.api.password", "stand-in");
    keys.put("serp.api.calls-per-minute", Integer.toString(60 * plan.perSecond));
    keys.put("serp.api.max-concurrent", Integer.toString(plan.maxConcurrent));
    keys.put("serp.api.response-timeout", "3s");
    keys.put("serp.api.max-response-size", Integer.toString(Plan.MAX_ANSWER));
    keys.put("serp.retry.max-attempts", Integer.toString(Plan.MAX_ATTEMPTS));
    keys.put("serp.retry.first-delay", "200ms");
    keys.put("serp.retry.max-delay", "2s");
    keys.put("serp.not-ready.delay", "1s");
    keys.put("serp.not-ready.max-delay", "2s");
    keys.put("serp.circuit.probe-interval", "1s");
    if (!plan.fromKafka) {
      keys.put("serp.api.share", "1/" + plan.mostInstances);
      keys.put("serp.folder.inbox", inbox().toString());
      keys.put("serp.folder.settle", SETTLE + "ms");
    }
    if (plan.withPings) {
      keys.put("serp.webhooks.port", "0");
      keys.put("serp.ready.poll", "off");
    }
    if (plan.withPolls) {
      keys.put("serp.ready.poll", "3s");
    }
    if (plan.output.isLines()) {
      keys.put("serp.files.layout", "lines");
      keys.put("serp.files.lines.max-age", "1s");
      keys.put(
          "serp.files.lines.compress", plan.output == Plan.Output.LINES_GZIP ? "gzip" : "none");
    } else if (plan.output == Plan.Output.BY_DAY) {
      keys.put("serp.files.layout", "by-day");
    }
    return keys;
  }

  private Map<String, String> environment() throws IOException {
    Map<String, String> environment = new HashMap<>();
    if (plan.withPings) {
      environment.put("SERP_WEBHOOKS_TOKEN", ReadyApi.SECRET);
    }
    if (plan.fakesClock) {
      environment.putAll(clock.environment());
      environment.remove("FAKETIME_NO_CACHE"); // each look at the clock would read its file
      environment.put("FAKETIME_CACHE_DURATION", "1");
    }
    return environment;
  }

  /** Adds to the story. */
  void say(String words) {
    story.add(
        "%6d ms, %3d calls: %s"
            .formatted((System.nanoTime() - began) / 1_000_000, api.count(), words));
  }

  /** Something that is done later. */
  interface Thing {
    void happen() throws Exception;
  }

  /** Does something later; the run does not end before. */
  void later(long millis, String words, Thing thing) {
    pending.incrementAndGet();
    timers.schedule(
        () -> {
          try {
            say(words);
            thing.happen();
          } catch (Exception | AssertionError e) {
            checks.wrong(words + ": " + e);
          } finally {
            pending.decrementAndGet();
          }
        },
        millis,
        TimeUnit.MILLISECONDS);
  }

  /** Waits until something holds. */
  static void awaitUntil(Callable<Boolean> condition, Duration patience) {
    await()
        .atMost(patience)
        .pollInterval(Duration.ofMillis(20))
        .pollDelay(Duration.ZERO)
        .until(condition);
  }

  /** The {@code serp.files.dir} of each instance. */
  List<Path> outs() {
    return instances.stream().map(Instance::out).toList();
  }

  /** What has been delivered so far. */
  Delivered delivered() {
    return plan.output == Plan.Output.KAFKA
        ? Delivered.inTopics(scene, outs())
        : Delivered.inFolders(plan.output, outs());
  }

  /** Does something again and again until the end. */
  void repeat(long millis, Runnable thing) {
    timers.scheduleWithFixedDelay(thing, millis, millis, TimeUnit.MILLISECONDS);
  }

  /** Waits until all is done that was to be done later. */
  void awaitAllDone() {
    awaitUntil(() -> pending.get() == 0, Duration.ofMinutes(5));
  }

  /** What has happened so far, and when. */
  List<String> story() {
    return List.copyOf(story);
  }

  /** How long it has lasted. */
  Duration age() {
    return Duration.ofNanos(System.nanoTime() - began);
  }

  @Override
  public void close() throws Exception {
    timers.shutdownNow();
    instances.forEach(Instance::close);
    api.close();
    if (scene != null) {
      scene.close();
      broker.heal();
    }
    if (disk != null) {
      disk.close();
    }
  }
}
