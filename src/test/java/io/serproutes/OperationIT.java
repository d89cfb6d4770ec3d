package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** What the program's server tells those who run it. */
@Execution(ExecutionMode.CONCURRENT)
class OperationIT {

  @TempDir Path temp;

  private void drop(String name, String... ids) throws IOException {
    Files.write(temp.resolve("work/inbox/" + name), List.of(ids));
  }

  private static void awaitReadiness(ProgramUnderTest program, int status) {
    await("readiness " + status)
        .atMost(ProgramUnderTest.PATIENCE)
        .until(() -> program.observe("/health/ready").statusCode() == status);
  }

  @Test
  void readinessFollowsTheCircuitAndMetricsCount() throws IOException {
    OutFolder out = new OutFolder(temp.resolve("work/out"));
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            ProgramUnderTest.in(temp.resolve("work"))
                .api(api)
                .key("serp.circuit.probe-interval", "1s")
                .key("serp.not-ready.delay", "10m") // asked again it would be counted twice
                .start()) {
      awaitReadiness(program, 200);
      drop("1.txt", Ids.good(1), Ids.good(2), Ids.failing(40102), Ids.failing(40401), "nonsense");
      drop("2.txt", Ids.failing(40602));
      out.awaitReceipts(List.of(Ids.good(1), Ids.good(2), Ids.failing(40102), Ids.failing(40401)));
      await().atMost(ProgramUnderTest.PATIENCE).until(() -> out.names("parked").size() == 1);
      await()
          .atMost(ProgramUnderTest.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(program.observe("/metrics").body().lines())
                      .contains(
                          "serp_tasks_total{outcome=\"delivered\",reason=\"none\"} 2.0",
                          "serp_tasks_total{outcome=\"empty\",reason=\"none\"} 1.0",
                          "serp_tasks_total{outcome=\"dead-lettered\",reason=\"not-found\"} 1.0",
                          "serp_tasks_total{outcome=\"dead-lettered\",reason=\"invalid-id\"} 1.0",
                          "serp_tasks_total{outcome=\"parked\",reason=\"none\"} 1.0",
                          "serp_items_total{type=\"other\"} 0.0",
                          "serp_fetch_seconds_count 5",
                          "serp_calls_total{code=\"20\",http=\"2xx\"} 2.0",
                          "serp_calls_total{code=\"40\",http=\"2xx\"} 3.0",
                          "serp_next_probe_seconds 0.0",
                          "serp_folder_files 0.0",
                          "serp_folder_ids_left 0.0",
                          "serp_folder_rejected_files_total 0.0",
                          "serp_in_flight 0.0",
                          "serp_circuit_open 0.0",
                          "serp_waiting 0.0",
                          "serp_calls_left 1995.0",
                          "serp_parked 1.0")
                      .anyMatch(line -> line.startsWith("serp_items_total{type=\"organic\"} "))
                      .anyMatch(line -> line.startsWith("serp_items_total{type=\"paid\"} "))
                      .anyMatch(line -> line.matches("serp_oldest_parked_seconds [0-9.]*[1-9].*"))
                      .anyMatch(line -> line.startsWith("serp_fetch_seconds_bucket{le=\"0.25\"}")));

      api.answerAll(402, 40200);
      drop("3.txt", Ids.good(3), Ids.good(4));
      awaitReadiness(program, 503);
      HttpResponse<String> down = program.observe("/health/ready");
      assertThat(down.body())
          .contains("Halted: the account has no money left (HTTP 402). 2 ids are kept. Top it up;");
      assertThat(program.observe("HEAD", "/health/ready").statusCode()).isEqualTo(503);
      assertThat(program.observe("/health/live").statusCode()).isEqualTo(200);
      assertThat(program.observe("/metrics").body())
          .contains("serp_circuit_open 1.0", "serp_calls_total{code=\"40\",http=\"4xx\"} ");
      assertThat(out.hasReceipt(Ids.good(3))).isFalse();

      api.answerAsUsual();
      awaitReadiness(program, 200);
      out.awaitReceipts(List.of(Ids.good(3), Ids.good(4)));
      assertThat(out.names("dead-letters")).hasSize(2);
    }
  }

  @Test
  void theAddressThatTheLogNamesLinksToHealthAndMetrics() {
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            ProgramUnderTest.in(temp.resolve("work")).api(api).start().awaitStart()) {
      HttpResponse<String> index = program.observe("");
      assertThat(index.statusCode()).isEqualTo(200);
      assertThat(index.headers().firstValue("content-type")).hasValue("text/html; charset=utf-8");
      List<String> links =
          Pattern.compile("href=\"/observe([^\"]+)\"")
              .matcher(index.body())
              .results()
              .map(link -> link.group(1))
              .toList();
      assertThat(links)
          .containsExactly("/health/ready", "/health/live", "/health", "/metrics")
          .allSatisfy(link -> assertThat(program.observe(link).statusCode()).isEqualTo(200));
      HttpResponse<String> head = program.observe("HEAD", "/metrics");
      assertThat(head.statusCode()).isEqualTo(200);
      assertThat(head.body()).isEmpty();
      for (String check : List.of("/health", "/health/live", "/health/ready")) {
        HttpResponse<String> answer = program.observe("HEAD", check);
        assertThat(answer.statusCode()).as(check).isEqualTo(200);
        assertThat(answer.body()).isEmpty();
      }
      assertThat(program.observe("HEAD", "/none").statusCode()).isEqualTo(404);
      assertThat(program.observe("/none").statusCode()).isEqualTo(404);
      assertThat(program.observe("/").body()).isEqualTo(index.body());
      assertThat(program.observe("/metrics").body())
          .containsPattern("serp_build_info\\{version=\"\\d+\\.\\d+[^\"]*\"} 1")
          .contains(
              "jvm_memory_used_bytes{",
              "jvm_threads_live_threads ",
              "process_uptime_seconds ",
              "process_cpu_usage ",
              "process_files_open_files ");
    }
  }

  /** Here one that never begins, which is no different from one that has ended. */
  @Test
  void livenessSaysWhichLoopStandsStill() throws IOException {
    String route = Files.readString(Path.of("routes/sources/ids-from-folder.camel.yaml"));
    String own =
        """

        - route:
            id: serp-own
            from:
              uri: timer:own
              parameters:
                delay: 36000000
              steps:
                - log: never
        """;
    try (StandIn api = StandIn.start();
        ProgramUnderTest program =
            ProgramUnderTest.in(temp.resolve("work"))
                .api(api)
                .file("routes/ids-from-folder.camel.yaml", route + own)
                .start()) {
      awaitReadiness(program, 200);
      assertThat(program.observe("/health/live").statusCode()).isEqualTo(200);
      await("a loop that stands still")
          .atMost(ProgramUnderTest.PATIENCE)
          .pollInterval(Duration.ofSeconds(1))
          .until(() -> program.observe("/health/live").statusCode() == 503);
      assertThat(program.observe("/health/live").body())
          .contains("loops that have not run for over a minute: serp-own;", "it loses nothing");
      assertThat(program.observe("/health/ready").statusCode()).isEqualTo(200);
    }
  }
}
