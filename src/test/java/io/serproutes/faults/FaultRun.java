package io.serproutes.faults;

import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.ProgramUnderTest;
import io.serproutes.faults.Instance.Resources;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.apache.kafka.common.TopicPartition;

/**
 * One plan with real processes: does its steps, lets the work end in peace, and has everything
 * checked. What it found wrong it says with the plan and with what happened when.
 */
final class FaultRun {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> OUTPUTS =
      List.of("organic", "paid", "other", "receipts", "dead-letters");
  private static final long PEACE = TimeUnit.SECONDS.toNanos(60);
  private static final long STALL = TimeUnit.SECONDS.toNanos(6);

  // an idle process with Kafka has some 45 threads, 40 open files and 185 MiB
  private static final Resources MOST = new Resources(100, 120, 330 * 1024);

  private final World world;
  private final Plan plan;
  private final Inputs inputs;
  private final Faults faults;

  FaultRun(World world) {
    this.world = world;
    plan = world.plan;
    inputs = new Inputs(world);
    faults = new Faults(world);
  }

  /** Does all of it; what is wrong, with plan and story, or null. */
  String run() {
    try {
      List<Instance> first = world.instances.subList(0, plan.instances);
      first.forEach(Instance::start);
      first.forEach(one -> one.process().awaitStart());
      world.repeat(300, faults::lookAfter);
      for (Plan.Step step : plan.steps) {
        awaitCalls(step.atCall());
        world.say(step.words());
        step.action().on(inputs, faults);
      }
      world.awaitAllDone();
      comeBack();
      world.say("peace");
      if (hasPeace()) {
        resources();
        stopAll();
        lookAtAll();
      }
    } catch (Exception | AssertionError e) {
      world.checks.wrong("the run broke off: " + e);
    }
    List<String> wrong = world.checks.wrong();
    return wrong.isEmpty() ? null : inWords(wrong);
  }

  /** Nobody else can ask for what a guest has parked in its own files, or close their open set. */
  private void comeBack() {
    for (Instance instance : world.instances) {
      boolean isWanted =
          Delivered.files(instance.out().resolve("parked")).stream()
                  .anyMatch(file -> file.toString().endsWith(".json"))
              || plan.output.isLines()
                  && Delivered.files(instance.out()).stream()
                      .anyMatch(file -> file.toString().endsWith(".part"));
      if (isWanted && instance.process() == null) {
        world.say("one that has left comes back for what it has left");
        instance.start();
      }
    }
  }

  private String inWords(List<String> wrong) {
    List<String> some = wrong.subList(0, Math.min(20, wrong.size()));
    return "%s%n%nwhat happened:%n%s%n%nwrong:%n%s"
        .formatted(plan.words(), String.join("\n", world.story()), String.join("\n", some));
  }

