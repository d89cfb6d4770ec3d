package io.serproutes.faults;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.FakeClock;
import io.serproutes.ProgramUnderTest;
import io.serproutes.TinyDisk;
import io.serproutes.faults.FaultyApi.Mode;
import io.serproutes.faults.GivenFile.Manner;
import io.serproutes.faults.Instance.Resources;
import io.serproutes.faults.Plan.Moment;
import io.serproutes.feed.ReadyApi;
import io.serproutes.kafka.Scene;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One plan with real processes: does its steps, lets the work end in peace, and has everything
 * checked. What it found wrong it says with the plan and with what happened when.
 */
final class FaultRun implements AutoCloseable {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final long PEACE = TimeUnit.SECONDS.toNanos(60);
  private static final long STALL = TimeUnit.SECONDS.toNanos(6);
  private static final long SETTLE = 600; // ms
  private static final long SESSION = 6_000; // ms
  private static final long WATCH = TimeUnit.SECONDS.toNanos(30);
  private static final int DISK = 24 * 1024; // KiB

  // an idle process with Kafka has some 60 threads and 110 open files
  private static final Resources MOST = new Resources(110, 200, 330 * 1024);

  private final Plan plan;
  private final Path dir;
  private final ProxiedBroker broker;
  private final FaultyApi api;
  private final Checks checks;
  private final Given given;
  private final Scene scene;
  private final TinyDisk disk;
  private final FakeClock clock;
  private final List<Instance> instances = new CopyOnWriteArrayList<>();
  private final List<String> story = new CopyOnWriteArrayList<>();
  private final AtomicInteger allowance = new AtomicInteger();
  private final AtomicInteger pending = new AtomicInteger();
  private final ScheduledExecutorService timers = Executors.newScheduledThreadPool(8);
  private final HttpClient client = HttpClient.newHttpClient();
  private final long began = System.nanoTime();
  private volatile boolean mayRefuseToStart;
  private int kills;

  /**
   * A run in a new folder.
   *
   * @param broker null where the plan uses no Kafka
   */
  FaultRun(Plan plan, Path dir, ProxiedBroker broker) throws IOException {
    this.plan = plan;
    this.dir = Files.createDirectories(dir);
    this.broker = broker;
    api = new FaultyApi(plan.kinds, plan.latency);
    checks = new Checks(plan, api);
    given = new Given(plan.kinds.keySet());
    disk =
        plan.tinyDisk ? TinyDisk.mount(Files.createDirectories(dir.resolve("disk")), DISK) : null;
    Files.createDirectories(inbox());
    clock = new FakeClock(dir.resolve("clock"));
    scene = plan.usesKafka() ? broker.scene(dir, plan) : null;
    for (int i = 0; i < plan.mostInstances; i++) {
      instances.add(new Instance(work().resolve("instance-" + i), keys(), environment()));
    }
  }

  private Path work() {
    return plan.tinyDisk ? dir.resolve("disk") : dir;
  }

  private Path inbox() {
    return work().resolve("inbox");
  }

