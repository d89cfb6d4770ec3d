package io.serproutes.kafka;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.kafka.TopicTail.Entry;
import java.nio.file.Path;
import java.util.List;
import org.apache.kafka.common.header.Header;
import org.apache.kafka.common.header.internals.RecordHeader;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** A trace goes from the record of an id to all that comes of it. */
@Execution(ExecutionMode.CONCURRENT)
class PassedHeadersIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final String TRACE = "00-4bf92f3577b34da6a3ce929d0e0e4736-00f067aa0ba902b7-01";

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  private static Header header(String name, String value) {
    return new RecordHeader(name, value.getBytes(UTF_8));
  }

  private static void send(Scene scene, String value, String trace) {
    Header longest = new RecordHeader("tracestate", new byte[1025]);
    scene.send(
        "ids",
        0,
        value.getBytes(UTF_8),
        header("other", "x"),
        header("traceparent", trace),
        longest);
  }

  private static List<Entry> of(Scene scene, String id, String topic) {
    return scene.all(topic).stream().filter(entry -> id.equals(entry.key())).toList();
  }

  private static List<Entry> items(Scene scene, String id) {
    return Scene.ITEMS.stream().flatMap(topic -> of(scene, id, topic).stream()).toList();
  }

  private static void assertTraced(List<Entry> entries, String trace) {
    assertThat(entries)
        .isNotEmpty()
        .allSatisfy(
            entry -> {
              assertThat(entry.header("traceparent")).isEqualTo(trace);
              assertThat(entry.header("other")).isNull();
              assertThat(entry.header("tracestate")).as("it is too long").isNull();
            });
  }

  @Test
  void aTraceGoesToItemsReceiptDeadLetterAndThroughParkingAndReplay() throws Exception {
    List<String> good = Scene.ids(3);
    String parked = Scene.failing(40602, 1);
    String failing = Scene.failing(50000, 3);
    try (CountingApi api = new CountingApi("2", "0ms");
        Scene scene = new Scene(broker.get(), dir, "traced", 2)) {
      scene
          .api(api.address())
          .key("serp.once", "true")
          .key("serp.not-ready.delay", "1s")
          .key("serp.retry.max-attempts", "2")
          .key("serp.retry.first-delay", "10ms");
      send(scene, good.get(0), TRACE);
      send(scene, "[\"" + good.get(1) + "\",\"" + parked + "\"]", "array");
      send(scene, failing, "failing");
      scene.send(List.of(good.get(2)));
      assertThat(scene.instance("first").start().exitCode()).isEqualTo(2);

      assertTraced(items(scene, good.get(0)), TRACE);
      assertTraced(of(scene, good.get(0), "receipts"), TRACE);
      assertTraced(items(scene, good.get(1)), "array");
      assertTraced(of(scene, parked, "parked"), "array");
      assertTraced(items(scene, parked), "array");
      assertTraced(of(scene, parked, "receipts"), "array");
      assertTraced(of(scene, failing, "dead-letters"), "failing");
      assertTraced(of(scene, failing, "receipts"), "failing");
      assertThat(items(scene, good.get(2)))
          .isNotEmpty()
          .allSatisfy(entry -> assertThat(entry.header("traceparent")).isNull());

      scene.key("serp.from", "dead-letters");
      assertThat(scene.instance("replay").start().exitCode()).isZero();
      assertThat(scene.receipt(failing).path("outcome").textValue()).isEqualTo("delivered");
      assertTraced(of(scene, failing, "receipts"), "failing");
      assertTraced(items(scene, failing), "failing");
    }
  }

  @Test
  void aTraceGoesThroughParkingInFiles() throws Exception {
    String parked = Scene.failing(40602, 1);
    try (CountingApi api = new CountingApi("2", "0ms");
        Scene scene = new Scene(broker.get(), dir, "traced-files", 2)) {
      scene
          .api(api.address())
          .key("serp.to", "files,kafka")
          .key("serp.once", "true")
          .key("serp.not-ready.delay", "1s");
      send(scene, parked, TRACE);
      InstanceUnderTest instance = scene.instance("first").key("serp.once.wait-not-ready", "0s");
      assertThat(instance.start().exitCode()).isEqualTo(4);
      assertThat(instance.key("serp.once.wait-not-ready", "1m").start().exitCode()).isZero();
      assertThat(scene.all("parked")).isEmpty();
      assertTraced(of(scene, parked, "receipts"), TRACE);
      assertTraced(items(scene, parked), TRACE);
    }
  }
}
