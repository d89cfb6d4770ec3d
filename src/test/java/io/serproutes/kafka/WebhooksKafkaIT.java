package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.feed.ReadyApi;
import io.serproutes.feed.webhooks.RawCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The vendor's calls as a source, with ids kept in the topic of ids. */
class WebhooksKafkaIT {

  private static final String TOKEN = ReadyApi.SECRET;

  @RegisterExtension static final SharedBroker BROKER = new SharedBroker();

  @TempDir Path temp;

  @AutoClose private final ReadyApi api = new ReadyApi();

  private static int ping(int port, String id) {
    return RawCall.status(port, "GET", "/pingback?token=" + TOKEN + "&id=" + id);
  }

  private Scene scene(BrokerProcess broker, String name) {
    return new Scene(broker, temp, name, 4)
        .api(api.address())
        .key("serp.from", "kafka,webhooks")
        .key("serp.ready.poll", "off")
        .key("serp.webhooks.port", "0")
        .key("serp.webhooks.token", TOKEN);
  }

  /** What a call brings beside its id must not choose a topic, a key or a header. */
  @Test
  void nothingButTheIdOfACallReachesKafka() throws Exception {
    String id = Scene.ids(1).get(0);
    try (Scene scene = scene(BROKER.get(), "hostile")) {
      InstanceUnderTest instance = scene.instance("work").start();
      String elsewhere = scene.topic("dead-letters");
      String more =
          "&kafka.OVERRIDE_TOPIC=%1$s&kafka.TOPIC=%1$s&kafka.KEY=k&kafka.PARTITION_KEY=3&CamelHttpPath=x&tag=%1$s"
              .formatted(elsewhere);
      String headers =
          "kafka.OVERRIDE_TOPIC: %1$s\r\nkafka.KEY: k\r\nCamelKafkaOverrideTopic: %1$s\r\nserp.task-id: k\r\n"
              .formatted(elsewhere);
      try (RawCall call = new RawCall(instance.webhooksPort())) {
        call.send("GET /pingback?token=" + TOKEN + "&id=" + id + more + " HTTP/1.1\r\nHost: x\r\n");
        assertThat(RawCall.statusOf(call.send(headers + "\r\n").answer())).isEqualTo(200);
      }
      scene.awaitReceipts(List.of(id));
      assertThat(scene.ends("ids").values().stream().mapToLong(n -> n).sum()).isOne();
      assertThat(scene.all("dead-letters")).isEmpty();
      assertThat(scene.all("organic")).hasSize(1).allSatisfy(e -> assertNoTrace(e, elsewhere));
      assertThat(scene.all("receipts")).hasSize(1).allSatisfy(e -> assertNoTrace(e, elsewhere));
      assertThat(instance.output()).doesNotContain(TOKEN);
    }
  }

  private static void assertNoTrace(TopicTail.Entry entry, String elsewhere) {
    assertThat(entry.key()).isEqualTo(Scene.ids(1).get(0));
    assertThat(entry.json().toString()).doesNotContain(TOKEN).doesNotContain(elsewhere);
    entry
        .record()
        .headers()
        .forEach(
            header -> {
              assertThat(header.key()).matches("serp\\.[a-z-]+|content-type");
              assertThat(new String(header.value(), UTF_8)).doesNotContain(elsewhere, TOKEN);
            });
  }

  /** Between the acknowledgement and the answer, wherever that is. */
  @Test
  void nothingThatWasAnsweredWith200IsLostByAKill() throws Exception {
    Set<String> answered = new ConcurrentSkipListSet<>();
    AtomicInteger next = new AtomicInteger();
    List<String> ids = Scene.ids(1_000_000);
    ExecutorService callers = Executors.newFixedThreadPool(16);
    try (Scene scene = scene(BROKER.get(), "killed")) {
      for (int kill = 1; kill <= 2; kill++) {
        InstanceUnderTest instance = scene.instance("work").start();
        int port = instance.webhooksPort();
        AtomicBoolean over = new AtomicBoolean();
        for (int i = 0; i < 16; i++) {
          callers.submit(
              () -> {
                while (!over.get()) {
                  String id = ids.get(next.getAndIncrement());
                  if (ping(port, id) == 200) {
                    answered.add(id);
                  }
                }
              });
        }
        int enough = 1000 * kill;
        await("answers").atMost(InstanceUnderTest.PATIENCE).until(() -> answered.size() >= enough);
        instance.kill9();
        over.set(true);
      }
      scene.instance("work").start();
      scene.awaitReceipts(answered);
    } finally {
      callers.shutdownNow();
    }
  }

  @Test
  void anIdIsAcknowledgedBeforeIts200AndABrokerThatIsAwayIs503() throws Exception {
    List<String> ids = Scene.ids(4);
    try (BrokerProcess broker = new BrokerProcess().start();
        Scene scene = scene(broker, "webhooks")) {
      InstanceUnderTest instance = scene.instance("work").start();
      int port = instance.webhooksPort();
      ids.subList(0, 2).forEach(id -> assertThat(ping(port, id)).isEqualTo(200));
      scene.awaitReceipts(ids.subList(0, 2));
      assertThat(ping(port, ids.get(0))).as("a repeat").isEqualTo(200);

      broker.kill9();
      for (int i = 0; i < 2; i++) {
        long before = System.nanoTime();
        assertThat(ping(port, ids.get(2))).isEqualTo(503);
        assertThat(Duration.ofNanos(System.nanoTime() - before)).isLessThan(Duration.ofSeconds(8));
      }
      broker.start();
      await("the broker is back")
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> ping(port, ids.get(3)) == 200);
      scene.awaitReceipts(List.of(ids.get(3)));
    }
    assertThat(api.asked()).containsEntry(ids.get(0), 1);
  }
}
