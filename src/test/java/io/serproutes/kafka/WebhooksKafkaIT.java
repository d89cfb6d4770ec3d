package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.feed.ReadyApi;
import io.serproutes.feed.webhooks.RawCall;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The vendor's calls as a source, with ids kept in the topic of ids. */
class WebhooksKafkaIT {

  private static final String TOKEN = "t0ken-0f-tests_and.n0thing~else";
  private static final Pattern SERVER =
      Pattern.compile("signals of finished tasks are taken at http://127\\.0\\.0\\.1:(\\d+)");

  @TempDir Path temp;

  private final ReadyApi api = new ReadyApi();

  @AfterEach
  void close() {
    api.close();
  }

  private static int port(InstanceUnderTest instance) {
    instance.awaitOutput("signals of finished tasks are taken at ");
    Matcher server = SERVER.matcher(instance.output());
    assertThat(server.find()).isTrue();
    return Integer.parseInt(server.group(1));
  }

  private static int ping(int port, String id) {
    return RawCall.status(port, "GET", "/pingback?token=" + TOKEN + "&id=" + id);
  }

  @Test
  void anIdIsAcknowledgedBeforeIts200AndABrokerThatIsAwayIs503() throws Exception {
    List<String> ids = Scene.ids(4);
    try (BrokerProcess broker = new BrokerProcess().start();
        Scene scene = new Scene(broker, temp, "webhooks", 4)) {
      scene
          .api(api.address())
          .key("serp.from", "kafka,webhooks")
          .key("serp.ready.poll", "off")
          .key("serp.webhooks.port", "0")
          .key("serp.webhooks.token", TOKEN);
      InstanceUnderTest instance = scene.instance("work").start();
      int port = port(instance);
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
