package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Promises 1 and 2: no kill and no restart loses an id, and few are asked for again. */
class KafkaKillIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final int AT_ONCE = 30;
  private static final int PARTITIONS = 6;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @Test
  void oneOfTwoInstancesIsKilled() throws Exception {
    List<String> ids = Scene.ids(1500);
    int perSecond = 200;
    try (CountingApi api = new CountingApi("2-3", "50ms");
        Scene scene = scene("one-of-two", api, perSecond)) {
      InstanceUnderTest killed = scene.instance("killed").start();
      scene.instance("survivor").start();
      scene.awaitMembers(2, PARTITIONS);
      scene.send(ids);
      scene.awaitReceipts(500);
      killed.kill9();
      scene.awaitReceipts(ids);
      assertFewRepeats(api, 1, perSecond, 2);
      scene.assertItemsAreThoseOfReceipts();
    }
  }

  @Test
  void threeInstancesAreKilledAndStartedAgain() throws Exception {
    killThree("three-killed", 2400, 300);
  }

  @Test
  @Tag("large")
  void threeInstancesAreKilledAndStartedAgainAmongMany() throws Exception {
    killThree("three-killed-large", 20_000, 300);
  }

  private void killThree(String name, int count, int perSecond) throws Exception {
    List<String> ids = Scene.ids(count);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        Scene scene = scene(name, api, perSecond)) {
      scene.send(ids);
      List<InstanceUnderTest> instances = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        instances.add(scene.instance("instance-" + i).start());
      }
      scene.awaitMembers(3, PARTITIONS);
      Random random = new Random(count);
      for (int i = 0; i < 3; i++) {
        scene.awaitReceipts(scene.receipts().size() + 100 + random.nextInt(count / 6));
        instances.get(i).kill9();
        instances.get(i).start();
      }
      scene.awaitReceipts(ids, Duration.ofSeconds(90 + count / 50));
      assertFewRepeats(api, 3, perSecond, 3);
      scene.assertItemsAreThoseOfReceipts();
    }
  }

  /**
   * At most what may be under way at once and one second's completions, of each that was killed.
   */
  private static void assertFewRepeats(CountingApi api, int kills, int perSecond, int instances) {
    int repeats = api.repeats();
    System.out.printf("%d kills: %d ids asked for again%n", kills, repeats);
    assertThat(repeats).isLessThanOrEqualTo(kills * (AT_ONCE + perSecond) / instances);
  }

  @Test
  void threeInstancesAreRestartedOneAfterTheOther() throws Exception {
    List<String> ids = Scene.ids(1500);
    try (CountingApi api = new CountingApi("2-3", "50ms");
        Scene scene = scene("rolling", api, 100)) {
      scene.send(ids);
      List<InstanceUnderTest> instances = new ArrayList<>();
      for (int i = 0; i < 3; i++) {
        instances.add(scene.instance("instance-" + i).start());
      }
      scene.awaitMembers(3, PARTITIONS);
      for (InstanceUnderTest instance : instances) {
        assertThat(instance.terminate().exitCode()).isZero();
        instance.start().awaitStart();
        scene.awaitMembers(3, PARTITIONS);
      }
      scene.awaitReceipts(ids);
      int repeats = api.repeats();
      System.out.printf("rolling restart: %d ids asked for again%n", repeats);
      assertThat(repeats).isLessThanOrEqualTo(AT_ONCE);
      scene.assertItemsAreThoseOfReceipts();
      instances.forEach(instance -> assertThat(instance.terminate().exitCode()).isZero());
      assertThat(scene.committedIds()).isEqualTo(ids.size());
    }
  }

  /** A record of many ids is no more to be done again than as many records are. */
  @Test
  void ofARecordOfManyIdsOnlyTheOpenOnesAreAskedForAgain() throws Exception {
    List<String> ids = Scene.ids(120);
    int perSecond = 10;
    int atOnce = 3;
    try (CountingApi api = new CountingApi("2-3", "50ms");
        Scene scene = scene("array", api, perSecond).key("serp.api.max-concurrent", atOnce)) {
      scene.send("ids", 0, ("[\"" + String.join("\",\"", ids) + "\"]").getBytes(UTF_8));
      InstanceUnderTest killed = scene.instance("killed").start();
      scene.awaitReceipts(100);
      killed.kill9();
      killed.start();
      scene.awaitReceipts(ids);
      int repeats = api.repeats();
      System.out.printf("an array: %d ids asked for again%n", repeats);
      assertThat(repeats).isLessThanOrEqualTo(atOnce + perSecond);
      scene.assertItemsAreThoseOfReceipts();
    }
  }

  private Scene scene(String name, CountingApi api, int perSecond) {
    return new Scene(broker.get(), dir, name, PARTITIONS)
        .api(api.address())
        .key("serp.api.max-concurrent", AT_ONCE)
        .key("serp.api.calls-per-minute", perSecond * 60);
  }
}