  /** What was seen, in one line. */
  String inShort() {
    return "%d ids, %d calls, %d kills, %d s"
        .formatted(plan.kinds.size(), world.api.count(), faults.kills(), world.age().toSeconds());
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
              last[0] = unrest(); // first: it waits for a process that starts
              if (world.api.count() > seen[0]) {
                seen[0] = world.api.count();
                seen[1] = System.nanoTime();
              }
              return last[0].isEmpty() || System.nanoTime() - seen[1] > PEACE;
            });
    if (!last[0].isEmpty()) {
      world.checks.wrong("no peace: " + last[0]);
      world.instances.forEach(one -> world.say(end(one.output())));
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
      List<Path> left = Delivered.files(world.inbox()).stream().filter(this::isLeft).toList();
      if (!left.isEmpty()) {
        return "left in the inbox: " + left;
      }
    }
    for (int i = 0; i < world.instances.size(); i++) {
      ProgramUnderTest process = world.instances.get(i).process();
      String state = process == null ? "" : state(process);
      if (!state.isEmpty()) {
        return i + " is " + state;
      }
    }
    if (plan.usesKafka()) {
      for (String topic : plan.fromKafka ? List.of("ids", "parked") : List.of("parked")) {
        String group =
            world.scene.keys().get("serp.kafka.group-id") + (topic.equals("ids") ? "" : "-parked");
        String lag = lag(world.scene.ends(topic), world.scene.committed(topic, group));
        if (!lag.isEmpty()) {
          return "lag of " + topic + ": " + lag;
        }
      }
    }
    if (plan.exactlyOnce) {
      for (String topic : OUTPUTS) {
        if (world.scene.hasOpenTransaction(topic)) { // of a killed process, until it times out
          return "a transaction is open in " + topic;
        }
      }
    }
    List<String> hidden = plan.output.isLines() ? hidden(".part") : List.of();
    if (!hidden.isEmpty()) {
      return "open sets: " + hidden;
    }
    List<String> missing =
        world.given.missing(
            world.delivered().receipts.stream()
                .map(Delivered.Document::id)
                .collect(Collectors.toSet()));
    return missing.isEmpty() ? "" : "without a receipt: " + missing;
  }

  private boolean isLeft(Path file) {
    Path name = world.inbox().relativize(file);
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
    } catch (IOException | RuntimeException e) {
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

  private List<String> hidden(String end) {
    return world.outs().stream()
        .flatMap(out -> Delivered.files(out).stream())
        .map(Path::toString)
        .filter(name -> name.endsWith(end))
        .toList();
  }

  private void resources() throws IOException {
    for (int i = 0; i < world.instances.size(); i++) {
      if (world.instances.get(i).process() != null) {
        Resources now = world.instances.get(i).resources();
        world.say(i + " has " + now);
        boolean isFine =
            now.threads() <= MOST.threads()
                && now.files() <= MOST.files()
                && now.memory() <= MOST.memory();
        if (!isFine) {
          Object files = world.instances.get(i).openFiles();
          world.checks.wrong(i + " takes " + now + ": " + files);
        }
      }
    }
  }

  private void stopAll() {
    for (Instance instance : world.instances) {
      if (instance.terminate()) {
        faults.stopped(instance);
      }
    }
  }

  private void lookAtAll() {
    Delivered delivered = world.delivered();
    world.checks.receiptsAreTrue(delivered, true);
    world.checks.allHasEnded(delivered, world.given, faults.allowance());
    world.checks.rateHolds();
    world.checks.concurrencyHolds();
    nothingIsLeft();
    logsAreQuiet();
  }

  private void nothingIsLeft() {
    List<String> serp =
        Delivered.files(world.inbox().resolve(".serp")).stream()
            .map(file -> file.getFileName().toString())
            .toList();
    List<String> more =
        serp.stream()
            .filter(name -> !name.equals("claims") && !name.equals("feeder.lock"))
            .toList();
    if (!more.isEmpty() && !plan.renames()) { // of what was renamed, it goes within a minute
      world.checks.wrong("left in .serp: " + more);
    }
    List<String> parked =
        world.outs().stream()
            .flatMap(out -> Delivered.files(out.resolve("parked")).stream())
            .map(Path::toString)
            .filter(name -> !name.endsWith("/.lock") && !name.endsWith(".tmp")) // see below
            .toList();
    if (!parked.isEmpty()) {
      world.checks.wrong("still parked: " + parked);
    }
    int most =
        faults.kills() * 4 * plan.maxConcurrent; // src/docs/operations.md: those of the ids in work
    if (hidden(".tmp").size() > most || !hidden(".part").isEmpty()) {
      world.checks.wrong("hidden files: " + hidden(".tmp") + hidden(".part"));
    }
  }

  private void logsAreQuiet() {
    try (var logs = Files.list(world.work())) {
      for (Path log :
          logs.filter(file -> file.getFileName().toString().startsWith("output-")).toList()) {
        for (String line : Files.readAllLines(log)) {
          if (line.contains("Heartbeat thread failed")) {
            continue; // Kafka's client, by an exception of its own after a stall; it joins again
          }
          if (line.startsWith("\tat ")
              || line.contains(" ERROR ")
              || line.startsWith("Exception in")) {
            world.checks.wrong(log.getFileName() + " says: " + line);
            break;
          }
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private void awaitCalls(int count) {
    long[] last = {world.api.count(), System.nanoTime()};
    World.awaitUntil(
        () -> {
          int now = world.api.count();
          if (now > last[0]) {
            last[0] = now;
            last[1] = System.nanoTime();
          }
          return now >= count || System.nanoTime() - last[1] > STALL;
        },
        Duration.ofMinutes(2));
  }
}
