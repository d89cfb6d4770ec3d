package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.feed.ReadyApi;
import io.serproutes.feed.webhooks.PingLoad;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Many pingbacks, with ids kept in a topic. Tagged, since its figures want a quiet machine. */
@Isolated
@Tag("large")
class ManyPingsKafkaIT {

  private static final int PER_SECOND = 1000;
  private static final int COUNT = 60 * PER_SECOND;

  @RegisterExtension static final SharedBroker BROKER = new SharedBroker();

  @TempDir Path temp;

  @AutoClose private final ReadyApi api = new ReadyApi();

  private Scene scene(String name) {
    return new Scene(BROKER.get(), temp, name, 4)
        .api(api.address())
        .key("serp.from", "kafka,webhooks")
        .key("serp.ready.poll", "off")
        .key("serp.webhooks.port", "0")
        .key("serp.webhooks.token", ReadyApi.SECRET);
  }

  /** With the options of config/jvm.options. */
  private static InstanceUnderTest instance(Scene scene) {
    return scene.instance("work").heap("96m").jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1");
  }

  @Test
  void aThousandASecondForAMinuteAndAKill() throws Exception {
    List<String> ids = Scene.ids(COUNT);
    try (Scene scene = scene("many").key("serp.api.calls-per-minute", "2000")) {
      InstanceUnderTest instance = instance(scene).start();
      PingLoad load = new PingLoad(instance.webhooksPort(), ids, PER_SECOND);
      load.all("Kafka", instance.pid(), instance::kill9);
      instance(scene).key("serp.api.calls-per-minute", "1000000").start();
      scene.awaitReceipts(ids, Duration.ofMinutes(20));
      assertThat(scene.all("dead-letters")).isEmpty();
    }
  }

  /** The API answers at once. */
  @Test
  void fromPingToItem() throws Exception {
    List<String> all = Scene.ids(400);
    List<String> ids = all.subList(100, 400);
    Map<String, Long> seen = new HashMap<>();
    try (Scene scene = scene("latency")) {
      InstanceUnderTest instance = instance(scene).start();
      int port = instance.webhooksPort();
      new PingLoad(port, all, 10).start(0, 100);
      scene.awaitReceipts(all.subList(0, 100));
      PingLoad load = new PingLoad(port, ids, 10);
      load.start(0, ids.size());
      await("items")
          .atMost(InstanceUnderTest.PATIENCE)
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(5))
          .until(
              () -> {
                List<TopicTail.Entry> items = scene.all("organic");
                long now = System.nanoTime();
                items.forEach(item -> seen.putIfAbsent(item.key(), now));
                return seen.size() >= all.size();
              });
      long[] millis =
          ids.stream().mapToLong(id -> (seen.get(id) - load.dueAt(id)) / 1_000_000).toArray();
      System.out.printf(
          "Kafka, from ping to item: half within %d ms, 99%% within %d ms%n",
          PingLoad.percentile(millis, 0.5), PingLoad.percentile(millis, 0.99));
    }
  }
}
