package io.serproutes.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.serproutes.LiveHeap;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/**
 * Promise 7 for a million ids parked on a topic: 96 MiB of heap and 100 bytes for each beyond
 * 500,000, and none is lost by a kill.
 */
@Tag("large")
class ManyParkedIT {

  @RegisterExtension static final SharedBroker broker = new SharedBroker();

  private static final int ALL = 1_000_000;
  private static final int DUE = 50_000;
  private static final List<String> LEFT = List.of("serp_parked " + (ALL - DUE) + ".0");

  @TempDir(cleanup = CleanupMode.ON_SUCCESS)
  Path dir;

  @Test
  void aMillionParkedIdsCostLittleAndThoseThatAreDueAreAskedFor() throws Exception {
    List<String> due = IntStream.range(0, DUE).mapToObj(ManyParkedIT::id).toList();
    try (CountingApi api = new CountingApi("1", "0ms");
        Scene scene = new Scene(broker.get(), dir, "many-parked", 4)) {
      scene.api(api.address()).key("serp.not-ready.max-delay", "12h");
      Instant later = Instant.now().plusSeconds(6 * 3600);
      scene.sendAll(
          "parked", IntStream.range(0, ALL).mapToObj(i -> parked(i, i < DUE ? null : later)));
      InstanceUnderTest program =
          scene
              .instance("program")
              .heap("146m")
              .jvm("-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1")
              .start();
      scene.awaitReceipts(DUE / 4);
      program.kill9();
      program.start();
      scene.awaitReceipts(due, Duration.ofMinutes(15));
      program.awaitMetrics(LEFT);
      double heap = LiveHeap.mebibytes(program.pid());
      System.out.printf("%,d ids parked: heap in use %.1f MiB%n", ALL - DUE, heap);
      assertThat(heap).isLessThan(146);
      program.kill9();
      program.start().awaitMetrics(LEFT);
      assertThat(scene.receipts()).hasSize(DUE);
      assertThat(program.terminate().exitCode()).isZero();
    }
  }

  private static String id(int number) {
    return "10171324-1535-0066-0000-%012x".formatted(number);
  }

  private static String parked(int number, Instant due) {
    Instant first = Instant.now().minusSeconds(60);
    return """
        {"task_id":"%s","outcome":"parked","status_code":40602,"source":"kafka:ids-0@%d",\
        "first_asked_at":"%s","due_at":"%s","asks":1,"attempts":1}"""
        .formatted(id(number), number, first, due == null ? first : due);
  }
}
