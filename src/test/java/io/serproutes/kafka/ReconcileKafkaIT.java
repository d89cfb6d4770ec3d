package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.SandboxProcess;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.BitSet;
import java.util.List;
import java.util.TreeMap;
import org.apache.kafka.clients.consumer.OffsetAndMetadata;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command {@code reconcile} where ids and receipts are in topics. */
@Execution(ExecutionMode.CONCURRENT)
class ReconcileKafkaIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  @TempDir Path dir;

  @Test
  void whatWasWithheldIsNamedFedAndThenNoLongerMissing() throws Exception {
    try (SandboxProcess sandbox = new SandboxProcess();
        Scene scene = new Scene(broker.get(), dir, "reconcile", 3)) {
      sandbox.keys().forEach(scene::key);
      List<String> ids = sandbox.post(300);
      List<String> given = new ArrayList<>(ids.subList(0, 290));
      List<String> withheld = ids.subList(290, 300);
      scene.send(given);

      JsonNode all = reconcile(scene, "before", 2);
      assertThat(all.path("ids_topic_lag").intValue()).isEqualTo(290);
      assertThat(all.path("missing")).hasSize(300);

      work(scene, "first", given);
      JsonNode missing = reconcile(scene, "missing", 2, "--feed");
      assertThat(missing.at("/delivered/delivered").intValue()).isEqualTo(290);
      assertThat(missing.path("ids_topic_lag").intValue()).isZero();
      assertThat(missing.path("fed_to").textValue()).isEqualTo("reconcile.ids");
      List<String> named = new ArrayList<>();
      missing.path("missing").forEach(id -> named.add(id.textValue()));
      assertThat(named).containsExactlyInAnyOrderElementsOf(withheld);

      work(scene, "second", ids);
      JsonNode clean = reconcile(scene, "clean", 0);
      assertThat(clean.at("/delivered/delivered").intValue()).isEqualTo(300);
      assertThat(clean.path("missing")).isEmpty();
    }
  }

  /** Runs until all ids of the topic have ended and are committed. */
  private static void work(Scene scene, String name, List<String> ids) {
    try (InstanceUnderTest instance = scene.instance(name).start()) {
      scene.awaitReceipts(ids);
      await().atMost(InstanceUnderTest.PATIENCE).until(() -> scene.committedIds() == ids.size());
      instance.terminate().exitCode();
    }
  }

  /** Otherwise a nightly job feeds a backlog again each night. */
  @Test
  void whatWaitsInTheTopicIsNotFedAgain() throws Exception {
    try (SandboxProcess sandbox = new SandboxProcess();
        Scene scene = new Scene(broker.get(), dir, "reconcile-backlog", 2)) {
      sandbox.keys().forEach(scene::key);
      List<String> ids = sandbox.post(4);
      scene.send(List.of(ids.get(0), "[\"x\",{\"id\":\"" + ids.get(1) + "\"}]"));
      scene.send("ids", 0, null);

      JsonNode first = reconcile(scene, "first", 2, "--feed");
      assertThat(first.at("/waiting/topic").intValue()).isEqualTo(2);
      assertThat(first.path("missing")).hasSize(2);
      JsonNode second = reconcile(scene, "second", 0, "--feed");
      assertThat(second.at("/waiting/topic").intValue()).isEqualTo(4);
      assertThat(second.path("fed_to").isNull()).isTrue();
    }
  }

  @Test
  void whatIsParkedInATopicWaits() throws Exception {
    try (SandboxProcess sandbox = new SandboxProcess();
        Scene scene = new Scene(broker.get(), dir, "reconcile-parked", 1)) {
      sandbox.keys().forEach(scene::key);
      List<String> ids = sandbox.post(3);
      scene.sendTo("parked", ids.get(1), "{}");
      scene.sendTo("parked", ids.get(2), "{}");
      String notReady = "{\"outcome\":\"dead-lettered\",\"reason\":\"not-ready\"}";
      scene.sendTo("receipts", ids.get(1), notReady); // before it was given again
      scene.sendTo("receipts", ids.get(2), notReady); // its record has ended above the other
      BitSet second = BitSet.valueOf(new long[] {2});
      String metadata = EndedOffsets.encode(new EndedOffsets.Ended(second, new TreeMap<>()));
      scene.commit("parked", "reconcile-parked-parked", new OffsetAndMetadata(0, metadata));
      JsonNode found = reconcile(scene, "parked", 2);
      assertThat(found.at("/waiting/parked").intValue()).isEqualTo(1);
      assertThat(found.at("/dead_lettered/not-ready").intValue()).isEqualTo(1);
      assertThat(found.path("missing")).hasSize(1);
    }
  }

  /** Otherwise what was delivered and whose receipt retention has removed is fetched again. */
  @Test
  void whereReceiptsMayHaveBeenRemovedNothingIsFed() throws Exception {
    try (SandboxProcess sandbox = new SandboxProcess();
        Scene scene = new Scene(broker.get(), dir, "reconcile-removed", 1)) {
      sandbox.keys().forEach(scene::key);
      List<String> ids = sandbox.post(3);
      scene.send(ids.subList(0, 2));
      work(scene, "work", ids.subList(0, 2));
      scene.removeAll("receipts");

      JsonNode kept = reconcile(scene, "kept", 2);
      assertThat(kept.path("receipts_since").isNull()).as("a week is kept").isTrue();

      scene.set("receipts", "retention.ms", 60_000);
      JsonNode removed = reconcile(scene, "removed", 2);
      assertThat(removed.path("missing")).hasSize(3);
      assertThat(removed.path("receipts_since").isTextual()).isTrue();
      try (InstanceUnderTest run = run(scene, "refused", "--feed")) {
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output())
            .contains(
                "serp-routes could not reconcile: 3 ids without a receipt may have ended, as the"
                    + " topic reconcile-removed.receipts may have lost receipts from before ");
      }
      assertThat(scene.ends("ids").values()).containsExactly(2L);

      scene.set("receipts", "cleanup.policy", "compact");
      JsonNode fed = reconcile(scene, "compacted", 2, "--feed");
      assertThat(fed.path("fed_to").textValue()).isEqualTo("reconcile-removed.ids");
    }
  }

  @Test
  void aMissingTopicIsToldInALine() throws Exception {
    try (SandboxProcess sandbox = new SandboxProcess();
        Scene scene = new Scene(broker.get(), dir, "reconcile-topic", 1)) {
      sandbox.keys().forEach(scene::key);
      scene.deleteTopic("receipts");
      try (InstanceUnderTest run = run(scene, "topic")) {
        assertThat(run.exitCode()).as(run.output()).isEqualTo(1);
        assertThat(run.output().lines())
            .contains(
                "serp-routes could not reconcile: there is no topic reconcile-topic.receipts"
                    + " (serp.kafka.topics.receipts), or this user may not see it");
      }
    }
  }

  private static InstanceUnderTest run(Scene scene, String name, String... more) {
    return scene
        .instance(name)
        .heap("96m")
        .arguments("reconcile", "--from", "1h", "--json")
        .arguments(more)
        .start();
  }

  private static JsonNode reconcile(Scene scene, String name, int code, String... more)
      throws IOException {
    try (InstanceUnderTest run = run(scene, name, more)) {
      assertThat(run.exitCode()).as(run.output()).isEqualTo(code);
      String json =
          run.output().lines().filter(line -> line.startsWith("{")).findAny().orElseThrow();
      return new ObjectMapper().readTree(json);
    }
  }
}
