package io.serproutes.faults;

import static java.nio.file.StandardCopyOption.ATOMIC_MOVE;
import static java.nio.file.StandardCopyOption.REPLACE_EXISTING;

import io.serproutes.ProgramUnderTest;
import io.serproutes.faults.GivenFile.Manner;
import io.serproutes.feed.ReadyApi;
import java.io.IOException;
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
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Gives the program ids, and notes what it must make of them. */
final class Inputs {

  private static final long WATCH = TimeUnit.SECONDS.toNanos(30);

  private final World world;
  private final HttpClient client = HttpClient.newHttpClient();

  Inputs(World world) {
    this.world = world;
  }

  void send(List<GivenRecord> records) {
    world.scene.send(records.stream().map(GivenRecord::value).toList());
    records.forEach(
        record -> world.given.add(record.entries(), 1, record.entries().size() > 1 ? 2 : 1));
  }

  void drop(GivenFile file, List<String> entries, Manner manner) throws IOException {
    byte[] bytes = file.bytes(entries);
    Path target = world.inbox().resolve(file.name());
    Path first =
        switch (manner) {
          case RENAMED -> world.inbox().resolve("." + file.name());
          case PART -> world.inbox().resolve(file.name() + ".part");
          case IN_PIECES -> target;
        };
    int pieces = manner == Manner.RENAMED ? 1 : 3;
    for (int i = 0; i < pieces; i++) {
      int from = bytes.length * i / pieces;
      byte[] piece = Arrays.copyOfRange(bytes, from, bytes.length * (i + 1) / pieces);
      Files.write(first, piece, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
    }
    world.given.add(entries, 1, 1);
    if (!first.equals(target)) {
      Files.move(first, target, ATOMIC_MOVE);
    }
  }

  void append(GivenFile file, List<String> before, List<String> more) throws IOException {
    world.given.add(before, 0, 1);
    world.given.add(more, 0, 2);
    world.given.add(fresh(before, more), 1, 0);
    Path target = world.inbox().resolve(file.name());
    Files.write(target, file.more(more), StandardOpenOption.CREATE, StandardOpenOption.APPEND);
  }

  /**
   * Has a writer that holds the file open append to it at the moment at which the program moves it.
   */
  void appendAtMove(GivenFile file, List<String> before, List<String> more) throws IOException {
    Path target = world.inbox().resolve(file.name());
    FileChannel held;
    try {
      held = FileChannel.open(target, StandardOpenOption.APPEND);
    } catch (NoSuchFileException e) {
      world.given.add(before, 0, 1);
      drop(file, more, Manner.RENAMED); // too late
      return;
    }
    world.given.add(before, 0, 1);
    world.later(
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
            world.say("appended to " + file + " within " + late + " ms");
            world.given.add(more, 0, 2);
            world.given.add(fresh(before, more), late < World.SETTLE / 2 ? 1 : 0, 0);
          }
        });
  }

  void replace(GivenFile file, List<String> before, List<String> all) throws IOException {
    world.given.add(all, 0, 1);
    world.given.add(fresh(before, all), 1, 0);
    Path hidden = Files.write(world.inbox().resolve(".new"), file.bytes(all));
    Files.move(hidden, world.inbox().resolve(file.name()), ATOMIC_MOVE, REPLACE_EXISTING);
  }

  /** Entries that were not in the file before: what it has twice it may give once. */
  private static Set<String> fresh(List<String> before, List<String> all) {
    Set<String> fresh = new TreeSet<>(String.CASE_INSENSITIVE_ORDER);
    fresh.addAll(all);
    before.forEach(fresh::remove);
    return fresh;
  }

  void rename(GivenFile file, List<String> entries) throws IOException {
    world.given.add(entries, 0, 1);
    try {
      Files.move(
          world.inbox().resolve(file.name()),
          world.inbox().resolve(file.renamed().name()),
          ATOMIC_MOVE);
    } catch (NoSuchFileException e) {
      world.say(file + " has been moved");
    }
  }

  /**
   * Each is fed at least once: again by the next poller, and again where a broker has not
   * acknowledged all of a page.
   */
  void list(List<String> ids) {
    world.given.add(ids, 1, 4);
    world.api.list(ids);
  }

  void ping(List<String> ids) {
    ProgramUnderTest process = world.instances.get(0).process();
    if (process == null) {
      world.given.add(ids, 1, 1);
      world.later(500, "ping again", () -> ping(ids, world.instances.get(0).process()));
    } else {
      world.given.add(ids, 1, 1);
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
      world.say("no pings: " + e.getClass().getSimpleName());
    }
    if (!left.isEmpty()) {
      world.given.add(left, 0, 1); // it may have been kept all the same
      world.later(
          500,
          "ping " + left.size() + " ids again",
          () -> ping(left, world.instances.get(0).process()));
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
}
