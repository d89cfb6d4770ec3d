package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Promise 2 with {@code serp.kafka.delivery=exactly-once}, of everything that a topic brings. */
class ExactlyOnceIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final int PARTITIONS = 3;

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private Scene scene(String name, CountingApi api) {
    return new Scene(broker.get(), dir, name, PARTITIONS)
        .api(api.address())
        .key("serp.kafka.delivery", "exactly-once")
        .key("serp.not-ready.delay", "1s")
        .key("serp.circuit.probe-interval", "1s");
  }

  @Test
  void everyOutcomeIsThereOnceWithTheOffsetOfItsId() throws Exception {
    List<String> good = Scene.ids(300);
    String missing = Scene.failing(40401, 0);
    String notReady = Scene.failing(40601, 2);
    List<String> ids = Scene.concat(good, List.of(missing, notReady));
    try (CountingApi api = new CountingApi("2-3", "20ms");
        Scene scene = scene("once", api)) {
      scene.send(ids);
      scene.send("ids", 0, "no id".getBytes(UTF_8));
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(ids);
      assertThat(instance.terminate().exitCode()).isZero();
      scene.assertEachIsThereOnce();
      scene.assertItemsAreThoseOfReceipts();
      assertThat(scene.receipt(missing).path("outcome").asText()).isEqualTo("dead-lettered");
      assertThat(scene.receipt(notReady).path("outcome").asText()).isEqualTo("delivered");
      assertThat(scene.all("dead-letters")).hasSize(2);
      assertThat(scene.all("parked")).hasSize(2);
      assertThat(scene.committedIds()).isEqualTo(ids.size() + 1);
      assertThat(instance.output().lines().filter(line -> line.matches(".* (WARN|ERROR) .*")))
          .allMatch(line -> line.contains(" serp-dead-letter - "));
    }
  }
}
