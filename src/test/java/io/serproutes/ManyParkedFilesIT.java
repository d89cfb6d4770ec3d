package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.serproutes.feed.ReadyApi;
import io.serproutes.feed.webhooks.RawCall;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Isolated;

/** Promise 7 for parked ids that are files: 500,000 of them with the options that we give. */
@Isolated
@Tag("large")
class ManyParkedFilesIT {

  private static final int ALL = 500_000;
  private static final Duration PATIENCE = Duration.ofMinutes(10);

  @TempDir Path temp;

  @Test
  void halfAMillionParkedIdsFitIntoASmallHeapAndEachIsFound() throws IOException {
    Path parked = Files.createDirectories(temp.resolve("work/out/parked"));
    Instant now = Instant.now();
    for (int i = 0; i < ALL; i++) {
      Files.writeString(parked.resolve(Ids.good(i) + ".json"), record(Ids.good(i), now));
    }
    String signalled = Ids.good(ALL / 2);
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            ProgramUnderTest.in(temp.resolve("work"))
                .webhooks()
                .api(api)
                .key("serp.not-ready.max-delay", "12h")
                .jvm("@" + Path.of("config/jvm.options").toAbsolutePath())
                .start()) {
      awaitParked(program, ALL);
      assertThat(api.calls()).isZero();
      String ping = "/pingback?token=" + ReadyApi.SECRET + "&id=" + signalled;
      assertThat(RawCall.status(program.webhooksPort(), "GET", ping)).isEqualTo(200);
      OutFolder out = new OutFolder(temp.resolve("work/out"));
      await("it is due").atMost(PATIENCE).until(() -> out.hasReceipt(signalled));
      awaitParked(program, ALL - 1);
      assertThat(api.asked()).containsExactly(Map.entry(signalled, 1));
      assertThat(out.receipt(signalled).path("attempts").intValue()).isEqualTo(2);
      program.terminate();
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).doesNotContain("WARN", "ERROR");
    }
    assertThat(parked.resolve(signalled + ".json")).doesNotExist();
    assertThat(parked.resolve(Ids.good(ALL - 1) + ".json")).exists();
  }

  private static void awaitParked(ProgramUnderTest program, int count) {
    await(count + " parked")
        .atMost(PATIENCE)
        .until(
            () -> program.observe("/metrics").body().lines().toList(),
            lines -> lines.contains("serp_parked " + count + ".0"));
  }

  private static String record(String id, Instant now) {
    return """
        {"task_id":"%s","outcome":"parked","status_code":40602,"source":"folder:ids.txt:17",\
        "first_asked_at":"%s","due_at":"%s","asks":1,"attempts":1}"""
        .formatted(id, Times.record(now), Times.record(now.plus(Duration.ofHours(6))));
  }
}
