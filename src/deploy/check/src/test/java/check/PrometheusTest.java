package check;

import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import org.awaitility.core.ConditionFactory;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Dashboard and alerts with a real Prometheus, which scrapes the program at work. */
class PrometheusTest {

  private static final Path DASHBOARD = Path.of("src/deploy/grafana/dashboard.json");
  private static final Pattern LABEL_VALUES = Pattern.compile("label_values\\((.+), (\\w+)\\)");
  private static final Pattern METRIC = Pattern.compile("\\bserp_\\w+");
  // HTTP 402 to the first 20 calls, then a result
  private static final String UNPAID_FOR_A_WHILE = "00000000-0000-0402-0020-000000020000";

  private static final List<AutoCloseable> OPEN = new ArrayList<>();
  private static Path folder;
  private static Program program;
  private static Prometheus prometheus;

  @BeforeAll
  static void start(@TempDir Path temp) throws Exception {
    Broker broker = new Broker(temp.resolve("broker"));
    OPEN.add(broker);
    Sandbox sandbox = new Sandbox();
    OPEN.add(sandbox);
    folder = Files.createDirectories(temp.resolve("program"));
    Map<String, String> variables = new TreeMap<>();
    variables.put("SERP_FROM", "folder,kafka,tasks-ready");
    variables.put("SERP_TO", "files");
    variables.put("SERP_API_BASE_URL", sandbox.address());
    variables.put("SERP_API_LOGIN", "sandbox");
    variables.put("SERP_API_PASSWORD", "sandbox");
    variables.put("SERP_API_SHARE", "1/1");
    variables.put("SERP_KAFKA_BROKERS", broker.address());
    variables.put("SERP_CIRCUIT_PROBE_INTERVAL", "1s");
    variables.put("SERP_FOLDER_SETTLE", "100ms");
    program = new Program(folder, Program.jar(), variables);
    OPEN.add(program);
    prometheus = new Prometheus(temp.resolve("prometheus"), program.port);
    OPEN.add(prometheus);
    soon("it is scraped").until(() -> !prometheus.query("up == 1").isEmpty());
  }

  @AfterAll
  static void stop() throws Exception {
    for (int i = OPEN.size() - 1; i >= 0; i--) {
      OPEN.get(i).close();
    }
  }

  private static ConditionFactory soon(String what) {
    return await(what)
        .pollInterval(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(60))
        .ignoreExceptionsInstanceOf(IOException.class);
  }

  private static void drop(String name, List<String> ids) throws IOException {
    Path part = folder.resolve("inbox").resolve(name + ".part");
    Files.write(part, ids);
    Files.move(part, folder.resolve("inbox").resolve(name));
  }

  @Test
  void everyQueryOfTheDashboardHasAnAnswer() throws Exception {
    List<String> ids =
        new ArrayList<>(
            List.of("00000000-0000-0000-0000-000000040401", "00000000-0000-0000-0000-000000040602"));
    IntStream.range(0, 300).forEach(i -> ids.add("03171324-1535-0066-0000-%012x".formatted(i)));
    drop("ids.txt", ids);
    soon("the file is done").until(() -> !Files.exists(folder.resolve("inbox/ids.txt")));
    JsonNode dashboard = new ObjectMapper().readTree(DASHBOARD.toFile());
    Map<String, String> queries = new TreeMap<>();
    for (JsonNode variable : dashboard.at("/templating/list")) {
      if (variable.path("type").asText().equals("query")) {
        List<MatchResult> parts =
            LABEL_VALUES.matcher(variable.at("/query/query").asText()).results().toList();
        assertEquals(1, parts.size(), variable.toString());
        queries.put(
            "the variable " + variable.path("name").asText(),
            "count by (%s) (%s)".formatted(parts.get(0).group(2), parts.get(0).group(1)));
      }
    }
    for (JsonNode panel : dashboard.path("panels")) {
      assertFalse(panel.path("targets").isEmpty(), panel.path("title").asText());
      for (JsonNode target : panel.path("targets")) {
        queries.put(
            panel.path("title").asText() + " " + target.path("refId").asText(),
            target.path("expr").asText());
      }
    }
    assertTrue(queries.size() > 20);
    Map<String, String> open = new TreeMap<>(queries);
    try {
      soon("the answers")
          .untilAsserted(
              () -> {
                for (String name : List.copyOf(open.keySet())) {
                  if (hasNumber(open.get(name))) {
                    open.remove(name);
                  }
                }
                assertEquals(Map.of(), open);
              });
    } finally {
      open.forEach((name, query) -> System.err.println("no answer: " + name + ": " + query));
    }
  }

  private static boolean hasNumber(String query) throws IOException {
    String asked =
        query
            .replace("$__rate_interval", "1m")
            .replace("$job", "serp-routes")
            .replace("$instance", ".*");
    assertFalse(asked.contains("$"), query);
    JsonNode result = prometheus.query(asked);
    for (JsonNode series : result) {
      if (series.at("/value/1").asText().equals("NaN")) {
        return false; // such as a quantile of no calls
      }
    }
    return !result.isEmpty();
  }

  @Test
  void theRulesAskOnlyForWhatThereIs() throws Exception {
    List<String> expressions = prometheus.expressions();
    assertTrue(expressions.size() >= 9, expressions.toString());
    for (String expression : expressions) {
      for (MatchResult metric : METRIC.matcher(expression).results().toList()) {
        soon(metric.group()).until(() -> !prometheus.query(metric.group()).isEmpty());
      }
    }
  }

  @Test
  void anAlertFiresWhileTheAccountIsRefusedAndIsResolvedAfterwards() throws Exception {
    assertFalse(prometheus.firing().contains("SerpHalted"));
    drop("unpaid.txt", List.of(UNPAID_FOR_A_WHILE));
    soon("it fires").until(() -> prometheus.firing().contains("SerpHalted"));
    assertEquals(503, program.status("127.0.0.1", "/observe/health/ready"));
    soon("it is resolved").until(() -> !prometheus.firing().contains("SerpHalted"));
    assertEquals(200, program.status("127.0.0.1", "/observe/health/ready"));
    soon("its id is delivered")
        .until(
            () ->
                Files.exists(folder.resolve("out/receipts/" + UNPAID_FOR_A_WHILE + ".json")));
  }
}
