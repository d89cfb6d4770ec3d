package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.kafka.ScriptedApi.Call;
import io.serproutes.kafka.ScriptedApi.Reply;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** A slow answer holds up no other, and what has ended above it is not asked for again. */
class SlowAnswersIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  /** Longer than the process lives that waits for it. */
  private static final Duration SLOW = Duration.ofMinutes(20);

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @Test
  void allOthersAreDeliveredMeanwhileAndNotAskedForAgainAfterAKill() throws Exception {
    List<String> ids = Scene.ids(1200);
    Set<String> slow = Set.of(ids.get(0), ids.get(1), ids.get(500));
    List<String> fast = ids.stream().filter(id -> !slow.contains(id)).toList();
    AtomicBoolean isKilled = new AtomicBoolean();
    try (ScriptedApi api =
            new ScriptedApi(
                id ->
                    new Reply(
                        slow.contains(id) && !isKilled.get() ? SLOW : Duration.ofMillis(20),
                        ScriptedApi.result(id, "{\"type\":\"organic\"}")));
        Scene scene = new Scene(broker.get(), dir, "slow", 1)) {
      scene.api(api.address()).send(ids);
      scene.key("serp.api.response-timeout", SLOW.toMinutes() + "m");
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(fast);
      assertThat(scene.receipts())
          .as("the slow ones are under way")
          .doesNotContainKeys(array(slow));
      assertThat(api.calls()).hasSize(ids.size());
      await()
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> metadata(scene), text -> text.startsWith("serp1:"));
      await("two commits and more pass over nothing that is open")
          .during(Duration.ofMillis(600))
          .atMost(InstanceUnderTest.PATIENCE)
          .until(() -> scene.committedIds() == 0);
      instance.kill9();
      isKilled.set(true);
      instance.start();
      scene.awaitReceipts(ids);
      assertThat(
              api.calls().subList(ids.size(), api.calls().size()).stream()
                  .map(Call::id)
                  .collect(Collectors.toSet()))
          .isEqualTo(slow);
      await().atMost(InstanceUnderTest.PATIENCE).until(() -> scene.committedIds() == ids.size());
    }
  }

  /** As with a broker that was given a lower limit meanwhile; told once, and nothing is lost. */
  @Test
  void progressThatTheBrokerDoesNotAcceptIsTold() throws Exception {
    List<String> ids = Scene.ids(50);
    Set<String> slow = Set.of(ids.get(0));
    try (BrokerProcess strict = new BrokerProcess().with("offset.metadata.max.bytes", 4).start();
        ScriptedApi api =
            new ScriptedApi(
                id ->
                    new Reply(
                        slow.contains(id) ? Duration.ofSeconds(5) : Duration.ZERO,
                        ScriptedApi.result(id, "{\"type\":\"organic\"}")));
        Scene scene = new Scene(strict.bootstrapServers(), dir, "strict", 1)) {
      scene.api(api.address()).send(ids);
      InstanceUnderTest instance = scene.instance("instance").start();
      scene.awaitReceipts(ids);
      await().atMost(InstanceUnderTest.PATIENCE).until(() -> scene.committedIds() == ids.size());
      assertThat(instance.output())
          .containsOnlyOnce("the group's progress in strict.ids cannot be committed");
    }
  }

  private static String[] array(Set<String> ids) {
    return ids.toArray(String[]::new);
  }

  private static String metadata(Scene scene) {
    return scene.committed("ids", "slow").values().stream()
        .map(OffsetAndMetadata::metadata)
        .collect(Collectors.joining());
  }
}