  private Map<String, String> keys() {
    Map<String, String> keys = new LinkedHashMap<>(scene == null ? Map.of() : scene.keys());
    keys.put("serp.from", plan.fromKafka ? "kafka" : plan.withPings ? "folder,webhooks" : "folder");
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

  // ---- the steps of a plan ----------------------------------------------------------------------

  private void say(String words) {
    story.add(
        "%6d ms, %3d calls: %s"
            .formatted((System.nanoTime() - began) / 1_000_000, api.count(), words));
  }

  private interface Thing {
    void happen() throws Exception;
  }

  /** Does something later; the run does not end before. */
  private void later(long millis, String words, Thing thing) {
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

  private void allow(int repeats) {
    allowance.addAndGet(repeats);
  }

  /** What may be repeated after a kill: what is in work, and what ended within one second. */
  private int openIds() {
    return plan.maxConcurrent + plan.perSecond;
  }

  void send(List<GivenRecord> records) {
    scene.send(records.stream().map(GivenRecord::value).toList());
    records.forEach(record -> given.add(record.entries(), 1, record.entries().size() > 1 ? 2 : 1));
  }

  void drop(GivenFile file, List<String> entries, Manner manner) throws IOException {
    byte[] bytes = file.bytes(entries);
    Path target = inbox().resolve(file.name());
    Path first =
        switch (manner) {
          case RENAMED -> inbox().resolve("." + file.name());
          case PART -> inbox().resolve(file.name() + ".part");
          case IN_PIECES -> target;
        };
    int pieces = manner == Manner.RENAMED ? 1 : 3;
    for (int i = 0; i < pieces; i++) {
      int from = bytes.length * i / pieces;
      byte[] piece = java.util.Arrays.copyOfRange(bytes, from, bytes.length * (i + 1) / pieces);
      Files.write(first, piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    given.add(entries, 1, 1);
    if (!first.equals(target)) {
      Files.move(first, target, ATOMIC_MOVE);
    }
  }

  void append(GivenFile file, List<String> before, List<String> more) throws IOException {
    given.add(before, 0, 1);
    given.add(more, 1, 2);
    Path target = inbox().resolve(file.name());
    Files.write(target, file.more(more), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * Has a writer that holds the file open append to it at the moment at which the program moves it.
   */
  void appendAtMove(GivenFile file, List<String> before, List<String> more) throws IOException {
    Path target = inbox().resolve(file.name());
    FileChannel held;
    try {
      held = FileChannel.open(target, StandardOpenOption.APPEND);
    } catch (NoSuchFileException e) {
      given.add(before, 0, 1);
      drop(file, more, Manner.RENAMED); // too late
      return;
    }
    given.add(before, 0, 1);
    later(
        0,
        file + " is watched",
        () -> {
          try (held) {
            long seen = System.nanoTime();
            for (long end = seen + WATCH; Files.exists(target) && System.nanoTime() < end; ) {
              seen = System.nanoTime();
              LockSupport.parkNanos(500_000);
            }
            held.write(ByteBuffer.wrap(file.more(more)));
            long late = (System.nanoTime() - seen) / 1_000_000;
            say("appended to " + file + " within " + late + " ms");
            given.add(more, late < SETTLE / 2 ? 1 : 0, 2);
          }
        });
  }

  void replace(GivenFile file, List<String> before, List<String> all) throws IOException {
    given.add(all, 0, 1);
    Set<String> fresh = new HashSet<>(all);
    before.forEach(fresh::remove);
    given.add(fresh, 1, 0);
    Path hidden = Files.write(inbox().resolve(".new"), file.bytes(all));
    Files.move(hidden, inbox().resolve(file.name()), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  void rename(GivenFile file, List<String> entries) throws IOException {
    given.add(entries, 0, 1);
    try {
      Files.move(inbox().resolve(file.name()), inbox().resolve(file.renamed().name()), ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      say(file + " has been moved");
    }
  }

  void ping(List<String> ids) {
    ProgramUnderTest process = instances.get(0).process();
    if (process == null) {
      given.add(ids, 1, 1);
      later(500, "ping again", () -> ping(ids, instances.get(0).process()));
    } else {
      given.add(ids, 1, 1);
      ping(ids, process);
    }
  }

  // the vendor repeats what was not answered with 200
  private void ping(List<String> ids, ProgramUnderTest process) {
    List<String> left = new ArrayList<>(ids);
    try {
      if (process != null && process.isRunning()) {
        URI address = URI.create("http://127.0.0.1:" + process.webhooksPort() + "/pingback");
        left.removeIf(id -> isTaken(address, id));
      }
    } catch (RuntimeException | AssertionError e) {
      say("no pings: " + e.getClass().getSimpleName());
    }
    if (!left.isEmpty()) {
      given.add(left, 0, 1); // it may have been kept all the same
      later(
          500, "ping " + left.size() + " ids again", () -> ping(left, instances.get(0).process()));
    }
  }

  private boolean isTaken(URI address, String id) {
    URI uri = URI.create(address + "?token=" + ReadyApi.SECRET + "&id=" + id);
    HttpRequest request = HttpRequest.newBuilder(uri).timeout(Duration.ofSeconds(3)).build();
    try {
      return client.send(request, BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException e) {
      return false;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  void kill(int n, Moment moment, int pause, int again) {
    if (moment == Moment.AT_ONCE) {
      kill(n, pause, again);
    } else {
      Set<Path> before = Set.copyOf(files(n, moment));
      later(
          0,
          "wait for " + moment,
          () -> {
            for (long end = System.nanoTime() + WATCH / 10; System.nanoTime() < end; ) {
              if (!before.containsAll(files(n, moment))) {
                break;
              }
              LockSupport.parkNanos(300_000);
            }
            say("kill " + n);
            kill(n, pause, again);
          });
    }
  }

  private List<Path> files(int n, Moment moment) {
    Path folder = moment.folder.startsWith("inbox") ? work() : work().resolve("instance-" + n);
    return Delivered.files(folder.resolve(moment.folder)).stream()
        .filter(file -> !moment.folder.isEmpty() && file.toString().endsWith(moment.end))
        .toList();
  }

  private void kill(int n, int pause, int again) {
    Instance instance = instances.get(n);
    if (!instance.kill()) {
      say("it does not run");
      return;
    }
    afterKill(instance);
    later(pause, "start " + n, instance::start);
    if (again >= 0) {
      later(
          pause + again,
          "kill " + n + " once more",
          () -> {
            instance.kill();
            afterKill(instance);
            instance.start();
          });
    }
  }

  private synchronized void afterKill(Instance instance) {
    kills++;
    allow(openIds());
    if (plan.output == Plan.Output.FLAT || plan.output == Plan.Output.BY_DAY) {
      checks.receiptsAreTrue(Delivered.inFolders(plan.output, List.of(instance.out())), false);
    }
  }

  void suspend(int n, int millis) {
    ProgramUnderTest process = instances.get(n).process();
    if (process == null) {
      say("it does not run");
      return;
    }
    process.suspend();
    allow(millis < SESSION - 1_000 || !plan.fromKafka ? plan.maxConcurrent : openIds());
    later(millis, "resume " + n, process::resume);
  }

  void restart(int n, int pause) {
    Instance instance = instances.get(n);
    if (!instance.terminate()) {
      say("it does not run");
      return;
    }
    allow(plan.maxConcurrent);
    later(
        0,
        n + " is told to stop",
        () -> {
          stopped(instance);
          later(pause, "start " + n, instance::start);
        });
  }

  private void stopped(Instance instance) {
    boolean wasUp = instance.output().contains("ids from [");
    int code = instance.awaitEnd();
    if (code != 0 && (wasUp || code != 143) && !hasRefusedToStart(instance, code)) {
      checks.wrong("exit code " + code + " of a stop");
    }
  }

  private boolean hasRefusedToStart(Instance instance, int code) {
    return code == 1 && mayRefuseToStart && instance.output().contains("could not start");
  }

  void join() {
    allow(plan.maxConcurrent);
    instances.get(plan.instances).start();
  }

  void leave(boolean kills) {
    Instance guest = instances.get(plan.instances);
    if (kills && guest.kill()) {
      afterKill(guest);
    } else if (!kills && guest.terminate()) {
      allow(plan.maxConcurrent);
      later(0, "the other instance is told to stop", () -> stopped(guest));
    }
  }

  void api(Mode mode, int millis) {
    if (mode == Mode.SLOW || mode == Mode.HALF || mode == Mode.DOWN) {
      allow(plan.maxConcurrent); // answers that are whole, and too late
    }
    api.become(mode);
    later(millis, "the API answers as usual", () -> api.become(Mode.AS_USUAL));
  }

  void broker(boolean kills, int millis) {
    mayRefuseToStart = true;
    allow(openIds());
    broker.stop(kills);
    later(millis, "start the broker", broker::start);
  }

  void network(boolean cuts, int millis) {
    mayRefuseToStart = true;
    allow(openIds());
    broker.network(cuts);
    later(millis, "the network is well", broker::heal);
  }

  void disk(int millis) throws IOException {
    mayRefuseToStart = true;
    disk.fill();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    awaitUntil(() -> System.nanoTime() > end, Duration.ofMinutes(1));
    disk.free();
    say("the disk has room");
  }

  void clock(String offset) throws IOException {
    clock.set(offset);
  }

  // ---- the run ----------------------------------------------------------------------------------

  /** Does all of it; what is wrong, with plan and story, or null. */
  String run() throws Exception {
    try {
      instances.subList(0, plan.instances).forEach(Instance::start);
      instances.subList(0, plan.instances).forEach(one -> one.process().awaitStart());
      timers.scheduleWithFixedDelay(this::lookAfter, 300, 300, TimeUnit.MILLISECONDS);
      for (Plan.Step step : plan.steps) {
        awaitCalls(step.atCall());
        say(step.words());
        step.action().on(this);
      }
      awaitUntil(() -> pending.get() == 0, Duration.ofMinutes(3));
      say("peace");
      if (hasPeace()) {
        resources();
        stopAll();
        lookAtAll();
      }
    } catch (Exception | AssertionError e) {
      checks.wrong("the run broke off: " + e);
    }
    List<String> wrong = checks.wrong();
    return wrong.isEmpty()
        ? null
        : plan.words()
            + "\n\nwhat happened:\n"
            + String.join("\n", story)
            + "\n\nwrong:\n"
            + wrong.stream().limit(20).collect(Collectors.joining("\n"));
  }

  /** What was seen, in one line. */
  String inShort() {
    return "%d ids, %d calls, %d kills, %d s"
        .formatted(
            plan.kinds.size(),
            api.count(),
            kills,
            TimeUnit.NANOSECONDS.toSeconds(System.nanoTime() - began));
  }

  private static void awaitUntil(
      java.util.concurrent.Callable<Boolean> condition, Duration patience) {
    await()
        .atMost(patience)
        .pollInterval(Duration.ofMillis(20))
        .pollDelay(Duration.ZERO)
        .until(condition);
  }

  private void awaitCalls(int count) {
    long[] last = {api.count(), System.nanoTime()};
    awaitUntil(
        () -> {
          int now = api.count();
          if (now > last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return now >= count || System.nanoTime() - last[1] > STALL;
        },
        Duration.ofMinutes(2));
  }

  // as systemd would
  private void lookAfter() {
    for (int i = 0; i < instances.size(); i++) {
      Instance instance = instances.get(i);
      int code = instance.endedByItself();
      if (code >= 0) {
        say(i + " has ended with exit code " + code);
        if (!hasRefusedToStart(instance, code)) {
          checks.wrong(i + " ended by itself with exit code " + code + ":\n" + instance.output());
        }
        instance.start();
      }
    }
  }

  /** Waits until nothing goes on any more; whether that came before all stood still for long. */
  private boolean hasPeace() {
    String[] last = {""};
    long[] seen = {-1, 0};
    await()
        .atMost(Duration.ofMinutes(15))
        .pollInterval(Duration.ofMillis(200))
        .pollDelay(Duration.ZERO)
        .until(
            () -> {
              if (api.count() > seen[0]) {
                seen[0] = api.count();
                seen[1] = System.nanoTime();
              }
              last[0] = unrest();
              return last[0].isEmpty() || System.nanoTime() - seen[1] > PEACE;
            });
    if (!last[0].isEmpty()) {
      checks.wrong("no peace: " + last[0]);
      instances.forEach(one -> say(end(one.output())));
    }
    return last[0].isEmpty();
  }

  private static String end(String log) {
    List<String> lines = log.lines().toList();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 15), lines.size()));
  }

  /** What is still going on, in words; empty where nothing is. */
  private String unrest() throws IOException {
    if (!plan.fromKafka) {
      List<Path> left = Delivered.files(inbox()).stream().filter(this::isLeft).toList();
      if (!left.isEmpty()) {
        return "left in the inbox: " + left;
      }
    }
    for (int i = 0; i < instances.size(); i++) {
      ProgramUnderTest process = instances.get(i).process();
      String state = process == null ? "" : state(process);
      if (!state.isEmpty()) {
        return i + " is " + state;
      }
    }
    if (plan.usesKafka()) {
      for (String topic : plan.fromKafka ? List.of("ids", "parked") : List.of("parked")) {
        String group =
            scene.keys().get("serp.kafka.group-id") + (topic.equals("ids") ? "" : "-parked");
        String lag = lag(scene.ends(topic), scene.committed(topic, group));
        if (!lag.isEmpty()) {
          return "lag of " + topic + ": " + lag;
        }
      }
    }
    List<String> hidden = plan.output.isLines() ? hidden(".part") : List.of();
    if (!hidden.isEmpty()) {
      return "open sets: " + hidden;
    }
    List<String> missing =
        given.missing(
            delivered().receipts.stream().map(Delivered.Document::id).collect(Collectors.toSet()));
    return missing.isEmpty() ? "" : "without a receipt: " + missing;
  }

  private boolean isLeft(Path file) {
    Path name = inbox().relativize(file);
    return name.getNameCount() == 1
        ? !name.toString().startsWith(".")
        : name.toString().endsWith(".moved");
  }

  private static String state(ProgramUnderTest process) {
    try {
      JsonNode status = JSON.readTree(process.observe("/status").body());
      int busy =
          status.path("in_work").asInt()
              + status.path("waiting").asInt()
              + status.path("parked").asInt();
      return busy == 0 && status.path("state").asText().equals("idle")
          ? ""
          : status.path("banner").asText("?");
    } catch (IOException | UncheckedIOException e) {
      return "not to be asked: " + e;
    }
  }

  private static String lag(
      Map<TopicPartition, Long> ends, Map<TopicPartition, OffsetAndMetadata> committed) {
    return ends.entrySet().stream()
        .filter(
            end ->
                end.getValue()
                    > (committed.get(end.getKey()) == null
                        ? 0
                        : committed.get(end.getKey()).offset()))
        .map(end -> end + " of which " + committed.get(end.getKey()))
        .collect(Collectors.joining(", "));
  }

  private List<Path> outs() {
    return instances.stream().map(Instance::out).toList();
  }

  private List<String> hidden(String end) {
    return outs().stream()
        .flatMap(out -> Delivered.files(out).stream())
        .map(Path::toString)
        .filter(name -> name.endsWith(end))
        .toList();
  }

  private Delivered delivered() {
    return plan.output == Plan.Output.KAFKA
        ? Delivered.inTopics(scene, outs())
        : Delivered.inFolders(plan.output, outs());
  }

  private void resources() throws IOException {
    for (int i = 0; i < instances.size(); i++) {
      if (instances.get(i).process() != null) {
        Resources now = instances.get(i).resources();
        say(i + " has " + now);
        boolean isFine =
            now.threads() <= MOST.threads()
                && now.files() <= MOST.files()
                && now.memory() <= MOST.memory();
        if (!isFine) {
          checks.wrong(i + " takes " + now);
        }
      }
    }
  }

  private void stopAll() {
    for (Instance instance : instances) {
      if (instance.terminate()) {
        stopped(instance);
      }
    }
  }

  private void lookAtAll() {
    Delivered delivered = delivered();
    checks.receiptsAreTrue(delivered, true);
    checks.allHasEnded(delivered, given, allowance.get());
    checks.limitsHold();
    nothingIsLeft();
    logsAreQuiet();
  }

  private void nothingIsLeft() {
    List<String> serp =
        Delivered.files(inbox().resolve(".serp")).stream()
            .map(file -> file.getFileName().toString())
            .toList();
    List<String> more =
        serp.stream()
            .filter(name -> !name.equals("claims") && !name.equals("feeder.lock"))
            .toList();
    if (!more.isEmpty()) {
      checks.wrong("left in .serp: " + more);
    }
    List<String> parked =
        outs().stream()
            .flatMap(out -> Delivered.files(out.resolve("parked")).stream())
            .map(Path::toString)
            .filter(name -> !name.endsWith("/.lock"))
            .toList();
    if (!parked.isEmpty()) {
      checks.wrong("still parked: " + parked);
    }
    int most = kills * 4 * plan.maxConcurrent; // src/docs/operations.md: those of the ids in work
    if (hidden(".tmp").size() > most || !hidden(".part").isEmpty()) {
      checks.wrong("hidden files: " + hidden(".tmp") + hidden(".part"));
    }
  }

  private void logsAreQuiet() {
    try (var logs = Files.list(work())) {
      for (Path log :
          logs.filter(file -> file.getFileName().toString().startsWith("output-")).toList()) {
        for (String line : Files.readAllLines(log)) {
          if (line.startsWith("\tat ")
              || line.contains(" ERROR ")
              || line.startsWith("Exception in")) {
            checks.wrong(log.getFileName() + " says: " + line);
            break;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void close() throws Exception {
    timers.shutdownNow();
    instances.forEach(Instance::close);
    api.close();
    if (broker != null) {
      broker.heal();
    }
    if (scene != null) {
      scene.close();
    }
    if (disk != null) {
      disk.close();
    }
  }
}
