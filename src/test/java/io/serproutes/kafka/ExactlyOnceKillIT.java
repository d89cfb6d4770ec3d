package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * With {@code serp.kafka.delivery=exactly-once} no kill, restart or rebalance loses an id, and a
 * reader of committed records sees nothing twice.
 */
class ExactlyOnceKillIT {

  private static final int PARTITIONS = 6;
  private static final String LOOK_FOR_OLD_TRANSACTIONS =
      "transaction.abort.timed.out.transaction.cleanup.interval.ms";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private static BrokerProcess broker() throws IOException {
    // or it looks only every 10 s whether the transactions of killed processes have had their time
    return new BrokerProcess().with(LOOK_FOR_OLD_TRANSACTIONS, 1000).start();
  }

  private Scene scene(BrokerProcess broker, CountingApi api, int perSecond) {
    return scene(broker.bootstrapServers(), api, perSecond);
  }

  private Scene scene(String brokers, CountingApi api, int perSecond) {
    return new Scene(brokers, dir, "once", PARTITIONS)
        .api(api.address())
        .key("serp.kafka.delivery", "exactly-once")
        .key("serp.api.calls-per-minute", perSecond * 60)
        .key("serp.not-ready.delay", "1s")
        .key("serp.circuit.probe-interval", "1s");
  }

  @Test
  void instancesAndTheBrokerAreKilled() throws Exception {
    kill(400, 3);
  }

  @Test
  @Tag("large")
  void instancesAndTheBrokerAreKilledOftenAmongMany() throws Exception {
    kill(1500, 8);
  }

  private void kill(int count, int kills) throws Exception {
    List<String> parked = List.of(Scene.failing(40601, 2), Scene.failing(40602, 3));
    List<String> ids = Scene.concat(Scene.ids(count), parked);
    Random random = new Random(kills);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        BrokerProcess broker = broker();
        Scene scene = scene(broker, api, 25)) {
      List<InstanceUnderTest> both =
          List.of(scene.instance("one").start(), scene.instance("other").start());
      scene.awaitMembers(2, PARTITIONS);
      scene.send(ids);
      for (int i = 0; i < kills; i++) {
        scene.awaitReceipts(Math.min(count, (i + 1) * count / (kills + 2) + random.nextInt(9)));
        InstanceUnderTest killed = both.get(random.nextInt(2));
        killed.kill9();
        killed.start();
        if (i == kills / 2) {
          killed.awaitStart(); // which needs a broker
          scene.awaitReceipts(Math.min(count, scene.receipts().size() + random.nextInt(9)));
          broker.kill9();
          broker.start();
        }
      }
      scene.awaitReceipts(ids, Duration.ofMinutes(5));
      System.out.printf("%d kills: %d ids asked for again%n", kills, api.repeats());
      scene.assertEachIsThereOnce();
      both.forEach(instance -> assertThat(instance.awaitStart().terminate().exitCode()).isZero());
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.all("dead-letters")).isEmpty();
      assertThat(scene.committedIds()).isEqualTo(ids.size());
    }
  }

  @Test
  void partitionsMoveInMidRun() throws Exception {
    List<String> ids = Scene.ids(900);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        BrokerProcess broker = broker();
        Scene scene = scene(broker, api, 60)) {
      InstanceUnderTest one = scene.instance("one").start();
      scene.awaitMembers(1, PARTITIONS);
      scene.send(ids);
      scene.awaitReceipts(50);
      InstanceUnderTest other = scene.instance("other").start();
      scene.awaitMembers(2, PARTITIONS);
      InstanceUnderTest third = scene.instance("third").start();
      scene.awaitMembers(3, PARTITIONS);
      assertThat(third.terminate().exitCode()).isZero();
      scene.awaitMembers(2, PARTITIONS);
      assertThat(one.terminate().exitCode()).isZero();
      scene.awaitReceipts(ids);
      assertThat(other.terminate().exitCode()).isZero();
      System.out.printf("rebalances: %d ids asked for again%n", api.repeats());
      scene.assertEachIsThereOnce();
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.committedIds()).isEqualTo(ids.size());
    }
  }

  @Test
  void theBrokerIsAwayForLong() throws Exception {
    List<String> ids = Scene.ids(300);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        BrokerProcess broker = broker();
        Scene scene = scene(broker, api, 60)) {
      scene.send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(100);
      broker.kill9();
      instance.awaitOutput("Halted: cannot deliver: Kafka: ");
      broker.start();
      scene.awaitReceipts(ids);
      broker.kill9();
      long start = System.nanoTime();
      assertThat(instance.terminate().exitCode()).isZero();
      assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(40));
      broker.start();
      scene.assertEachIsThereOnce();
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.committedIds()).isEqualTo(ids.size());
    }
  }

  /** It wakes up as a member that it is no longer, with what it was about to commit. */
  @Test
  void oneThatWasStoppedForLongCommitsNothingOfWhatOthersHaveNow() throws Exception {
    List<String> ids = Scene.ids(500);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        BrokerProcess broker = broker();
        Scene scene = scene(broker, api, 20)) {
      InstanceUnderTest stopped = scene.instance("stopped").start();
      InstanceUnderTest other = scene.instance("other").start();
      scene.awaitMembers(2, PARTITIONS);
      scene.send(ids);
      for (int i = 0; i < 2; i++) {
        scene.awaitReceipts(Math.min(ids.size(), scene.receipts().size() + 40));
        signal(stopped, "STOP");
        scene.awaitMembers(1, PARTITIONS);
        scene.awaitReceipts(Math.min(ids.size(), scene.receipts().size() + 40));
        signal(stopped, "CONT");
        scene.awaitMembers(2, PARTITIONS);
      }
      scene.awaitReceipts(ids);
      scene.assertEachIsThereOnce();
      assertThat(stopped.terminate().exitCode()).isZero();
      assertThat(other.terminate().exitCode()).isZero();
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.committedIds()).isEqualTo(ids.size());
    }
  }

  private static void signal(InstanceUnderTest instance, String name) throws Exception {
    String pid = Long.toString(instance.pid());
    assertThat(new ProcessBuilder("kill", "-" + name, pid).start().waitFor()).isZero();
  }

  /** Leaders, and the coordinators of group and transactions, move from node to node. */
  @Test
  void threeNodesAreRolledAndOneIsKilled() throws Exception {
    List<String> ids = Scene.ids(600);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        BrokerCluster brokers = new BrokerCluster(LOOK_FOR_OLD_TRANSACTIONS, 1000).start();
        Scene scene = scene(brokers.bootstrapServers(), api, 10)) {
      scene.send(ids);
      List<InstanceUnderTest> both =
          List.of(scene.instance("one").start(), scene.instance("other").start());
      scene.awaitMembers(2, PARTITIONS);
      for (BrokerProcess node : brokers.nodes()) {
        scene.awaitReceipts(Math.min(ids.size(), scene.receipts().size() + 20));
        node.restart();
      }
      scene.awaitReceipts(Math.min(ids.size(), scene.receipts().size() + 20));
      brokers.nodes().get(0).kill9();
      scene.awaitReceipts(ids, Duration.ofMinutes(4));
      System.out.printf("three nodes: %d ids asked for again%n", api.repeats());
      scene.assertEachIsThereOnce();
      both.forEach(instance -> assertThat(instance.terminate().exitCode()).isZero());
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.committedIds()).isEqualTo(ids.size());
    }
  }
}
