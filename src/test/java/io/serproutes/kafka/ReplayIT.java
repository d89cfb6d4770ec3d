package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.kafka.TopicTail.Entry;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Dead letters are taken up again from their topic. */
class ReplayIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @ParameterizedTest
  @ValueSource(strings = {"at-least-once", "exactly-once"})
  void whatFailsAgainIsADeadLetterAgainWithTheAttemptsOfTheReplay(String delivery)
      throws Exception {
    String name = "replay-" + delivery;
    String passes = Scene.failing(50000, 4);
    String failsAgain = Scene.failing(50000, 0);
    String notReplayed = Scene.failing(40403, 0);
    List<String> ids = List.of(passes, failsAgain, notReplayed);
    try (CountingApi api = new CountingApi("2", "0ms");
        Scene scene = new Scene(broker.get(), dir, name, 2)) {
      scene
          .api(api.address())
          .key("serp.retry.max-attempts", "3")
          .key("serp.retry.first-delay", "10ms")
          .key("serp.once", "true")
          .key("serp.kafka.delivery", delivery)
          .send(ids);
      assertThat(scene.instance("first").start().exitCode()).isEqualTo(2);
      assertThat(scene.receipts()).containsOnlyKeys(ids);
      assertThat(attempts(scene))
          .containsExactlyInAnyOrder(passes + " 3", failsAgain + " 3", notReplayed + " 1");

      InstanceUnderTest replay = scene.key("serp.from", "dead-letters").instance("replay").start();
      assertThat(replay.exitCode()).isEqualTo(2);
      assertThat(attempts(scene)).hasSize(4).filteredOn((failsAgain + " 3")::equals).hasSize(2);
      assertThat(scene.receipt(passes).path("outcome").textValue()).isEqualTo("delivered");
      assertThat(scene.receipt(passes).path("attempts").intValue())
          .as("of this delivery")
          .isEqualTo(2);
      assertThat(scene.receipt(passes).path("source").textValue())
          .startsWith("kafka:" + name + ".dead-letters-");
      assertThat(api.asked(1)).containsEntry(notReplayed, 1);
      scene.assertItemsAreThoseOfReceipts();

      assertThat(replay.start().exitCode()).isEqualTo(2);
      assertThat(attempts(scene)).hasSize(5).filteredOn((failsAgain + " 3")::equals).hasSize(3);
      assertThat(api.asked(1)).containsEntry(passes, 5).containsEntry(notReplayed, 1);
    }
  }

  private static List<String> attempts(Scene scene) {
    return scene.all("dead-letters").stream()
        .map(Entry::json)
        .map(letter -> letter.path("task_id").textValue() + " " + letter.path("attempts"))
        .toList();
  }
}
