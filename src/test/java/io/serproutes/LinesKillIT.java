package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.serproutes.ProgramUnderTest.Start;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * kill -9 at random moments while results are written as lines, and sets are closed every second:
 * every id has its receipt and its items, no line is torn, no items are without a receipt, and no
 * more ids are delivered twice than promise 2 allows.
 */
@Execution(ExecutionMode.CONCURRENT)
class LinesKillIT {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int IDS = 2000;
  private static final int KILLS = 4;
  private static final int MAX_CONCURRENT = 30;
  private static final Duration PATIENCE = Duration.ofMinutes(3);

  @TempDir Path temp;

  @ParameterizedTest
  @ValueSource(strings = {"none", "gzip"})
  void everyIdHasItsLines(String compress) throws IOException {
    Path inbox = Files.createDirectories(temp.resolve("work/inbox"));
    Files.writeString(
        inbox.resolve("ids.txt"),
        IntStream.range(0, IDS).mapToObj(i -> Ids.good(i) + "\n").collect(Collectors.joining()));
    Random random = KillMoments.of("lines, compress " + compress);
    int again;
    try (StandIn api = StandIn.start(Map.of("serp.sandbox.items", "1-8"))) {
      Start start =
          ProgramUnderTest.in(temp.resolve("work"))
              .api(api)
              .jvm("-Xmx128m")
              .key("serp.files.layout", "lines")
              .key("serp.files.lines.max-age", "1s")
              .key("serp.files.lines.compress", compress)
              .key("serp.api.max-concurrent", Integer.toString(MAX_CONCURRENT))
              .key("serp.api.calls-per-minute", "20000");
      for (int kill = 1; kill <= KILLS; kill++) {
        int calls = api.calls() + 1 + random.nextInt(IDS / KILLS);
        try (ProgramUnderTest program = start.start()) {
          await("calls")
              .atMost(PATIENCE)
              .pollInterval(Duration.ofMillis(5))
              .until(() -> api.calls() >= calls);
          program.kill();
        }
      }
      try (ProgramUnderTest program = start.start()) {
        await("the file is finished")
            .atMost(PATIENCE)
            .until(() -> new OutFolder(inbox).names("").isEmpty());
        program.terminate();
        assertThat(program.exitCode()).as(program.output()).isZero();
      }
      assertThat(api.asked()).hasSize(IDS);
      again = (int) api.asked().values().stream().filter(count -> count > 1).count();
    }
    assertThat(new OutFolder(temp.resolve("work/out")).names(".lines")).isEqualTo(List.of("lock"));
    Map<String, Integer> receipts = new HashMap<>();
    List<Path> sets = files("receipts");
    assertThat(sets).as("closed every second").hasSizeGreaterThan(KILLS);
    for (Path set : sets) {
      assertIsWhole(set.getFileName().toString(), receipts);
    }
    assertThat(receipts).hasSize(IDS);
    int twice = receipts.values().stream().mapToInt(count -> count - 1).sum();
    assertThat(twice).as("delivered twice").isLessThanOrEqualTo(again);
    assertThat(twice).isLessThanOrEqualTo(KILLS * (MAX_CONCURRENT + 20000 / 60));
  }

  private List<Path> files(String kind) throws IOException {
    try (var files = Files.list(temp.resolve("work/out").resolve(kind))) {
      return files
          .peek(file -> assertThat(file.getFileName().toString()).doesNotStartWith("."))
          .toList();
    }
  }

  private void assertIsWhole(String set, Map<String, Integer> receipts) throws IOException {
    Map<String, List<String>> expected = new HashMap<>();
    for (JsonNode receipt : lines("receipts", set)) {
      String id = receipt.get("task_id").asText();
      assertThat(receipt.get("outcome").asText()).isEqualTo("delivered");
      receipts.merge(id, 1, Integer::sum);
      for (String kind : List.of("organic", "paid", "other")) {
        for (int i = 0; i < receipt.get(kind).asInt(); i++) {
          expected.computeIfAbsent(kind, key -> new ArrayList<>()).add(id);
        }
      }
    }
    for (String kind : List.of("organic", "paid", "other")) {
      List<String> ids =
          lines(kind, set).stream().map(item -> item.at("/task/id").asText()).toList();
      assertThat(ids).as(kind + " of " + set).isEqualTo(expected.getOrDefault(kind, List.of()));
    }
  }

  private List<JsonNode> lines(String kind, String set) throws IOException {
    Path file = temp.resolve("work/out").resolve(kind).resolve(set);
    if (!Files.exists(file)) {
      return List.of();
    }
    try (InputStream in = Files.newInputStream(file);
        InputStream plain = set.endsWith(".gz") ? new GZIPInputStream(in) : in) {
      String text = new String(plain.readAllBytes(), StandardCharsets.UTF_8);
      assertThat(text).endsWith("\n");
      List<JsonNode> lines = new ArrayList<>();
      for (String line : text.split("\n")) {
        lines.add(JSON.readTree(line));
      }
      return lines;
    }
  }
}
