package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Promise 6, and that an open circuit costs no membership in the group. */
class LongCircuitIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final Duration PROBE = Duration.ofSeconds(2);
  private static final Duration OPEN = Duration.ofSeconds(16);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  /** Longer than max.poll.interval.ms, with more records of more ids than may be in work. */
  @Test
  void theGroupStaysAsItIsWhileTheCircuitIsOpen() throws Exception {
    List<String> ids = Scene.ids(6000);
    List<String> values = new ArrayList<>();
    for (int i = 0; i < ids.size(); i += 4) {
      values.add("[\"" + String.join("\",\"", ids.subList(i, i + 4)) + "\"]");
    }
    try (CountingApi api = new CountingApi("1", "0ms");
        Scene scene = new Scene(broker.get(), dir, "long-circuit", 2)) {
      scene
          .api(api.address())
          .key("serp.circuit.probe-interval", PROBE.toMillis() + "ms")
          .key("serp.kafka.properties.max.poll.interval.ms", "6000");
      api.answerAll(402, 40200);
      InstanceUnderTest first = scene.instance("first").start();
      InstanceUnderTest second = scene.instance("second").start();
      scene.awaitMembers(2, 2);
      Map<String, Integer> members = scene.members();
      scene.send(values);
      first.awaitOutput("Halted: the account has no money left");
      second.awaitOutput("Halted: the account has no money left");
      AtomicInteger seen = new AtomicInteger();
      await("the calls that were in flight have arrived")
          .pollInterval(PROBE.dividedBy(4))
          .until(() -> seen.getAndSet(api.calls()) == seen.get());
      int before = api.calls();
      long start = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(500))
          .atMost(OPEN.multipliedBy(4))
          .failFast(() -> assertThat(scene.members()).isEqualTo(members))
          .until(() -> System.nanoTime() - start > OPEN.toNanos());
      long intervals = (System.nanoTime() - start) / PROBE.toNanos();
      int probes = api.calls() - before;
      assertThat(probes).isBetween((int) intervals, 2 * (int) (intervals + 1));
      assertThat(scene.receipts()).isEmpty();
      assertThat(scene.all("dead-letters")).isEmpty();
      assertThat(scene.members()).isEqualTo(members);
      api.answerAsUsual();
      scene.awaitReceipts(ids);
      assertThat(scene.members()).isEqualTo(members);
      assertThat(scene.all("dead-letters")).isEmpty();
      scene.assertItemsAreThoseOfReceipts();
      assertThat(
              scene.receipts().values().stream()
                  .mapToInt(receipt -> receipt.path("attempts").intValue())
                  .sum())
          .isEqualTo(api.calls());
    }
  }

  /** One record fills the room for ids, and more wait behind it than a pool of Camel's holds. */
  @Test
  void aLongArrayWithManyRecordsBehindItCostsNoMembership() throws Exception {
    List<String> ids = Scene.ids(2100);
    List<String> values = new ArrayList<>();
    values.add("[\"" + String.join("\",\"", ids.subList(0, 1000)) + "\"]");
    values.addAll(ids.subList(1000, ids.size()));
    try (CountingApi api = new CountingApi("1", "0ms");
        Scene scene = new Scene(broker.get(), dir, "long-array", 1)) {
      scene
          .api(api.address())
          .key("serp.circuit.probe-interval", PROBE.toMillis() + "ms")
          .key("serp.kafka.properties.max.poll.records", "500")
          .key("serp.kafka.properties.max.poll.interval.ms", "6000");
      api.answerAll(402, 40200);
      scene.send(values.subList(0, 50));
      InstanceUnderTest only = scene.instance("only").start();
      scene.awaitMembers(1, 1);
      Map<String, Integer> members = scene.members();
      only.awaitOutput("Halted: the account has no money left");
      scene.send(values.subList(50, values.size()));
      long start = System.nanoTime();
      await()
          .pollInterval(Duration.ofMillis(500))
          .atMost(OPEN.multipliedBy(4))
          .failFast(() -> assertThat(scene.members()).isEqualTo(members))
          .until(() -> System.nanoTime() - start > OPEN.toNanos());
      int probes = api.calls();
      api.answerAsUsual();
      scene.awaitReceipts(ids);
      assertThat(scene.members()).isEqualTo(members);
      assertThat(api.calls()).as("nothing is asked for twice").isEqualTo(ids.size() + probes);
      assertThat(scene.all("receipts")).hasSize(ids.size());
    }
  }

  /** Promise 7: a backlog of records that together are several times the heap. */
  @Test
  void manyLongArraysFitIntoASmallHeap() throws Exception {
    try (CountingApi api = new CountingApi("1", "0ms");
        Scene scene = new Scene(broker.get(), dir, "long-arrays", 4)) {
      scene.api(api.address()).key("serp.circuit.probe-interval", "1s");
      api.answerAll(402, 40200);
      String array = "[\"" + String.join("\",\"", Scene.ids(25_000)) + "\"]";
      for (int i = 0; i < 15; i++) {
        scene.send(List.of(array, array, array, array));
      }
      InstanceUnderTest only = scene.instance("only").heap("96m").start();
      only.awaitOutput("Halted: the account has no money left");
      int calls = api.calls();
      await().atMost(InstanceUnderTest.PATIENCE).until(() -> api.calls() > calls + 10);
      api.answerAsUsual();
      scene.awaitReceipts(1000);
      assertThat(only.isRunning()).isTrue();
      assertThat(only.output()).doesNotContain("OutOfMemory");
    }
  }
}
