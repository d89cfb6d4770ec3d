package io.serproutes.faults;

import io.serproutes.ProgramUnderTest;
import io.serproutes.faults.FaultyApi.Mode;
import io.serproutes.faults.Plan.Moment;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/** Brings the faults about, and counts what may be repeated because of them. */
final class Faults {

  private static final long WATCH = TimeUnit.SECONDS.toNanos(3);
  private static final long SESSION = 6_000; // ms, of a member of the group

  private final World world;
  private final AtomicInteger allowance = new AtomicInteger();
  private final AtomicInteger kills = new AtomicInteger();
  private volatile boolean mayRefuseToStart;

  Faults(World world) {
    this.world = world;
  }

  /** How many ids may be delivered once more because of what has happened so far. */
  int allowance() {
    return allowance.get();
  }

  int kills() {
    return kills.get();
  }

  private void allow(int repeats) {
    allowance.addAndGet(repeats);
  }

  /**
   * What may be repeated after a kill now: what is in work, and what ended within one second; two
   * seconds, since a busy machine may be late.
   */
  private int openIds() {
    return world.plan.maxConcurrent + world.api.answersSince(System.nanoTime() - 2_000_000_000L);
  }

  void kill(int n, Moment moment, int pause, int again) {
    if (moment == Moment.AT_ONCE) {
      kill(n, pause, again);
    } else {
      Set<Path> before = Set.copyOf(files(n, moment));
      world.later(
          0,
          "wait for " + moment,
          () -> {
            for (long end = System.nanoTime() + WATCH; System.nanoTime() < end; ) {
              if (!before.containsAll(files(n, moment))) {
                break;
              }
              LockSupport.parkNanos(300_000);
            }
            world.say("kill " + n);
            kill(n, pause, again);
          });
    }
  }

  private List<Path> files(int n, Moment moment) {
    Path folder =
        moment.folder.startsWith("inbox") ? world.work() : world.work().resolve("instance-" + n);
    return Delivered.files(folder.resolve(moment.folder)).stream()
        .filter(file -> !moment.folder.isEmpty() && file.toString().endsWith(moment.end))
        .toList();
  }

  private void kill(int n, int pause, int again) {
    Instance instance = world.instances.get(n);
    if (!instance.kill()) {
      world.say("it does not run");
      return;
    }
    afterKill(instance);
    world.later(pause, "start " + n, instance::start);
    if (again >= 0) {
      world.later(
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
    kills.incrementAndGet();
    allow(openIds());
    if (world.plan.output == Plan.Output.FLAT || world.plan.output == Plan.Output.BY_DAY) {
      world.checks.receiptsAreTrue(
          Delivered.inFolders(world.plan.output, List.of(instance.out())), false);
    }
  }

  void suspend(int n, int millis) {
    ProgramUnderTest process = world.instances.get(n).process();
    if (process == null) {
      world.say("it does not run");
      return;
    }
    process.suspend();
    allow(millis < SESSION - 1_000 || !world.plan.fromKafka ? world.plan.maxConcurrent : openIds());
    world.later(millis, "resume " + n, process::resume);
  }

  void restart(int n, int pause) {
    Instance instance = world.instances.get(n);
    if (!instance.terminate()) {
      world.say("it does not run");
      return;
    }
    allow(world.plan.maxConcurrent);
    world.later(
        0,
        n + " is told to stop",
        () -> {
          stopped(instance);
          world.later(pause, "start " + n, instance::start);
        });
  }

  /** Waits until an instance has stopped in good order. */
  void stopped(Instance instance) {
    boolean wasUp = instance.output().contains("ids from [");
    int code = instance.awaitEnd();
    if (code != 0 && (wasUp || code != 143) && !hasRefusedToStart(instance, code)) {
      world.checks.wrong("exit code " + code + " of a stop");
    }
  }

  private boolean hasRefusedToStart(Instance instance, int code) {
    String output = instance.output();
    boolean isBusy = output.contains("no broker answers"); // within 15 s
    return code == 1 && output.contains("could not start") && (mayRefuseToStart || isBusy);
  }

  void join() {
    allow(world.plan.maxConcurrent);
    world.instances.get(world.plan.instances).start();
  }

  void leave(boolean kills) {
    Instance guest = world.instances.get(world.plan.instances);
    if (kills && guest.kill()) {
      afterKill(guest);
    } else if (!kills && guest.terminate()) {
      allow(world.plan.maxConcurrent);
      world.later(0, "the other instance is told to stop", () -> stopped(guest));
    }
  }

  void api(Mode mode, int millis) {
    if (mode == Mode.SLOW || mode == Mode.HALF || mode == Mode.DOWN) {
      allow(world.plan.maxConcurrent); // answers that are whole, and too late
    }
    world.api.become(mode);
    world.later(millis, "the API answers as usual", () -> world.api.become(Mode.AS_USUAL));
  }

  void broker(int n, boolean kills, int millis) {
    mayRefuseToStart = true;
    allow(openIds());
    world.broker.stop(n, kills);
    world.later(millis, "start the broker", () -> world.broker.start(n));
  }

  void roll() {
    mayRefuseToStart = true;
    allow(openIds());
    world.later(0, "roll the brokers", world.broker::roll);
  }

  void network(int n, boolean cuts, int millis) {
    mayRefuseToStart = true;
    allow(openIds());
    world.broker.network(n, cuts);
    world.later(millis, "the network is well", world.broker::heal);
  }

  void disk(int millis) throws IOException {
    mayRefuseToStart = true;
    world.disk.fill();
    long end = System.nanoTime() + TimeUnit.MILLISECONDS.toNanos(millis);
    World.awaitUntil(() -> System.nanoTime() > end, Duration.ofMinutes(1));
    world.disk.free();
    world.say("the disk has room");
  }

  void clock(String offset) throws IOException {
    world.clock.set(offset);
  }

  /** Starts what has ended by itself again, as systemd would. */
  void lookAfter() {
    for (int i = 0; i < world.instances.size(); i++) {
      Instance instance = world.instances.get(i);
      int code = instance.endedByItself();
      if (code >= 0) {
        world.say(i + " has ended with exit code " + code);
        if (!hasRefusedToStart(instance, code)) {
          world.checks.wrong(
              i + " ended by itself with exit code " + code + ":\n" + instance.output());
        }
        instance.start();
      }
    }
  }
}
