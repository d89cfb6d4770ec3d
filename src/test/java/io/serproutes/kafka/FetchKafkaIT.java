package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.SandboxProcess;
import java.net.URI;
import java.nio.file.Path;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;

/** The commands {@code fetch} and {@code replay} where the output is Kafka. */
class FetchKafkaIT {

  private static final String NOT_READY = Scene.failing(40602, 0);
  private static final String EXPIRED = Scene.failing(40403, 0);

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  @TempDir Path dir;

  @Test
  void parkedIdsAreLeftToTheGroupAndCount() throws Exception {
    String other = Scene.ids(2).get(0);
    String good = Scene.ids(2).get(1);
    String record =
        "{\"task_id\":\"%s\",\"outcome\":\"parked\",\"source\":\"x\",\"asks\":1,\"attempts\":1,"
            + "\"first_asked_at\":\"2026-11-01T00:00:00.000Z\",\"due_at\":\"2026-11-01T00:00:00.000Z\"}";
    try (SandboxProcess sandbox = new SandboxProcess();
        Scene scene = new Scene(broker.get(), dir, "fetch", 2)) {
      sandbox.keys().forEach(scene::key);
      scene.sendTo("parked", other, record.formatted(other));
      try (InstanceUnderTest fetch =
          scene.instance("run").arguments("fetch", good, NOT_READY).start()) {
        assertThat(fetch.exitCode()).as(fetch.output()).isEqualTo(4);
        assertThat(fetch.output()).containsPattern("parked +1\n");
      }
      await()
          .atMost(InstanceUnderTest.PATIENCE)
          .untilAsserted(
              () -> {
                assertThat(scene.receipts()).containsOnlyKeys(good);
                assertThat(scene.all("parked")).hasSize(2);
              });
      assertThat(scene.committed("parked", "fetch-parked")).isEmpty();

      scene.sendTo(
          "dead-letters", EXPIRED, "{\"task_id\":\"" + EXPIRED + "\",\"reason\":\"expired\"}");
      scene.sendTo(
          "dead-letters", other, "{\"task_id\":\"" + other + "\",\"reason\":\"not-ready\"}");
      scene.sendTo("dead-letters", other, "{");
      try (InstanceUnderTest dry =
          scene.instance("dry").arguments("replay", "--dry-run", "--reason=expired").start()) {
        assertThat(dry.exitCode()).as(dry.output()).isZero();
        assertThat(dry.output())
            .contains("expired            " + EXPIRED, "1 dead letter would be replayed")
            .contains("1 dead letter of another reason would be passed over for good: 1 not-ready;")
            .doesNotContain(other);
      }
      assertThat(scene.committed("dead-letters", "fetch")).isEmpty();
    }
  }

  /** As a replay that was stopped leaves it. */
  @Test
  void aDryReplayLeavesOutWhatHasEndedAboveTheCommit() throws Exception {
    List<String> ids = Scene.ids(3);
    try (Scene scene = new Scene(broker.get(), dir, "dry", 1)) {
      scene.api(URI.create("http://localhost:1"));
      for (String id : ids) {
        String letter = "{\"task_id\":\"" + id + "\",\"reason\":\"expired\"}";
        scene.send("dead-letters", 0, letter.getBytes(UTF_8));
      }
      BitSet ended = new BitSet();
      ended.set(1);
      String above = EndedOffsets.encode(new EndedOffsets.Ended(ended, new TreeMap<>()));
      scene.commit("dead-letters", "dry", new OffsetAndMetadata(0, above));
      try (InstanceUnderTest dry =
          scene.instance("dry").arguments("replay", "--dry-run", "--reason=expired").start()) {
        assertThat(dry.exitCode()).as(dry.output()).isZero();
        assertThat(dry.output())
            .contains(ids.get(0), ids.get(2), "2 dead letters would be replayed")
            .doesNotContain(ids.get(1));
      }
    }
  }
}
